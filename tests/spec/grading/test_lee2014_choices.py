"""Lee 2014: each choice its table leaves open, what a person is asked, and what is said."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.rules.lee2014 import DEFAULT_LEE_POLICY, TABLE, LeePolicy, grade_lee2014
from grading.rules.support_checks import check_support_table
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import answer, dull, grade_of, organs, running


def grade(policy=DEFAULT_LEE_POLICY, **charted):
    return grade_lee2014(dull(**charted), policy).grade


MILRINONE = running("milrinone", "0.5", "ug/kg/min")


@pytest.mark.parametrize(
    ("policy", "charted", "before", "after"),
    [
        (
            {"inotropes_count": False},
            {"vasopressors": (running("dopamine"), MILRINONE), "vasopressor_intensity": "low"},
            3,
            2,
        ),
        ({"inotropes_count": False}, {"vasopressors": (MILRINONE,)}, None, 0),
        ({"untreated_hypotension_grade": 1}, {"hypotension_present": True}, 2, 1),
        (
            {"masks_ventilate": True},
            {"oxygen_device": "bipap", "fio2_fraction": Decimal("0.3")},
            2,
            4,
        ),
        (
            {"doses_decide_intensity": False},
            {"vasopressors": (running("epinephrine", "1", "ug/min"),)},
            2,
            None,
        ),
        (
            {"high_dose_hours": 6},
            {
                "vasopressors": (running("epinephrine", "10", "ug/min"),),
                "hours_on_dose": Decimal(5),
            },
            3,
            2,
        ),
        (
            {"cannula_below_limit_lpm": 2},
            {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(3)},
            2,
            None,
        ),
        (
            {"blood_counts_are_organs": True},
            {"organ_toxicities": organs(Neutrophil_count_decreased=4)},
            0,
            4,
        ),
    ],
)
def test_each_choice_changes_what_it_says(policy, charted, before, after):
    changed = LeePolicy(**policy)
    assert (grade(**charted), grade(changed, **charted)) == (before, after)
    assert grade_lee2014(dull(), changed).ruleset.startswith("lee-2014/1+")


@pytest.mark.parametrize(
    ("charted", "flag"),
    [
        ({"fluid_bolus_count": 0, "hypotension_present": True}, SupportFlag.UNTREATED),
        ({"vasopressors": (running("dopamine"),)}, SupportFlag.AFEBRILE),
        ({"organ_toxicities": organs(creatinine_increased=2)}, SupportFlag.AFEBRILE),
        (
            {"vasopressors": (running("dopamine", "2", "ug/kg/min"),)},
            SupportFlag.DOSE_TABLE,
        ),
        (
            {
                "vasopressors": (running("dopamine", "2", "ug/kg/min"),),
                "vasopressor_intensity": "high",
            },
            SupportFlag.DOSE_DISAGREES,
        ),
        ({"vasopressors": (MILRINONE,)}, SupportFlag.INOTROPE_COUNTED),
        ({"inotropes": frozenset({"milrinone"})}, SupportFlag.INOTROPE),
        ({"fio2_fraction": Decimal("0.3")}, SupportFlag.FRACTION_ON_AIR),
        ({"oxygen_device": "cpap"}, SupportFlag.REASON_UNKNOWN),
        ({"oxygen_device": "cpap"}, SupportFlag.PRESSURE_MASK),
        ({"oxygen_device": "cpap", "ventilation_reason": "procedure"}, SupportFlag.OTHER_REASON),
        ({"spo2_percent": 89}, SupportFlag.ASK_OXYGEN),
        ({"oxygen_device": "blow_by"}, SupportFlag.ESTIMATED),
        ({"organ_toxicities": organs(Anemia=3)}, SupportFlag.NOT_ORGAN),
    ],
)
def test_a_person_is_asked(charted, flag):
    assert flag in grade_lee2014(dull(**charted)).flags
    assert flag not in grade_lee2014(dull()).flags
    assert flag in [one for one, _ in TABLE.flags]


def test_a_stated_intensity_is_not_questioned_where_the_doses_do_not_say():
    stated = dull(vasopressors=(running("dopamine"),), vasopressor_intensity="high")
    agreed = replace(stated, vasopressors=(running("dopamine", "2", "ug/kg/min"),))
    idle = replace(stated, vasopressors=())
    low = replace(agreed, vasopressor_intensity="low")
    for findings in (stated, idle, low):
        assert SupportFlag.DOSE_DISAGREES not in grade_lee2014(findings).flags


def test_the_reasons_say_what_was_charted():
    got = answer(
        "lee-2014",
        {
            "age_years": 30,
            "temperature_c": 36.9,
            "vasopressors": [{"drug": "epinephrine", "dose": 10.0, "unit": "mcg/min"}],
            "hours_on_dose": 4,
            "organ_toxicities": {"ALT increased": 4},
        },
    )
    assert got["because"] == [
        "One vasopressor, high by the dose table (epinephrine 10 ug/min running, 4 h at this dose)",
        "Grade 3 organ toxicity, or grade 4 transaminases (ALT increased grade 4)",
    ]


def test_a_row_taken_out_leaves_a_gap_that_is_noticed():
    unseen = {"organ", "symptoms", "dose"}
    for place, rule in enumerate(TABLE.rules):
        if rule.criterion.id.rsplit("-", 1)[1] not in unseen | {"fever"}:
            fewer = (*TABLE.rules[:place], *TABLE.rules[place + 1 :])
            assert any("no row" in problem for problem in check_support_table(TABLE, fewer))


def test_absent_and_null_are_read_as_elsewhere():
    assert grade_of("lee-2014") == 1
    strict = answer("lee-2014", {"temperature_c": 38.6}, normal=False)
    assert (strict["grade"], strict["at_least"]) == (None, 1)
    assert {"organ_toxicities", "vasopressors", "oxygen_device"} <= set(strict["missing"])
    assert grade_of("lee-2014", organ_toxicities=None) is None
