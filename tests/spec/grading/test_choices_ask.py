"""A choice that lets more count also asks for more, and flags no more than it judges."""

import pytest

from grading.rules.crs_astct import grade_crs
from grading.rules.crs_findings import CrsPolicy
from grading.rules.icans_astct import IcansFlag, grade_icans
from grading.rules.icans_findings import IcansPolicy
from tests.spec.grading.findings import child, clear, febrile

COUNTED = CrsPolicy(inotropes_count=True)
ONE = frozenset({"norepinephrine"})


@pytest.mark.parametrize(
    ("charted", "at_least", "missing"),
    [
        ({"vasopressors": ONE, "inotropes": None}, 3, ("inotropes",)),
        ({"vasopressors": None, "inotropes": frozenset({"milrinone"})}, 3, ("vasopressors",)),
        ({"vasopressors": frozenset(), "inotropes": None}, 1, ("inotropes",)),
        ({"vasopressors": None, "inotropes": None}, 1, ("vasopressors",)),
    ],
)
def test_where_inotropes_count_both_lists_are_asked_for(charted, at_least, missing):
    verdict = grade_crs(febrile(**charted), COUNTED)
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, at_least, missing)


def test_where_inotropes_do_not_count_nobody_asks_for_them():
    assert grade_crs(febrile(vasopressors=ONE, inotropes=None)).grade == 3
    assert grade_crs(febrile(vasopressors=frozenset(), inotropes=None)).grade == 1
    assert grade_crs(febrile(vasopressors=None, inotropes=None)).missing == ("vasopressors",)


@pytest.mark.parametrize(
    ("required", "grade", "flags"), [(True, 0, (IcansFlag.UNCHANGED,)), (False, 3, ())]
)
def test_a_score_as_before_is_flagged_only_where_change_is_required(required, grade, flags):
    policy = IcansPolicy(capd_change_from_baseline_required=required)
    verdict = grade_icans(child(capd_score=9, capd_baseline=9), policy)
    assert (verdict.grade, verdict.flags) == (grade, flags)


def test_imaging_nobody_did_is_asked_for_unless_it_counts_as_not_found():
    findings = clear(cerebral_edema=None, raised_pressure_signs=None)
    asked = grade_icans(findings)
    assert (asked.grade, asked.missing) == (None, ("cerebral_edema", "raised_pressure_signs"))
    verdict = grade_icans(findings, IcansPolicy(imaging_only_when_found=True))
    assert (verdict.grade, verdict.missing) == (0, ())
    assert verdict.ruleset == "astct-icans-2019/1+imaging=1"
