"""The scales of support: what holds for every patient in each of them."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grading.rules.support_findings import SupportFindings
from tests.spec.grading.support import (
    EXCLUSIONS,
    GRADERS,
    contradicts_itself,
    infusions,
    running_lists,
    support_findings,
    toxicities,
)

pytestmark = pytest.mark.parametrize("scale", GRADERS)
REMOVABLE = sorted({field.name for field in fields(SupportFindings)} - EXCLUSIONS)
# Least to most: device, FiO2.
LADDER = (
    ("room_air", None),
    ("nasal_cannula", Decimal("0.30")),
    ("venturi", Decimal("0.35")),
    ("venturi", Decimal("0.40")),
    ("non_rebreather", Decimal("0.80")),
    ("invasive_ventilation", Decimal("0.80")),
)


@given(findings=support_findings, name=st.sampled_from(REMOVABLE))
def test_leaving_something_out_never_makes_us_surer(scale, findings, name):
    assume(not contradicts_itself(findings))
    all_of_it = GRADERS[scale](findings)
    less = GRADERS[scale](replace(findings, **{name: None}))
    assert less.at_least <= all_of_it.at_least
    assert less.grade in (all_of_it.grade, None)


@given(findings=support_findings, drugs=running_lists, drug=infusions)
def test_another_infusion_never_lowers_what_is_forced(scale, findings, drugs, drug):
    fewer, more = (replace(findings, vasopressors=some) for some in (drugs, (*drugs, drug)))
    assert GRADERS[scale](more).at_least >= GRADERS[scale](fewer).at_least


@given(
    findings=support_findings,
    others=running_lists,
    drug=infusions,
    dose=st.decimals("0", "250", places=1),
    more=st.decimals("0", "300", places=1),
)
def test_a_higher_dose_never_lowers_what_is_forced(scale, findings, others, drug, dose, more):
    less, raised = (
        replace(findings, vasopressors=(replace(drug, dose=amount), *others))
        for amount in (dose, dose + more)
    )
    assert GRADERS[scale](raised).at_least >= GRADERS[scale](less).at_least


@given(findings=support_findings)
def test_vasopressin_never_lowers_what_is_forced(scale, findings):
    with_it = GRADERS[scale](replace(findings, vasopressin=True))
    without = GRADERS[scale](replace(findings, vasopressin=False))
    assert with_it.at_least >= without.at_least


@given(findings=support_findings, rung=st.integers(0, len(LADDER) - 2))
def test_more_oxygen_never_lowers_what_is_forced(scale, findings, rung):
    less, more = (
        replace(
            findings,
            oxygen_device=device,
            fio2_fraction=fraction,
            baseline_home_oxygen_lpm=None,
            ventilation_reason=None,
        )
        for device, fraction in LADDER[rung : rung + 2]
    )
    assert GRADERS[scale](more).at_least >= GRADERS[scale](less).at_least


@given(findings=support_findings, fewer=toxicities, more=toxicities)
def test_another_toxicity_never_lowers_what_is_forced(scale, findings, fewer, more):
    few, all_of_them = (replace(findings, organ_toxicities=some) for some in (fewer, fewer | more))
    assert GRADERS[scale](all_of_them).at_least >= GRADERS[scale](few).at_least


@given(findings=support_findings)
def test_a_known_grade_lacks_nothing_and_an_unknown_one_names_what_it_lacks(scale, findings):
    verdict = GRADERS[scale](findings)
    if verdict.grade is None:
        assert verdict.missing
        assert len(set(verdict.missing)) == len(verdict.missing)
        assert all(getattr(findings, name) is None for name in verdict.missing)
    else:
        assert (verdict.at_least, verdict.missing) == (verdict.grade, ())


@given(findings=support_findings)
def test_the_gravest_reason_is_what_is_forced(scale, findings):
    verdict = GRADERS[scale](findings)
    assert max((reason.grade for reason in verdict.because), default=0) == verdict.at_least


@given(findings=support_findings, drugs=running_lists)
def test_the_order_of_infusions_does_not_matter(scale, findings, drugs):
    before, after = (
        GRADERS[scale](replace(findings, vasopressors=some)) for some in (drugs, drugs[::-1])
    )
    assert (before.grade, before.at_least, before.missing) == (
        after.grade,
        after.at_least,
        after.missing,
    )


@given(findings=support_findings)
def test_death_due_to_crs_is_grade_5_whatever_else(scale, findings):
    assert GRADERS[scale](replace(findings, death_due_to_crs=True)).grade == 5


def test_a_vasopressor_nobody_named_is_still_asked_for(scale):
    verdict = GRADERS[scale](SupportFindings(temperature_celsius=Decimal("38.6")))
    assert verdict.at_least == 1
    assert {"vasopressors", "oxygen_device"} <= set(verdict.missing)
