"""CTCAE laboratory terms: what cannot be graded, what needs a clinician, what is refused."""

from decimal import Decimal

import pytest

from grading.rules.ctcae_lab import (
    NEEDS_CLINICAL_INPUT,
    NO_TERM,
    CtcaeLabPolicy,
    LabFindings,
    LabFlag,
    grade_lab,
)
from tests.spec.grading.case_files import asker

strict = asker("ctcae-lab")
assumed = asker("ctcae-lab", assume_normal=True)
ALT, NA, K = "ALT increased", "Hyponatremia", "Hyperkalemia"
CREATININE, INR = "Creatinine increased", "INR increased"


def grade_of(answer):
    return answer["grade"], answer["at_least"], answer["missing"]


NO_TERMS = (
    *("Ferritin", "CRP", "C-reactive protein", "IL-6", "il-10", "IFN-gamma", "TNF-alpha"),
    *("D-dimer", "Procalcitonin", "Ferritin increased", "CRP elevated", "sIL-2R"),
)


@pytest.mark.parametrize("term", NO_TERMS)
def test_what_ctcae_has_no_term_for_never_gets_a_grade(term):
    answer = assumed(term=term, value=800000, unit="ng/mL", uln=400)
    assert grade_of(answer) == (NO_TERM, 0, [])
    assert "no term" in answer["because"][0]


@pytest.mark.parametrize("term", ["Hypophosphatemia", "Hyperphosphatemia", "Hyperglycemia"])
def test_a_term_without_numbers_needs_a_clinician(term):
    answer = assumed(term=term, value=0.2, unit="mmol/L", lln=0.8)
    assert grade_of(answer) == (NEEDS_CLINICAL_INPUT, 0, [])


@pytest.mark.parametrize(
    ("term", "case", "at_least"),
    [
        (NA, {"value": 128, "unit": "mmol/L", "lln": 135}, 2),
        ("Hypokalemia", {"value": 3.2, "unit": "mmol/L", "lln": 3.5}, 1),
        ("Hyperuricemia", {"value": 9, "unit": "mg/dL", "uln": 7}, 1),
        ("Lipase increased", {"value": 250, "unit": "U/L", "uln": 100}, 2),
        ("Lipase increased", {"value": 600, "unit": "U/L", "uln": 100}, 3),
    ],
)
def test_symptoms_nobody_stated_leave_the_grade_to_a_clinician(term, case, at_least):
    answer = strict(term=term, **case)
    assert grade_of(answer) == (NEEDS_CLINICAL_INPUT, at_least, ["symptomatic"])
    stated = strict(term=term, symptomatic=False, **case)
    assert stated["grade"] == at_least


def test_case_files_read_unstated_symptoms_as_present_and_say_so():
    answer = assumed(term="Hyperuricemia", value=9, unit="mg/dL", uln=7)
    assert (answer["grade"], answer["flags"]) == (3, [LabFlag.CLINICAL_TOP, LabFlag.ASSUMED])
    within = assumed(term="Hyperuricemia", value=6, unit="mg/dL", uln=7)
    assert (within["grade"], within["flags"]) == (0, [])


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"value": 5.2, "unit": "mmol/L"}, (None, 0, ["uln"])),
        ({"value": 5.6, "unit": "mmol/L"}, (2, 2, [])),
        ({"value": 5.6, "uln": 5}, (None, 0, ["unit"])),
        ({"value": 5.6, "unit": "", "uln": 5}, (None, 0, ["unit"])),
        ({"value": 5.6, "unit": "mg/dL", "uln": 5}, (None, 0, ["unit"])),
        ({"unit": "mmol/L", "uln": 5}, (None, 0, ["value"])),
    ],
)
def test_what_is_missing_is_named_unless_an_absolute_limit_decides(case, expected):
    for ask in (strict, assumed):
        assert grade_of(ask(term=K, **case)) == expected


def test_a_wrong_unit_is_answered_with_the_units_that_would_do():
    answer = strict(term="Hypomagnesemia", value=0.4, unit="g/L", lln=0.7)
    assert "unit g/L, graded in mmol/L, mg/dL" in answer["because"][0]
    enzyme = strict(term=ALT, value=50, unit="mmol/L", uln=40, baseline_abnormal=False)
    assert "graded in u/l, iu/l" in enzyme["because"][0]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"value": 40}, (0, 0, [])),  # within the limit: no multiple of a raised baseline either
        ({"value": 130}, (None, 0, ["baseline_abnormal", "baseline"])),
        ({"value": 130, "baseline_abnormal": False}, (2, 2, [])),
        ({"value": 130, "baseline_abnormal": True}, (None, 0, ["baseline"])),
        ({"value": 130, "baseline": 35}, (2, 2, [])),
        ({"value": 130, "baseline": 80}, (1, 1, [])),
        ({"value": 130, "baseline": 100}, (0, 0, [])),
    ],
)
def test_a_liver_test_asks_for_its_baseline(case, expected):
    answer = strict(term=ALT, unit="U/L", uln=40, **case)
    assert answer["grade"] == expected[0]
    assert answer["at_least"] == expected[1]
    assert set(answer["missing"]) <= set(expected[2])
    assert bool(answer["missing"]) == bool(expected[2])


def test_a_liver_test_without_its_limit_is_open():
    assert strict(term=ALT, value=130, unit="U/L")["grade"] is None
    assert assumed(term=ALT, value=130, unit="U/L")["missing"] == ["uln"]


@pytest.mark.parametrize(
    ("ask", "case", "expected"),
    [
        (strict, {"value": 0.8}, (None, 0, ["baseline"])),
        (strict, {"value": 6.1}, (4, 4, [])),
        (assumed, {"value": 0.8}, (0, 0, [])),
        (assumed, {"value": 0.8, "baseline": 0.25}, (3, 3, [])),
        (assumed, {"value": 0.8, "ctcae_version": "4.03"}, (None, 0, ["baseline"])),
        (assumed, {"value": 1.1, "ctcae_version": "4.03"}, (1, 1, [])),
        (assumed, {"value": 0.8, "baseline": 0.7, "ctcae_version": "4.03"}, (1, 1, [])),
    ],
)
def test_creatinine_asks_for_a_baseline_as_its_edition_does(ask, case, expected):
    assert grade_of(ask(term=CREATININE, unit="mg/dL", uln=1, **case)) == expected


@pytest.mark.parametrize(
    ("ask", "case", "expected"),
    [
        (strict, {"value": 1.4}, (None, 0)),
        (strict, {"value": 1.4, "anticoagulated": False}, (1, 1)),
        (strict, {"value": 1.4, "anticoagulated": True}, (None, 0)),
        (assumed, {"value": 1.4}, (1, 1)),
        (assumed, {"value": 1.2}, (None, 0)),
        (assumed, {"value": 2.6}, (3, 3)),
    ],
)
def test_inr_asks_for_anticoagulation(ask, case, expected):
    answer = ask(term=INR, **case)
    assert (answer["grade"], answer["at_least"]) == expected


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({"baseline": 0.5, "lln": 0.6}, 3),
        ({"baseline": 0.5, "lln": 0.4}, 1),
        ({"baseline": 0.5, "baseline_abnormal": True}, 3),
        ({"baseline": 1.4, "baseline_abnormal": True}, 1),
        ({"baseline": 0.5, "baseline_abnormal": False}, 1),
        ({"baseline_abnormal": True}, None),
        ({"baseline": 0.5}, None),
    ],
)
def test_creatinine_of_6_0_goes_by_a_baseline_below_its_limit(case, grade):
    case = {"value": 1.51, "uln": 1.3, "unit": "mg/dL", "ctcae_version": "6.0"} | case
    assert strict(term=CREATININE, **case)["grade"] == grade
    assert assumed(term=CREATININE, value=1.51, uln=1.3, ctcae_version="6.0")["grade"] == 1


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({"value": 320}, 0),
        ({"value": 100}, None),
        ({"value": 49}, 4),
        ({"value": 100, "baseline_abnormal": False}, 2),
        ({"value": 100, "baseline": 200}, 2),
        ({"value": 100, "baseline": 120, "lln": 170}, 1),
        ({"value": 100, "pct_change_from_baseline": -80, "baseline_abnormal": True}, 4),
    ],
)
def test_fibrinogen_asks_whether_the_baseline_was_abnormal(case, grade):
    case = {"unit": "mg/dL", "lln": 200, **case}
    answer = strict(term="Fibrinogen decreased", **case)
    assert answer["grade"] == grade


def test_calcium_asks_whether_it_is_corrected_or_ionized():
    case = {"term": "Hypocalcemia", "value": 0.95, "unit": "mmol/L", "lln": 1.1}
    assert grade_of(strict(**case)) == (None, 0, ["kind"])
    assert strict(kind="ionised", **case)["grade"] == 2
    assert strict(kind="ionized", **case)["grade"] == 2
    assert strict(kind="albumin_corrected", **case)["grade"] == 4
    assert assumed(**case)["grade"] == 4


def test_creatinine_clearance_so_low_that_the_edition_is_silent_needs_a_clinician():
    case = {"term": "Creatinine clearance decreased", "unit": "mL/min", "ctcae_version": "6.0"}
    for value, grade in ((50, 0), (49, 2), (26, 2), (25, 3), (10, 3)):
        assert strict(value=value, **case)["grade"] == grade
    answer = strict(value=9, **case)
    assert grade_of(answer) == (NEEDS_CLINICAL_INPUT, 3, [])
    assert answer["flags"] == [LabFlag.SILENT]


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"term": "Not a term"}, "unknown term 'Not a term' in CTCAE 5.0"),
        ({"term": "x" * 500}, "unknown term 'xxx"),
        ({"term": "Lymphocyte count decreased", "ctcae_version": "6.0"}, "in CTCAE 6.0"),
        ({"term": ""}, "term must be text, not ''"),
        ({"term": 7}, "term must be text, not 7"),
        ({"term": None}, "term must be given"),
        ({}, "term must be given"),
        ({"term": K, "unit": "mmol"}, "unknown unit 'mmol'"),
        ({"term": K, "unit": "y" * 500}, "unknown unit 'yyy"),
        ({"term": K, "unit": 3}, "unit must be text, not 3"),
        ({"term": K, "value": -0.1}, "value must be 0 to 1000000000, not -0.1"),
        ({"term": K, "value": float("nan")}, "value must be a finite number, not NaN"),
        ({"term": K, "value": float("inf")}, "value must be a finite number, not Infinity"),
        ({"term": K, "value": ">7"}, "value must be a number, not '>7'"),
        ({"term": K, "uln": 0}, "uln must be above 0, not 0"),
        ({"term": K, "uln": -5}, "uln must be 0 to 1000000000, not -5"),
        ({"term": K, "lln": -1}, "lln must be 0 to 1000000000, not -1"),
        ({"term": K, "baseline": 0}, "baseline must be above 0, not 0"),
        ({"term": K, "pct_change_from_baseline": -101}, "must be -100 to 1000000000, not -101"),
        ({"term": K, "ctcae_version": "3.0"}, "ctcae_version must be one of 4.03, 5.0, 6.0"),
        ({"term": K, "ctcae_version": []}, "ctcae_version must be one of"),
        ({"term": K, "kind": "total"}, "kind must be one of albumin_corrected, ionised"),
        ({"term": K, "potassium": 5}, "unknown key 'potassium'"),
    ],
)
def test_a_bad_case_is_refused_by_field_value_and_bound(case, error):
    for ask in (strict, assumed):
        refused = ask(**case)["error"]
        assert error in refused
        assert len(refused) < 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": Decimal(-1)}, "value must be a finite number of 0 or more, not -1"),
        ({"value": Decimal("NaN")}, "value must be a finite number of 0 or more, not NaN"),
        ({"lln": Decimal(-1)}, "lln must be"),
        ({"uln": Decimal(0)}, "uln must be a finite number above 0, not 0"),
        ({"baseline": Decimal(0)}, "baseline must be a finite number above 0, not 0"),
        ({"percent_change": Decimal(-101)}, "percent change must be a finite number of -100"),
        ({"edition": "3.0"}, "ctcae_version must be one of 4.03, 5.0, 6.0, not 3.0"),
    ],
)
def test_findings_that_no_laboratory_reports_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        grade_lab(LabFindings(K, **wrong))


def test_each_choice_changes_what_it_says_and_is_named_with_the_grade():
    fat = LabFindings("Hypertriglyceridemia", value=Decimal(150), unit="mg/dL")
    counted = grade_lab(fat, CtcaeLabPolicy(triglyceride_limit_counts=True))
    assert (grade_lab(fat).grade, counted.grade) == (0, 1)
    assert counted.ruleset == "ctcae-lab-5.0/1+triglyceride=1"
    salt = LabFindings(
        NA, value=Decimal("129.5"), unit="mmol/L", lln=Decimal(135), symptomatic=True
    )
    letter = grade_lab(salt, CtcaeLabPolicy(sodium_gap_closed=False))
    assert (grade_lab(salt).grade, letter.grade) == (3, 1)
    assert letter.ruleset == "ctcae-lab-5.0/1+sodium=0"
