"""A choice that lets more count also asks for more."""

import pytest

from grading.rules.crs_astct import grade_crs
from grading.rules.crs_findings import CrsPolicy
from tests.spec.grading.findings import febrile

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
