"""CARTOX 2018 in adults and 2019 in children: pressure by number, organs, and BiPAP."""

from decimal import Decimal

import pytest

from grading.rules.cartox import CartoxPolicy, grade_cartox
from grading.rules.cartox_paediatric import PediatricCartoxPolicy, grade_pediatric_cartox
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import GRADERS, POLICIES, answer, dull, grade_of, organs, running

ONE = (running("norepinephrine"),)
TWO = (*ONE, running("epinephrine"))
BOTH = ("cartox", "cartox-paediatric")


def adult(**charted):
    return grade_cartox(dull(**charted)).grade


def child(age=5, **charted):
    return grade_pediatric_cartox(dull(age_years=age, **charted)).grade


@pytest.mark.parametrize(
    ("charted", "in_adults", "in_children"),
    [
        # charted                                                    adult  child
        ({}, 0, 0),
        ({"temperature_celsius": Decimal("37.9")}, 0, 0),
        ({"temperature_celsius": Decimal("38.0")}, 1, 1),
        ({"organ_toxicities": organs(creatinine_increased=1)}, 1, 0),
        ({"organ_toxicities": organs(creatinine_increased=2)}, 2, 2),
        ({"organ_toxicities": organs(creatinine_increased=3)}, 3, 3),
        ({"organ_toxicities": organs(creatinine_increased=4)}, 4, 4),
        ({"organ_toxicities": organs(ALT_increased=2)}, 2, 2),
        ({"organ_toxicities": organs(ALT_increased=3)}, 3, 3),
        ({"organ_toxicities": organs(ALT_increased=4)}, 3, 3),
        ({"fluid_bolus_count": 2}, 2, 2),
        ({"hypotension_present": True}, 2, 2),
        ({"vasopressors": ONE, "vasopressor_intensity": "low"}, 2, 2),
        ({"vasopressors": ONE, "vasopressor_intensity": "high"}, 3, 3),
        ({"vasopressors": ONE, "vasopressor_intensity": "low", "vasopressin": True}, 3, 3),
        ({"vasopressors": TWO, "vasopressor_intensity": "low"}, 3, 3),
        ({"vasopressors": TWO, "hypotension_refractory": True}, 3, 4),
        ({"vasopressors": ONE, "life_threatening": True}, 4, 4),
        ({"oxygen_device": "venturi", "fio2_fraction": Decimal("0.39")}, 2, 2),
        ({"oxygen_device": "venturi", "fio2_fraction": Decimal("0.40")}, 3, 3),
        ({"oxygen_device": "cpap", "fio2_fraction": Decimal("0.35")}, 2, 2),
        ({"oxygen_device": "bipap", "fio2_fraction": Decimal("0.35")}, 2, 3),
        ({"oxygen_device": "bipap", "ventilation_reason": "procedure"}, 0, 0),
        ({"oxygen_device": "invasive_ventilation"}, 4, 4),
        ({"death_due_to_crs": True}, 5, 5),
    ],
)
def test_the_two_tables_side_by_side(charted, in_adults, in_children):
    assert (adult(**charted), child(**charted)) == (in_adults, in_children)


@pytest.mark.parametrize(
    ("age", "lowest_normal"),
    [
        ("1", 72),
        ("1.9", 72),
        ("5", 80),
        ("9.9", 88),
        ("10", 90),
        ("10.5", 90),
        ("11", 90),
        ("17", 90),
    ],
)
def test_in_children_hypotension_depends_on_completed_years(age, lowest_normal):
    def at(systolic):
        return child(Decimal(age), systolic_mmhg=systolic, hypotension_present=None)

    assert (at(lowest_normal), at(lowest_normal - 1)) == (0, 2)


@pytest.mark.parametrize("age", [None, Decimal("0.9")])
def test_without_a_limit_for_the_age_a_clinician_has_to_say(age):
    low = {"systolic_mmhg": 60, "hypotension_present": None}
    verdict = grade_pediatric_cartox(dull(age_years=age, **low))
    assert (verdict.grade, verdict.at_least) == (None, 0)
    assert verdict.missing[0] == "hypotension_present"
    assert child(age, systolic_mmhg=60, hypotension_present=True) == 2
    assert child(age, systolic_mmhg=60, hypotension_present=False) == 0
    # 90 mmHg is enough at every age.
    assert child(age, systolic_mmhg=90, hypotension_present=None) == 0


@pytest.mark.parametrize(
    ("systolic", "stated", "expected"),
    [
        (90, None, 0),
        (89, None, 2),
        (Decimal("89.9"), None, 2),
        (None, True, 2),
        (None, False, 0),
        (None, None, None),
        (95, True, 2),
        (89, False, 2),
    ],
)
def test_in_adults_it_is_below_90_or_stated(systolic, stated, expected):
    verdict = grade_cartox(dull(systolic_mmhg=systolic, hypotension_present=stated))
    assert verdict.grade == expected
    disagree = (systolic, stated) == (89, False)
    assert (SupportFlag.PRESSURE_DISAGREES in verdict.flags) is disagree
    assert adult(systolic_mmhg=80, hypotension_attributed_elsewhere=True) == 0


@pytest.mark.parametrize(
    ("systolic", "refractory", "expected"),
    [
        # under two vasopressors, at 5 years
        (79, None, 4),
        (79, False, 4),
        (80, None, 3),
        (80, False, 3),
        (80, True, 4),
        (None, False, 3),
        (None, None, None),
    ],
)
def test_hypotension_despite_several_vasopressors_is_measured_or_stated(
    systolic, refractory, expected
):
    verdict = grade_pediatric_cartox(
        dull(
            age_years=5,
            vasopressors=TWO,
            systolic_mmhg=systolic,
            hypotension_refractory=refractory,
            hypotension_present=True,
        )
    )
    assert (verdict.grade, verdict.at_least) == (expected, expected or 3)
    if expected is None:
        assert verdict.missing == ("systolic_mmhg",)


@pytest.mark.parametrize("scale", BOTH)
@pytest.mark.parametrize(
    ("policy", "charted", "before", "after"),
    [
        (
            {"inotropes_count": True},
            {"vasopressors": (running("dobutamine"),), "vasopressor_intensity": "low"},
            0,
            2,
        ),
        ({"untreated_hypotension_grade": 1}, {"hypotension_present": True}, 2, 1),
        ({"masks_ventilate": True}, {"oxygen_device": "cpap"}, None, 4),
        (
            {"doses_decide_intensity": False},
            {
                "vasopressors": (running("dopamine", "12", "ug/kg/min"),),
                "hours_on_dose": Decimal(3),
            },
            3,
            None,
        ),
        (
            {"high_dose_hours": 1},
            {
                "vasopressors": (running("dopamine", "12", "ug/kg/min"),),
                "hours_on_dose": Decimal(1),
            },
            2,
            3,
        ),
        (
            {"cannula_below_limit_lpm": 1},
            {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(2)},
            2,
            None,
        ),
        (
            {"blood_counts_are_organs": True},
            {"organ_toxicities": organs(Platelet_count_decreased=4)},
            0,
            4,
        ),
    ],
)
def test_each_choice_changes_what_it_says(scale, policy, charted, before, after):
    changed = POLICIES[scale](**policy)
    grade = GRADERS[scale]
    assert (grade(dull(**charted)).grade, grade(dull(**charted), changed).grade) == (before, after)
    assert "/1+" in grade(dull(), changed).ruleset


def test_the_table_of_the_other_age_asks_for_a_second_look():
    young, grown = dull(age_years=17), dull(age_years=18)
    unknown = dull(age_years=None)
    assert SupportFlag.CHILD in grade_cartox(young, CartoxPolicy()).flags
    assert SupportFlag.ADULT in grade_pediatric_cartox(grown, PediatricCartoxPolicy()).flags
    for grade in (grade_cartox, grade_pediatric_cartox):
        assert not {SupportFlag.CHILD, SupportFlag.ADULT} & set(grade(unknown).flags)
    assert SupportFlag.CHILD not in grade_cartox(grown).flags
    assert SupportFlag.ADULT not in grade_pediatric_cartox(young).flags


@pytest.mark.parametrize("scale", BOTH)
def test_a_case_may_state_pressure_and_age(scale):
    assert grade_of(scale, sbp=89, age_years=12) == 2
    assert grade_of(scale, sbp=90, age_years=12) == 1
    inside = {"inputs": {"age_years": 5, "sbp": 79, "temperature_c": 38.5}}
    assert answer(scale, inside)["grade"] == 2
    assert answer(scale, inside | {"age_years": 5})["grade"] == 2
    other = answer(scale, inside | {"age_years": 6})
    assert other["error"] == "age_years 5 is not the 6 beside it"
