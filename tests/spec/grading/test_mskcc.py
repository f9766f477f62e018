"""MSKCC: hours on vasopressors decide, and without them the grade stays open."""

from decimal import Decimal

import pytest

from grading.rules.mskcc import DEFAULT_MSKCC_POLICY, MskccPolicy, grade_mskcc
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import answer, dull, grade_of, running

ONE = (running("norepinephrine"),)


def grade(policy=DEFAULT_MSKCC_POLICY, **charted):
    return grade_mskcc(dull(**charted), policy).grade


@pytest.mark.parametrize(
    ("hours", "refractory", "stated", "expected"),
    [
        # hours   refractory  intensity  grade
        ("0", False, "low", 2),
        ("23.9", False, "high", 2),
        ("24", False, "low", 3),
        ("200", False, "high", 3),
        (None, False, "low", None),
        ("1", True, "high", 4),
        ("30", True, "high", 4),
        ("30", True, "low", 3),
        ("1", True, "low", 2),
        ("1", True, None, None),
        ("30", None, "low", 3),
        ("30", None, "high", None),
    ],
)
def test_vasopressors_count_by_hours_and_by_failing(hours, refractory, stated, expected):
    verdict = grade_mskcc(
        dull(
            vasopressors=ONE,
            hours_on_vasopressor=None if hours is None else Decimal(hours),
            hypotension_refractory=refractory,
            vasopressor_intensity=stated,
        )
    )
    assert verdict.grade == expected
    low = bool(refractory) and stated == "low"
    assert (SupportFlag.REFRACTORY_LOW in verdict.flags) is low


def test_without_hours_the_lower_bound_stands_and_hours_are_asked_for():
    verdict = grade_mskcc(dull(vasopressors=(), vasopressin=True))
    assert (verdict.grade, verdict.at_least) == (None, 2)
    assert verdict.missing == ("hours_on_vasopressor",)
    got = answer("mskcc", {"age_years": 30, "vasopressors": ["norepinephrine"]})
    assert (got["grade"], got["at_least"]) == (None, 2)
    assert got["missing"] == ["hours_on_vasopressor"]


@pytest.mark.parametrize(
    ("charted", "expected"),
    [
        ({}, 0),
        ({"temperature_celsius": Decimal("37.9")}, 0),
        ({"temperature_celsius": Decimal("38.0")}, 1),
        ({"constitutional_symptoms": ("malaise",)}, 1),
        ({"fluid_bolus_count": 1}, 1),
        ({"hypotension_present": True}, 1),
        ({"hypotension_refractory": True}, 0),
        ({"oxygen_device": "venturi", "fio2_fraction": Decimal("0.39")}, 2),
        ({"oxygen_device": "venturi", "fio2_fraction": Decimal("0.40")}, 3),
        ({"oxygen_device": "invasive_ventilation"}, 4),
        ({"death_due_to_crs": True}, 5),
    ],
)
def test_the_other_rows(charted, expected):
    assert grade(**charted) == expected


LONG = {"vasopressors": ONE, "hours_on_vasopressor": Decimal(30), "hypotension_refractory": True}


@pytest.mark.parametrize(
    ("policy", "charted", "before", "after"),
    [
        (
            {"inotropes_count": True},
            {"vasopressors": (running("milrinone"),), "hours_on_vasopressor": Decimal(1)},
            0,
            2,
        ),
        ({"untreated_hypotension_grade": 2}, {"hypotension_present": True}, 1, 2),
        ({"fluid_alone_grade": 2}, {"fluid_bolus_count": 1}, 1, 2),
        ({"masks_ventilate": True}, {"oxygen_device": "cpap"}, None, 4),
        (
            {"doses_decide_intensity": False},
            LONG | {"vasopressors": (running("dopamine", "1", "ug/kg/min"),)},
            3,
            None,
        ),
        (
            {"high_dose_hours": 1},
            LONG
            | {
                "vasopressors": (running("dopamine", "10", "ug/kg/min"),),
                "hours_on_dose": Decimal(2),
            },
            3,
            4,
        ),
        (
            {"cannula_below_limit_lpm": 5},
            {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(5)},
            None,
            2,
        ),
    ],
)
def test_each_choice_changes_what_it_says(policy, charted, before, after):
    changed = MskccPolicy(**policy)
    assert (grade(**charted), grade(changed, **charted)) == (before, after)
    assert grade_mskcc(dull(), changed).ruleset.startswith("mskcc-2018/1+")


def test_a_case_may_state_hours_and_failure():
    norepinephrine = [{"drug": "norepinephrine", "dose": 40, "unit": "mcg/min"}]
    long = {"vasopressors": norepinephrine, "hours_on_vasopressor": 24}
    assert grade_of("mskcc", **long) == 3
    assert grade_of("mskcc", **long, hours_on_dose=3, hypotension_refractory=True) == 4
    assert grade_of("mskcc", **long, sbp=80, organ_toxicities={"creatinine increased": 4}) == 3
