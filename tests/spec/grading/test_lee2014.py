"""Lee 2014 by the table: both sides of every edge."""

from decimal import Decimal

import pytest

from grading.rules.lee2014 import grade_lee2014
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import dull, organs, running

FEVER = {"temperature_celsius": Decimal("38.6")}


def grade(**charted):
    return grade_lee2014(dull(**charted)).grade


@pytest.mark.parametrize(
    ("celsius", "symptoms", "expected"),
    [
        ("37.9", (), 0),
        ("38.0", (), 1),
        ("41.0", (), 1),
        ("36.8", ("myalgia",), 1),
    ],
)
def test_fever_or_constitutional_symptoms_are_grade_1(celsius, symptoms, expected):
    given = {"temperature_celsius": Decimal(celsius), "constitutional_symptoms": symptoms}
    assert grade(**given) == expected


def test_fever_of_another_cause_does_not_count():
    assert grade(**FEVER, fever_attributed_elsewhere=True) == 0


@pytest.mark.parametrize(
    ("device", "fraction", "flow", "expected"),
    [
        # device                FiO2    flow  grade
        ("room_air", None, None, 1),
        ("room_air", "0.21", None, 1),
        ("room_air", "0.40", None, 3),
        ("nasal_cannula", None, "0", 1),
        ("nasal_cannula", None, "4", 2),
        ("nasal_cannula", None, "4.1", None),
        ("nasal_cannula", "0.36", "5", 2),
        ("nasal_cannula", None, None, None),
        ("high_flow_nasal_cannula", None, "0", 1),
        ("high_flow_nasal_cannula", None, "30", None),
        ("high_flow_nasal_cannula", "0.40", "30", 3),
        ("blow_by", None, None, 2),
        ("simple_facemask", None, None, None),
        ("venturi", "0.39", None, 2),
        ("venturi", "0.40", None, 3),
        ("non_rebreather", None, None, 3),
        ("cpap", "0.35", None, 2),
        ("cpap", "0.40", None, 3),
        ("bipap", None, None, None),
        ("invasive_ventilation", "0.30", None, 4),
    ],
)
def test_oxygen_goes_by_the_fraction(device, fraction, flow, expected):
    verdict = grade_lee2014(
        dull(
            **FEVER,
            oxygen_device=device,
            fio2_fraction=None if fraction is None else Decimal(fraction),
            oxygen_flow_lpm=None if flow is None else Decimal(flow),
        )
    )
    assert verdict.grade == expected
    if expected is None:
        assert (verdict.at_least, verdict.missing[0]) == (2, "fio2_fraction")


@pytest.mark.parametrize(
    ("age", "expected"), [(None, None), ("0.9", None), ("1", 2), ("17", 2), ("40", 2)]
)
def test_flow_never_stands_in_for_fio2_in_an_infant(age, expected):
    cannula = {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(2)}
    assert grade(**cannula, age_years=None if age is None else Decimal(age)) == expected


@pytest.mark.parametrize(
    "excluded",
    [
        {"oxygen_device": "venturi", "fio2_fraction": Decimal("0.5"), "oxygen_for_comfort": True},
        {"oxygen_device": "invasive_ventilation", "ventilation_reason": "airway_protection"},
        {"oxygen_device": "invasive_ventilation", "oxygen_for_comfort": True},
        {"oxygen_device": "cpap", "ventilation_reason": "baseline_home_therapy"},
        {
            "oxygen_device": "nasal_cannula",
            "oxygen_flow_lpm": Decimal(2),
            "baseline_home_oxygen_lpm": Decimal(2),
        },
    ],
)
def test_oxygen_for_another_reason_is_not_hypoxia(excluded):
    assert grade(**FEVER, **excluded) == 1


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"ventilation_reason": "procedure", "fio2_fraction": Decimal("0.5")}, None),
        ({"baseline_home_oxygen_lpm": Decimal(2), "oxygen_flow_lpm": Decimal(2)}, None),
        ({"fio2_fraction": Decimal("0.5")}, None),
    ],
)
def test_an_unknown_device_may_be_excluded_or_a_ventilator(stated, expected):
    assert grade(**FEVER, oxygen_device=None, **stated) == expected


def test_home_oxygen_excuses_no_mask_and_no_more_than_its_flow():
    home = {"baseline_home_oxygen_lpm": Decimal(2), "oxygen_flow_lpm": Decimal(3)}
    assert grade(oxygen_device="nasal_cannula", **home) == 2
    mask = home | {"fio2_fraction": Decimal("0.3"), "oxygen_flow_lpm": Decimal(2)}
    assert grade(oxygen_device="venturi", **mask) == 2


@pytest.mark.parametrize(
    ("drugs", "vasopressin", "stated", "expected"),
    [
        # drugs running                        vasopressin  intensity  grade
        ((), False, None, 0),
        (("norepinephrine",), False, "low", 2),
        (("norepinephrine",), False, "high", 3),
        (("norepinephrine", "dopamine"), False, "low", 3),
        (("norepinephrine", "norepinephrine"), False, "low", 2),
        (("norepinephrine",), True, "low", 3),
        (("norepinephrine", "vasopressin"), None, "low", 3),
        (("vasopressin", "terlipressin"), None, "low", 2),
        ((), True, "low", 2),
        ((), True, "high", 3),
        ((), True, None, 2),
        (("angiotensin_II",), False, None, None),
        ((), False, "high", 0),
    ],
)
def test_vasopressors_count_with_vasopressin_and_by_intensity(drugs, vasopressin, stated, expected):
    verdict = grade_lee2014(
        dull(
            vasopressors=tuple(map(running, drugs)),
            vasopressin=vasopressin,
            vasopressor_intensity=stated,
        )
    )
    assert verdict.grade == expected
    alone = not set(drugs) - {"vasopressin", "terlipressin"} and bool(drugs or vasopressin)
    assert (SupportFlag.VASOPRESSIN_ALONE in verdict.flags) is alone


@pytest.mark.parametrize(
    ("drug", "unit", "below", "line"),
    [
        ("norepinephrine", "ug/min", "19.9", "20"),
        ("epinephrine", "ug/min", "9.9", "10"),
        ("dopamine", "ug/kg/min", "9.9", "10"),
        ("phenylephrine", "ug/min", "199.9", "200"),
    ],
)
def test_a_dose_is_high_from_its_line_on_after_three_hours(drug, unit, below, line):
    def graded(dose, hours, age=40):
        return grade(
            vasopressors=(running(drug, dose, unit),),
            hours_on_dose=None if hours is None else Decimal(hours),
            age_years=age,
        )

    assert (graded(below, "3"), graded(line, "3")) == (2, 3)
    assert graded(line, "2.9") == 2
    assert (graded(line, None), graded(below, None)) == (None, 2)
    # Adult doses: above a line a child has a high dose, below it nobody knows.
    assert (graded(line, "3", 17), graded(below, "3", 17), graded(below, "3", 18)) == (3, None, 2)
    assert graded(below, "3", None) is None


def test_a_dose_in_another_unit_or_none_leaves_the_grade_open():
    for drug in (running("norepinephrine", "0.1", "ug/kg/min"), running("norepinephrine")):
        verdict = grade_lee2014(dull(vasopressors=(drug,), hours_on_dose=Decimal(4)))
        assert (verdict.grade, verdict.at_least) == (None, 2)
        assert verdict.missing == ("vasopressor_intensity",)


@pytest.mark.parametrize(
    ("toxicities", "expected"),
    [
        ({"creatinine_increased": 1}, 0),
        ({"creatinine_increased": 2}, 2),
        ({"Creatinine__Increased": 3}, 3),
        ({"creatinine_increased": 4}, 4),
        ({"creatinine_increased": 5}, 4),
        ({"ALT_increased": 2}, 2),
        ({"ALT_increased": 3}, 2),
        ({"AST_increased": 4}, 3),
        ({"Blood_bilirubin_increased": 4}, 4),
        ({"Ejection_fraction_decreased": 3, "ALT_increased": 4}, 3),
        ({"Platelet_count_decreased": 4, "Fatigue": 3, "Hypotension": 4}, 0),
    ],
)
def test_organ_toxicity_counts_and_transaminases_one_grade_less(toxicities, expected):
    assert grade(organ_toxicities=organs(**toxicities)) == expected


@pytest.mark.parametrize(
    ("charted", "expected"),
    [
        ({"fluid_bolus_given": True, "fluid_bolus_count": None}, 2),
        ({"fluid_bolus_count": 4}, 2),
        ({"hypotension_present": True}, 2),
        ({"hypotension_present": True, "hypotension_attributed_elsewhere": True}, 0),
        (
            {
                "vasopressors": (running("dopamine"), running("epinephrine")),
                "hypotension_attributed_elsewhere": True,
            },
            0,
        ),
        ({"fluid_bolus_count": 2, "hypotension_attributed_elsewhere": True}, 0),
    ],
)
def test_hypotension_without_vasopressors(charted, expected):
    assert grade(**charted) == expected
