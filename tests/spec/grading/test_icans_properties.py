"""ASTCT ICANS: what holds for every patient."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from grading.rules.icans_astct import grade_icans
from grading.rules.vocabulary import CerebralEdema, Consciousness, Seizure
from tests.spec.grading.strategies import ICANS_FINDINGS, adults, children, icans_findings

AROUSAL = (
    Consciousness.ALERT,
    Consciousness.DROWSY_AWAKENS_SPONTANEOUSLY,
    Consciousness.AWAKENS_TO_VOICE,
    Consciousness.AWAKENS_TO_TACTILE,
    Consciousness.UNAROUSABLE,
)
WORSE = {
    "consciousness": AROUSAL,
    "seizure": (Seizure.NONE, Seizure.BRIEF_RESOLVED, Seizure.PROLONGED),
    "motor_focal_weakness_deep": (False, True),
    "cerebral_edema": tuple(CerebralEdema),
    "raised_pressure_signs": (frozenset(), frozenset({"papilloedema"})),
}


@given(icans_findings, st.sampled_from(sorted(WORSE)), st.data())
def test_a_worse_domain_never_lowers_the_grade(findings, name, data):
    worst = len(WORSE[name]) - 1
    low = data.draw(st.integers(0, worst))
    high = data.draw(st.integers(low, worst))
    better = grade_icans(replace(findings, **{name: WORSE[name][low]}))
    worse = grade_icans(replace(findings, **{name: WORSE[name][high]}))
    assert worse.at_least >= better.at_least


@given(adults, st.integers(0, 10))
def test_a_lower_ice_score_never_lowers_the_grade(findings, lost):
    assume(findings.ice_score is not None)
    worse = replace(findings, ice_score=max(0, findings.ice_score - lost))
    assert grade_icans(worse).at_least >= grade_icans(findings).at_least


@given(children, st.integers(0, 32))
def test_a_higher_delirium_score_never_lowers_the_grade(findings, more):
    assume(findings.capd_score is not None)
    worse = replace(findings, capd_score=min(32, findings.capd_score + more))
    assert grade_icans(worse).at_least >= grade_icans(findings).at_least


@given(icans_findings, st.sampled_from(ICANS_FINDINGS))
def test_leaving_something_out_never_makes_us_surer(findings, name):
    less = grade_icans(replace(findings, **{name: None}))
    all_of_it = grade_icans(findings)
    assert less.at_least <= all_of_it.at_least
    if all_of_it.grade is not None:
        assert less.grade in (all_of_it.grade, None)
    else:
        assert less.grade is None


@given(icans_findings)
def test_a_known_grade_lacks_nothing_and_an_unknown_one_names_what_it_lacks(findings):
    verdict = grade_icans(findings)
    if verdict.grade is None:
        assert verdict.missing
        assert all(getattr(findings, name) is None for name in verdict.missing)
    else:
        assert (verdict.at_least, verdict.missing) == (verdict.grade, ())


@given(icans_findings)
def test_the_gravest_reason_is_the_grade(findings):
    verdict = grade_icans(findings)
    assert max((reason.grade for reason in verdict.because), default=0) == verdict.at_least
