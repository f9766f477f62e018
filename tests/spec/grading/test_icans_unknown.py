"""ASTCT ICANS: not recorded, not assessable and not affected are three answers."""

import pytest

from grading.rules.icans_astct import (
    NOT_ASSESSABLE,
    IcansFindings,
    IcansFlag,
    IcansPolicy,
    grade_icans,
)
from tests.spec.grading.findings import child, clear


@pytest.mark.parametrize(
    ("findings", "at_least", "missing"),
    [
        (clear(ice_score=None), 0, ("ice_score",)),
        (clear(ice_score=None, consciousness="awakens_to_voice"), 2, ("ice_score",)),
        (clear(ice_score=None, ice_score_at_most=9), 1, ("ice_score",)),
        (clear(ice_score=None, ice_score_at_most=5), 2, ("ice_score",)),
        (child(capd_score=None), 0, ("capd_score",)),
        (child(capd_score=None, capd_score_at_least=3), 1, ("capd_score",)),
        (child(capd_score=None, capd_score_at_least=9, capd_baseline=9), 0, ("capd_score",)),
        (child(capd_score=None, ice_score=9), 0, ("capd_score",)),
        (clear(ice_score=None, capd_score=9), 0, ("ice_score",)),
        (clear(consciousness=None), 0, ("consciousness",)),
        (clear(seizure=None), 0, ("seizure",)),
        (clear(seizure=None, seizure_minutes=3), 3, ("seizure",)),
        (clear(motor_focal_weakness_deep=None), 0, ("motor_focal_weakness_deep",)),
        (clear(cerebral_edema=None), 0, ("cerebral_edema",)),
        (clear(raised_pressure_signs=None), 0, ("raised_pressure_signs",)),
        (clear(ice_score=2, seizure=None), 3, ("seizure",)),
    ],
)
def test_what_is_missing_is_named_with_the_grade_that_is_forced(findings, at_least, missing):
    verdict = grade_icans(findings)
    assert (verdict.grade, verdict.outcome) == (None, None)
    assert (verdict.at_least, verdict.missing) == (at_least, missing)


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        (IcansFindings(consciousness="unarousable"), 4),
        (IcansFindings(motor_focal_weakness_deep=True), 4),
        (clear(ice_score=None, ice_score_at_most=2), 3),
        (clear(ice_score=None, consciousness="awakens_to_tactile"), 3),
        (child(capd_score=None, capd_score_at_least=9), 3),
        (clear(seizure=None, seizure_minutes=6), 4),
        (clear(cerebral_edema=None, edema_due_to_hemorrhage=True), 0),
        (clear(consciousness=None, consciousness_other_cause=True), 0),
    ],
)
def test_what_could_not_change_the_answer_is_not_missing(findings, grade):
    verdict = grade_icans(findings)
    assert (verdict.grade, verdict.at_least, verdict.missing) == (grade, grade, ())


def test_a_score_sheet_with_items_left_out_says_so():
    by_ice = grade_icans(clear(ice_score=None, ice_score_at_most=2))
    by_capd = grade_icans(child(capd_score=None, capd_score_at_least=9))
    assert by_ice.because[0].inputs == ("ICE at most 2, items left out",)
    assert by_capd.because[0].inputs == ("CAPD at least 9, items left out",)


@pytest.mark.parametrize("reason", ["sedated", "paralyzed"])
def test_a_sedated_patient_is_not_assessable_and_never_0(reason):
    hidden = clear(ice_score=None, ice_unable_reason=reason, consciousness="unarousable")
    verdict = grade_icans(hidden)
    assert (verdict.grade, verdict.outcome, verdict.at_least) == (None, NOT_ASSESSABLE, 0)
    assert verdict.missing == ("ice_score", "consciousness")
    assert verdict.flags == (IcansFlag.HIDDEN,)
    assert verdict.as_dict()["grade"] == "not_assessable"


def test_a_sedated_child_is_not_assessable_either():
    hidden = child(capd_score=None, capd_unable_reason="sedated", consciousness=None)
    assert grade_icans(hidden).outcome == NOT_ASSESSABLE


def test_a_seizure_under_sedation_still_counts():
    hidden = clear(ice_score=None, ice_unable_reason="sedated", seizure="brief_resolved")
    verdict = grade_icans(hidden)
    assert (verdict.outcome, verdict.at_least) == (NOT_ASSESSABLE, 3)
    gravest = clear(ice_score=None, ice_unable_reason="sedated", seizure="prolonged")
    assert grade_icans(gravest).grade == 4


def test_a_score_declined_leaves_the_grade_not_assessable_only_if_nothing_else_is_missing():
    declined = {"ice_score": None, "ice_unable_reason": "declined"}
    assert grade_icans(clear(**declined)).outcome == NOT_ASSESSABLE
    also = grade_icans(clear(**declined, seizure=None))
    assert (also.grade, also.outcome) == (None, None)
    assert also.missing == ("seizure", "ice_score")


def test_unarousable_for_another_cause_says_nothing_about_the_score():
    verdict = grade_icans(
        clear(
            ice_score=None,
            ice_unable_reason="unarousable",
            consciousness="unarousable",
            consciousness_other_cause=True,
        )
    )
    assert (verdict.grade, verdict.outcome) == (None, NOT_ASSESSABLE)


def test_the_reason_unarousable_is_a_finding_even_when_arousal_was_not_charted():
    verdict = grade_icans(IcansFindings(ice_unable_reason="unarousable"))
    assert verdict.as_dict()["because"] == ["Unarousable and unable to perform ICE (unarousable)"]


def test_a_ward_that_images_on_suspicion_may_take_no_imaging_as_no_edema():
    routine = clear(ice_score=9, cerebral_edema=None, raised_pressure_signs=None)
    assert grade_icans(routine).grade is None
    verdict = grade_icans(routine, IcansPolicy(imaging_only_when_found=True))
    assert (verdict.grade, verdict.ruleset) == (1, "astct-icans-2019/1+imaging=1")
