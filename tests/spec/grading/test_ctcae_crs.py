"""The CTCAE v5.0 term: one vasopressor is grade 3 at any dose; life decides grade 4."""

from decimal import Decimal

import pytest

from grading.rules.ctcae_crs import (
    DEFAULT_CTCAE_CRS_POLICY,
    CtcaeCrsPolicy,
    grade_ctcae_crs,
)
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import answer, dull, grade_of, organs, running

ONE = (running("norepinephrine"),)
TWO = (*ONE, running("dopamine"))


def grade(policy=DEFAULT_CTCAE_CRS_POLICY, **charted):
    return grade_ctcae_crs(dull(**charted), policy).grade


@pytest.mark.parametrize(
    ("charted", "expected"),
    [
        ({}, 0),
        ({"temperature_celsius": Decimal("37.9")}, 0),
        ({"temperature_celsius": Decimal("38.0")}, 1),
        # Constitutional symptoms may go with fever; without it they are no CRS.
        ({"constitutional_symptoms": ("rigors",)}, 0),
        ({"fluid_bolus_count": 1}, 2),
        ({"hypotension_present": True}, 2),
        ({"vasopressors": ONE}, 3),
        ({"vasopressin": True}, 3),
        ({"vasopressors": TWO}, 3),
        ({"vasopressors": TWO, "life_threatening": True}, 4),
        ({"life_threatening": True}, 4),
        ({"life_threatening": False}, 0),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(4)}, 2),
        ({"oxygen_device": "simple_facemask", "fio2_fraction": Decimal("0.39")}, 2),
        ({"oxygen_device": "simple_facemask", "fio2_fraction": Decimal("0.40")}, 3),
        ({"oxygen_device": "cpap", "fio2_fraction": Decimal("0.35")}, 2),
        ({"oxygen_device": "invasive_ventilation"}, 4),
        ({"organ_toxicities": organs(creatinine_increased=4)}, 0),
        ({"death_due_to_crs": True}, 5),
    ],
)
def test_the_term_is_graded_row_by_row(charted, expected):
    assert grade(**charted) == expected


def test_a_vasopressor_is_grade_3_whatever_is_left_to_ask():
    verdict = grade_ctcae_crs(dull(vasopressors=ONE, vasopressin=None, oxygen_device=None))
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, 3, ("oxygen_device",))


@pytest.mark.parametrize(
    ("policy", "charted", "before", "after"),
    [
        ({"inotropes_count": True}, {"vasopressors": (running("milrinone"),)}, 0, 3),
        ({"untreated_hypotension_grade": 1}, {"hypotension_present": True}, 2, 1),
        ({"several_vasopressors_grade": 4}, {"vasopressors": TWO}, 3, 4),
        ({"masks_ventilate": True}, {"oxygen_device": "bipap"}, None, 4),
        (
            {"cannula_below_limit_lpm": 6},
            {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(6)},
            None,
            2,
        ),
    ],
)
def test_each_choice_changes_what_it_says(policy, charted, before, after):
    changed = CtcaeCrsPolicy(**policy)
    assert (grade(**charted), grade(changed, **charted)) == (before, after)
    assert grade_ctcae_crs(dull(), changed).ruleset.startswith("ctcae-5.0-crs/1+")


@pytest.mark.parametrize(
    ("charted", "raised", "silent"),
    [
        ({"vasopressors": TWO}, SupportFlag.SEVERAL, {"life_threatening": True}),
        (
            {"fluid_bolus_count": 1, "fluid_responsive": False},
            SupportFlag.NOT_RESPONDING,
            {"fluid_responsive": True},
        ),
        ({"vasopressors": (running("milrinone"),)}, SupportFlag.INOTROPE, {"vasopressors": ONE}),
    ],
)
def test_a_person_is_asked_where_the_term_leaves_room(charted, raised, silent):
    assert raised in grade_ctcae_crs(dull(**charted)).flags
    assert raised not in grade_ctcae_crs(dull(**(charted | silent))).flags


def test_the_term_may_be_named_or_left_out_and_no_other_is_graded_here():
    assert grade_of("ctcae5-crs", term="Cytokine release syndrome") == 1
    assert grade_of("ctcae5-crs", constitutional=["myalgia"], symptomatic=True) == 1
    for other in ("Fever", 5):
        refused = answer("ctcae5-crs", {"term": other})
        assert refused["error"].startswith("term must be Cytokine release syndrome, not ")
        assert refused["error"].endswith("; see ctcae-symptom")
