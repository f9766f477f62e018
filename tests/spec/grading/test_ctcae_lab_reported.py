"""Results printed as a bound: <25 may be any grade from there on, and >150 tells of none."""

from decimal import Decimal

import pytest

from grading.rules.ctcae_lab import LabFindings, grade_lab
from grading.rules.ctcae_lab_bounds import grade_reported

PLATELETS = {"term": "Platelet count decreased", "unit": "10^9/L", "lln": Decimal(150)}
ALT = {"term": "ALT increased", "unit": "U/L", "uln": Decimal(40), "baseline_abnormal": False}


def reported(printed, **about):
    """A result as the laboratory printed it, such as "<25" or "800"."""
    number = printed.lstrip("<>=")
    findings = LabFindings(value=Decimal(number), **about)
    return grade_reported(findings, comparator=printed.removesuffix(number))


@pytest.mark.parametrize(
    ("printed", "about", "grade", "at_least", "missing"),
    [
        # Toward the graver side the grade at the bound is forced, and only the top is final.
        ("<25", PLATELETS, 4, 4, ()),
        ("<=25", PLATELETS, None, 3, ("value",)),
        ("<50", PLATELETS, None, 3, ("value",)),
        ("<=50", PLATELETS, None, 2, ("value",)),
        ("<150", PLATELETS, None, 1, ("value",)),
        ("<=150", PLATELETS, None, 0, ("value",)),
        ("<0", PLATELETS, 4, 4, ()),
        (">800", ALT, 4, 4, ()),
        (">=800", ALT, None, 3, ("value",)),
        (">40", ALT, None, 1, ("value",)),
        (">=40", ALT, None, 0, ("value",)),
        # Toward the milder side it tells only that there is none.
        (">150", PLATELETS, 0, 0, ()),
        (">=150", PLATELETS, 0, 0, ()),
        (">=149", PLATELETS, None, 0, ("value",)),
        (">20", PLATELETS, None, 0, ("value",)),
        ("<=40", ALT, 0, 0, ()),
        ("<41", ALT, None, 0, ("value",)),
        ("<900", ALT, None, 0, ("value",)),
    ],
)
def test_a_bound_decides_as_far_as_it_goes(printed, about, grade, at_least, missing):
    verdict = reported(printed, **about)
    assert (verdict.grade, verdict.at_least, verdict.missing) == (grade, at_least, missing)


@pytest.mark.parametrize(
    ("printed", "about", "because"),
    [
        ("<25", PLATELETS, ["<25 10^9/L (value <25 10^9/L, LLN 150 10^9/L)"]),
        ("<=50", PLATELETS, ["<75 to 50 10^9/L (value <=50 10^9/L, LLN 150 10^9/L)"]),
        (">800", ALT, [">20 x ULN, baseline normal (value >800 U/L, ULN 40 U/L)"]),
        (">150", PLATELETS, ["Within the limits of grade 1 (value >150 10^9/L, LLN 150 10^9/L)"]),
        (">20", PLATELETS, []),
        ("25", PLATELETS, ["<50 to 25 10^9/L (value 25 10^9/L, LLN 150 10^9/L)"]),
    ],
)
def test_the_reason_repeats_what_was_printed(printed, about, because):
    assert [str(why) for why in reported(printed, **about).because] == because


def test_a_bound_where_something_else_is_missing_asks_for_that_and_for_the_value():
    verdict = reported(">90", **(ALT | {"baseline_abnormal": None}))
    assert (verdict.grade, verdict.at_least) == (None, 0)
    assert verdict.missing == ("baseline", "baseline_abnormal")
    creatinine = {"term": "Creatinine increased", "unit": "mg/dL", "uln": Decimal(1)}
    verdict = reported(">2", **creatinine)
    assert (verdict.grade, verdict.at_least) == (None, 2)
    assert verdict.missing == ("baseline", "value")
    assert reported(">6", **creatinine).grade == 4


@pytest.mark.parametrize(
    ("comparator", "findings"),
    [
        ("", LabFindings(value=Decimal(24), **PLATELETS)),
        ("<", LabFindings(**PLATELETS)),
        ("<", LabFindings("Ferritin", value=Decimal(3), unit="ng/mL")),
    ],
)
def test_without_a_bound_a_value_or_a_number_to_compare_it_is_graded_as_ever(comparator, findings):
    verdict = grade_reported(findings, comparator=comparator)
    plain = grade_lab(findings)
    assert (verdict.at_least, verdict.because, verdict.outcome) == (
        plain.at_least,
        plain.because,
        plain.outcome,
    )
