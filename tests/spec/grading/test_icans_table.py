"""ASTCT ICANS: both sides of every edge of the published tables."""

from decimal import Decimal

import pytest

from grading.rules.icans_astct import DEATH, NOTHING, IcansFlag, IcansPolicy, grade_icans
from tests.spec.grading.findings import child, clear


@pytest.mark.parametrize(
    ("ice", "grade"),
    [(10, 0), (9, 1), (8, 1), (7, 1), (6, 2), (5, 2), (4, 2), (3, 2), (2, 3), (1, 3), (0, 3)],
)
def test_the_ice_score_decides_for_adults(ice, grade):
    assert grade_icans(clear(ice_score=ice)).grade == grade


@pytest.mark.parametrize(
    ("capd", "grade"), [(0, 0), (1, 1), (8, 1), (9, 3), (10, 3), (31, 3), (32, 3)]
)
def test_the_delirium_score_decides_for_children(capd, grade):
    assert grade_icans(child(capd_score=capd)).grade == grade


@pytest.mark.parametrize(
    ("capd", "before", "grade"),
    [(4, 4, 0), (4, 5, 0), (5, 4, 1), (9, 9, 0), (9, 8, 3), (9, 0, 3), (0, 0, 0)],
)
def test_a_delirium_score_no_worse_than_before_the_infusion_does_not_count(capd, before, grade):
    assert grade_icans(child(capd_score=capd, capd_baseline=before)).grade == grade


def test_a_ward_may_read_the_delirium_score_without_its_baseline():
    literal = IcansPolicy(capd_change_from_baseline_required=False)
    verdict = grade_icans(child(capd_score=4, capd_baseline=4), literal)
    assert (verdict.grade, verdict.ruleset) == (1, "astct-icans-2019/1+P9=0")


@pytest.mark.parametrize(
    ("level", "grade"),
    [
        ("alert", 0),
        ("new_confusion", 0),
        ("drowsy_awakens_spontaneously", 1),
        ("awakens_to_voice", 2),
        ("awakens_to_tactile", 3),
        ("unarousable", 4),
    ],
)
def test_what_it_takes_to_wake_the_patient_decides(level, grade):
    assert grade_icans(clear(consciousness=level)).grade == grade
    assert grade_icans(clear(consciousness=level, consciousness_other_cause=True)).grade == 0


@pytest.mark.parametrize(
    ("seizure", "minutes", "grade"),
    [
        ("none", None, 0),
        ("brief_resolved", None, 3),
        ("brief_resolved", "0", 3),
        ("brief_resolved", "4.9", 3),
        ("brief_resolved", "5", 3),
        ("brief_resolved", "5.1", 4),
        ("prolonged", None, 4),
        ("prolonged", "5", 3),
        ("prolonged", "5.01", 4),
        ("prolonged", "6", 4),
        ("nonconvulsive_eeg_resolved", None, 3),
        ("nonconvulsive_eeg_resolved", "6", 4),
        ("repetitive_no_return_to_baseline", None, 4),
        ("repetitive_no_return_to_baseline", "1", 4),
    ],
)
def test_a_seizure_is_prolonged_above_five_minutes_and_not_at_five(seizure, minutes, grade):
    minutes = None if minutes is None else Decimal(minutes)
    assert grade_icans(clear(seizure=seizure, seizure_minutes=minutes)).grade == grade


@pytest.mark.parametrize(
    ("finding", "grade"),
    [
        ({"motor_focal_weakness_deep": True}, 4),
        ({"cerebral_edema": "focal"}, 3),
        ({"cerebral_edema": "diffuse"}, 4),
        ({"cerebral_edema": "diffuse", "edema_due_to_hemorrhage": True}, 0),
        ({"cerebral_edema": "focal", "intracranial_hemorrhage": True}, 3),
        ({"intracranial_hemorrhage": True}, 0),
        ({"raised_pressure_signs": frozenset({"papilloedema"})}, 4),
        ({"raised_pressure_signs": frozenset({"decorticate_posturing"})}, 4),
        ({"death_due_to_icans": True}, 5),
        ({"death_due_to_icans": False}, 0),
        ({"ice_score": 3, "seizure": "brief_resolved"}, 3),
        ({"ice_score": 0, "global_aphasia": True}, 3),
        ({"ice_score": 0, "consciousness": "unarousable"}, 4),
        ({"ice_score": None, "ice_unable_reason": "unarousable"}, 4),
        ({"ice_score": 8, "consciousness": "awakens_to_tactile"}, 3),
    ],
)
def test_the_worst_domain_decides(finding, grade):
    assert grade_icans(clear(**finding)).grade == grade


@pytest.mark.parametrize(
    ("age", "delay", "unable", "grade"),
    [
        # a CAPD of 9 and an ICE of 10 or none, by age
        (Decimal("0.5"), None, None, 3),
        (Decimal("11.99"), None, None, 3),
        (Decimal("12.0"), None, None, 0),
        (40, None, None, 0),
        (14, True, None, 3),
        (14, False, None, 0),
        (None, True, None, 3),
        (None, None, None, 0),
    ],
)
def test_the_delirium_score_is_for_the_young_and_those_who_cannot_do_ice(age, delay, unable, grade):
    both = clear(age_years=age, developmental_delay=delay, capd_score=9, ice_unable_reason=unable)
    assert grade_icans(both).grade == grade


def test_the_delirium_score_stands_in_where_ice_is_stated_to_be_impossible():
    stated = clear(ice_score=None, ice_unable_reason="language_barrier", capd_score=9)
    assert grade_icans(stated).grade == 3


def test_without_an_age_the_score_that_was_charted_is_used():
    assert grade_icans(clear(age_years=None, ice_score=None, capd_score=9)).grade == 3
    unable = clear(age_years=None, ice_score=None, capd_unable_reason="unarousable")
    assert grade_icans(unable).grade == 4


def test_the_age_at_which_ice_begins_is_a_choice():
    twelve = clear(age_years=12, ice_score=10, capd_score=9)
    verdict = grade_icans(twelve, IcansPolicy(capd_below_age_years=13))
    assert (verdict.grade, verdict.ruleset) == (3, "astct-icans-2019/1+P10=13")


@pytest.mark.parametrize(
    ("findings", "flags"),
    [
        (clear(), ()),
        (clear(intracranial_hemorrhage=True), (IcansFlag.HEMORRHAGE,)),
        (child(capd_score=3), (IcansFlag.NO_BASELINE,)),
        (child(capd_score=3, capd_baseline=2), ()),
        (child(capd_score=3, capd_baseline=3), (IcansFlag.UNCHANGED,)),
        (child(capd_score=None, ice_score=9), (IcansFlag.WRONG_TOOL,)),
        (clear(ice_score=None, capd_score=9), (IcansFlag.CAPD_AT_ICE_AGE,)),
        (clear(consciousness="new_confusion"), (IcansFlag.CONFUSED,)),
        (clear(seizure="prolonged", seizure_minutes=5), (IcansFlag.LENGTH,)),
        (clear(seizure="prolonged", seizure_minutes=6), ()),
        (clear(seizure="brief_resolved", seizure_minutes=6), (IcansFlag.LENGTH,)),
        (clear(seizure="brief_resolved", seizure_minutes=5), ()),
        (clear(seizure="repetitive_no_return_to_baseline", seizure_minutes=6), ()),
        (clear(seizure="none", seizure_minutes=2), (IcansFlag.LENGTH,)),
        (clear(seizure="none", seizure_minutes=0), ()),
        (clear(global_aphasia=True, ice_score=4), (IcansFlag.APHASIA,)),
        (clear(global_aphasia=True, ice_score=0), ()),
    ],
)
def test_each_flag_is_raised_where_it_belongs_and_nowhere_else(findings, flags):
    assert grade_icans(findings).flags == flags


@pytest.mark.parametrize(
    ("findings", "because"),
    [
        (clear(), ["No domain is affected"]),
        (
            clear(ice_score=0, global_aphasia=True),
            ["ICE 0 to 2 (ICE 0, awake with global aphasia)"],
        ),
        (
            child(capd_score=9, capd_baseline=2),
            ["CAPD 9 or above (CAPD 9, 2 before)"],
        ),
        (
            clear(seizure="prolonged", seizure_minutes=6),
            [
                "Seizure longer than 5 minutes, or repetitive without return to baseline "
                "(seizure: prolonged, over 5 minutes, lasting 6 min)"
            ],
        ),
        (
            clear(motor_focal_weakness_deep=True),
            ["Deep focal motor weakness (deep focal weakness)"],
        ),
        (
            clear(cerebral_edema="focal"),
            ["Focal or local edema on imaging (focal edema on imaging)"],
        ),
        (
            clear(raised_pressure_signs=frozenset({"papilloedema", "cushing_triad"})),
            [
                "Posturing, cranial nerve VI palsy, papilledema or Cushing triad "
                "(Cushing triad, papilledema)"
            ],
        ),
        (clear(consciousness="awakens_to_voice"), ["Awakens to voice (awakens to voice)"]),
    ],
)
def test_a_grade_says_why(findings, because):
    assert grade_icans(findings).as_dict()["because"] == because


@pytest.mark.parametrize(
    ("charted", "words"),
    [
        ({"consciousness": "asleep"}, "unknown consciousness 'asleep'; known: alert"),
        ({"seizure": "maybe"}, "unknown seizure 'maybe'"),
        (
            {"raised_pressure_signs": frozenset({"squint"})},
            "unknown sign of raised pressure squint",
        ),
        ({"ice_score": 11}, "ice_score must be 0 to 10, not 11"),
        ({"ice_score": -1}, "ice_score must be 0 to 10, not -1"),
        ({"capd_score": 33}, "capd_score must be 0 to 32, not 33"),
    ],
)
def test_a_word_or_score_outside_its_bounds_is_refused(charted, words):
    with pytest.raises(ValueError, match=words):
        grade_icans(clear(**charted))


def test_death_due_to_icans_and_a_clear_head_give_their_own_reason():
    death, nothing = grade_icans(clear(death_due_to_icans=True)), grade_icans(clear())
    assert [(r.criterion, r.grade) for r in death.because] == [("icans-5-death", 5)]
    assert [(r.criterion, r.grade) for r in nothing.because] == [("icans-0-nothing", 0)]
    assert (DEATH.grade, NOTHING.grade) == (5, 0)
