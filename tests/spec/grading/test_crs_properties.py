"""ASTCT CRS: what holds for every patient."""

from dataclasses import fields, replace
from decimal import Decimal
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from grading.rules.crs_astct import CrsFindings, grade_crs
from grading.rules.vocabulary import OxygenDevice, Vasopressor
from tests.spec.grading.strategies import CRS_EXCLUSIONS, crs_findings

REMOVABLE = sorted({field.name for field in fields(CrsFindings)} - CRS_EXCLUSIONS)
# Least to most, as the table has it; a mask and high flow are equals.
LADDER = (
    ("room_air", None),
    ("nasal_cannula", Decimal(2)),
    ("nasal_cannula", Decimal(6)),
    ("nasal_cannula", Decimal(7)),
    ("venturi", Decimal(7)),
    ("bipap", None),
)


@given(crs_findings, st.sampled_from(Vasopressor))
def test_another_vasopressor_never_lowers_the_grade(findings, drug):
    assume(findings.vasopressors is not None)
    more = replace(findings, vasopressors=findings.vasopressors | {drug})
    before, after = grade_crs(findings), grade_crs(more)
    assert after.at_least >= before.at_least
    if before.grade is not None and after.grade is not None:
        assert after.grade >= before.grade


@given(crs_findings, st.integers(0, len(LADDER) - 2))
def test_more_oxygen_never_lowers_the_grade(findings, rung):
    less, more = (
        replace(
            findings,
            oxygen_device=device,
            oxygen_flow_lpm=flow,
            baseline_home_oxygen_lpm=None,
            ventilation_reason=None,
        )
        for device, flow in LADDER[rung : rung + 2]
    )
    assert grade_crs(more).at_least >= grade_crs(less).at_least


@given(crs_findings, st.decimals("0", "3", places=2))
def test_a_higher_temperature_never_lowers_the_grade(findings, warmer):
    assume(findings.temperature_celsius is not None)
    hotter = replace(findings, temperature_celsius=findings.temperature_celsius + warmer)
    assert grade_crs(hotter).at_least >= grade_crs(findings).at_least


@given(crs_findings, st.sampled_from(REMOVABLE))
def test_leaving_something_out_never_makes_us_surer(findings, name):
    less = grade_crs(replace(findings, **{name: None}))
    all_of_it = grade_crs(findings)
    assert less.at_least <= all_of_it.at_least
    if all_of_it.grade is not None:
        assert less.grade in (all_of_it.grade, None)
    else:
        assert less.grade is None


@given(
    crs_findings, st.sampled_from(sorted(CRS_EXCLUSIONS - {"waiving_agents", "death_due_to_crs"}))
)
def test_withdrawing_an_attribution_never_lowers_what_is_possible(findings, name):
    before, after = grade_crs(findings), grade_crs(replace(findings, **{name: None}))
    if before.grade is not None and after.grade is not None:
        assert after.grade >= before.grade


@given(crs_findings)
def test_a_known_grade_lacks_nothing_and_an_unknown_one_names_what_it_lacks(findings):
    verdict = grade_crs(findings)
    if verdict.grade is None:
        assert verdict.missing
        assert len(set(verdict.missing)) == len(verdict.missing)
        assert all(getattr(findings, name) is None for name in verdict.missing)
    else:
        assert (verdict.at_least, verdict.missing) == (verdict.grade, ())


@given(crs_findings)
def test_the_gravest_reason_is_the_grade(findings):
    verdict = grade_crs(findings)
    assert max((reason.grade for reason in verdict.because), default=0) == verdict.at_least


@given(crs_findings)
def test_every_completion_of_what_is_missing_stays_above_the_forced_grade(findings):
    forced = grade_crs(findings).at_least
    for pressors, device, low, celsius in product(
        (frozenset(), frozenset({"dopamine"})),
        (OxygenDevice.ROOM_AIR, OxygenDevice.CPAP),
        (False, True),
        (Decimal(37), Decimal(39)),
    ):
        filled = replace(
            findings,
            temperature_celsius=_or(findings.temperature_celsius, celsius),
            fever_within_course=_or(findings.fever_within_course, low),
            fever_waiving_treatment_given=_or(findings.fever_waiving_treatment_given, low),
            vasopressors=_or(findings.vasopressors, pressors),
            vasopressin=_or(findings.vasopressin, low),
            fluid_bolus_given=_or(findings.fluid_bolus_given, low),
            hypotension_present=_or(findings.hypotension_present, low),
            oxygen_device=_or(findings.oxygen_device, device),
            oxygen_flow_lpm=_or(findings.oxygen_flow_lpm, Decimal(4)),
            hours_since_last_fever=_or(findings.hours_since_last_fever, Decimal(50)),
        )
        verdict = grade_crs(filled)
        assert verdict.grade is not None
        assert verdict.grade >= forced


def _or(value, otherwise):
    return otherwise if value is None else value
