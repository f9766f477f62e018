"""CTCAE 5.0 laboratory terms: both sides of every edge, in every unit."""

import pytest

from grading.rules.ctcae_lab import RULESET, LabFlag
from tests.spec.grading.case_files import asker

ask = asker("ctcae-lab", assume_normal=True)

# Term, unit, limit of the laboratory, then value:grade pairs.
LOW = [
    ("Anemia", "g/L", 120, "120:0 119.9:1 100:1 99.9:2 80:2 79.9:3 30:3"),
    ("Anemia", "g/dL", 12, "12:0 11.9:1 10:1 9.9:2 8:2 7.9:3"),
    ("Anemia", "mmol/L", 7.4, "7.4:0 7.3:1 6.2:1 6.1:2 4.9:2 4.8:3"),
    ("Platelet count decreased", "10^9/L", 150, "150:0 149:1 75:1 74:2 50:2 49:3 25:3 24:4"),
    ("Neutrophil count decreased", "10^9/L", 1.8, "1.8:0 1.7:1 1.5:1 1.4:2 1:2 0.9:3 0.5:3 0.4:4"),
    ("Lymphocyte count decreased", "10^9/L", 1, "1:0 0.9:1 0.8:1 0.7:2 0.5:2 0.4:3 0.2:3 0.1:4"),
    ("White blood cell decreased", "10^9/L", 4, "4:0 3.9:1 3:1 2.9:2 2:2 1.9:3 1:3 0.9:4"),
    ("CD4 lymphocytes decreased", "10^9/L", 0.6, "0.6:0 0.5:1 0.49:2 0.2:2 0.19:3 0.05:3 0.04:4"),
    ("Hypocalcemia", "mmol/L", 2.2, "2.2:0 2.1:1 2:1 1.9:2 1.75:2 1.74:3 1.5:3 1.4:4"),
    ("Hypocalcemia", "mg/dL", 8.8, "8.8:0 8.7:1 8:1 7.9:2 7:2 6.9:3 6:3 5.9:4"),
    ("Hypocalcemia (ionized)", "mmol/L", 1.1, "1.1:0 1.09:1 1:1 0.99:2 0.9:2 0.89:3 0.8:3 0.7:4"),
    ("Hypomagnesemia", "mmol/L", 0.7, "0.7:0 0.6:1 0.5:1 0.49:2 0.4:2 0.39:3 0.3:3 0.29:4"),
    ("Hypomagnesemia", "mg/dL", 1.7, "1.7:0 1.6:1 1.2:1 1.1:2 0.9:2 0.8:3 0.7:3 0.6:4"),
    ("Hypoalbuminemia", "g/L", 35, "35:0 34:1 30:1 29:2 20:2 19:3"),
    ("Hypoglycemia", "mmol/L", 3.9, "3.9:0 3.8:1 3:1 2.9:2 2.2:2 2.1:3 1.7:3 1.6:4"),
    ("Hypoglycemia", "mg/dL", 70, "70:0 69:1 55:1 54:2 40:2 39:3 30:3 29:4"),
    ("Fibrinogen decreased", "mg/dL", 200, "200:0 199:1 150:1 149:2 100:2 99:3 50:3 49:4"),
    ("Fibrinogen decreased", "g/L", 3, "3:0 2.9:1 2.25:1 2.2:2 1.5:2 1.4:3 0.75:3 0.7:4"),
    ("Acidosis", None, 7.35, "7.35:0 7.34:1 7.3:1 7.29:3"),
    ("Haptoglobin decreased", "g/L", 0.3, "0.3:0 0.2:1"),
]
HIGH = [
    ("Hypernatremia", "mmol/L", 145, "145:0 146:1 150:1 151:2 155:2 156:3 160:3 161:4"),
    ("Hyperkalemia", "mmol/L", 5, "5:0 5.1:1 5.5:1 5.6:2 6:2 6.1:3 7:3 7.1:4"),
    ("Hypercalcemia", "mmol/L", 2.6, "2.6:0 2.7:1 2.9:1 3:2 3.1:2 3.2:3 3.4:3 3.5:4"),
    ("Hypercalcemia", "mg/dL", 10.5, "10.5:0 11.5:1 11.6:2 12.5:2 12.6:3 13.5:3 13.6:4"),
    ("Hypercalcemia (ionized)", "mmol/L", 1.3, "1.3:0 1.5:1 1.6:2 1.8:3 1.9:4"),
    ("Hypermagnesemia", "mmol/L", 1, "1:0 1.1:1 1.23:1 1.24:3 3.3:3 3.4:4"),
    ("Hypermagnesemia", "mg/dL", 2.4, "2.4:0 2.5:1 3:1 3.1:3 8:3 8.1:4"),
    ("Cholesterol high", "mg/dL", 200, "200:0 300:1 301:2 400:2 401:3 500:3 501:4"),
    ("Alkalosis", None, 7.45, "7.45:0 7.46:1 7.5:1 7.51:3"),
    ("ALT increased", "U/L", 40, "40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4"),
    ("AST increased", "U/L", 40, "40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4"),
    ("Alkaline phosphatase increased", "U/L", 100, "100:0 250:1 251:2 500:2 501:3 2000:3 2001:4"),
    ("GGT increased", "U/L", 60, "60:0 150:1 151:2 300:2 301:3 1200:3 1201:4"),
    ("Blood bilirubin increased", "mg/dL", 1.2, "1.2:0 1.8:1 1.9:2 3.6:2 3.7:3 12:3 12.1:4"),
    ("Creatinine increased", "mg/dL", 1, "1:0 1.5:1 1.6:2 3:2 3.1:3 6:3 6.1:4"),
    ("CPK increased", "U/L", 200, "200:0 500:1 501:2 1000:2 1001:3 2000:3 2001:4"),
    ("aPTT prolonged", "s", 35, "35:0 52.5:1 52.6:2 87.5:2 87.6:3"),
    ("LDH increased", "U/L", 250, "250:0 251:1 4000:1"),
    ("Hemoglobin increased", "g/L", 160, "160:0 180:1 181:2 200:2 201:3"),
    ("Hemoglobin increased", "g/dL", 16, "16:0 18:1 18.1:2 20:2 20.1:3"),
]
NO_LIMIT = [
    ("Leukocytosis", "10^9/L", "100:0 100.1:3"),
    ("Lymphocyte count increased", "10^9/L", "4:0 4.1:2 20:2 20.1:3"),
    ("Hypertriglyceridemia", "mmol/L", "1.71:0 1.72:1 3.42:1 3.43:2 5.7:2 5.8:3 11.4:3 11.5:4"),
    ("Hypertriglyceridemia", "mg/dL", "150:0 151:1 300:1 301:2 500:2 501:3 1000:3 1001:4"),
    ("INR increased", None, "1.21:1 1.5:1 1.51:2 2.5:2 2.51:3 9:3"),
]


def check(printed, **case):
    for pair in printed.split():
        value, grade = pair.split(":")
        answer = ask(value=float(value), **case)
        assert (answer["grade"], answer["at_least"]) == (int(grade), int(grade)), (pair, answer)


@pytest.mark.parametrize(("term", "unit", "lln", "printed"), LOW)
def test_a_low_term_keeps_its_lower_edges(term, unit, lln, printed):
    check(printed, term=term, unit=unit, lln=lln)


@pytest.mark.parametrize(("term", "unit", "uln", "printed"), HIGH)
def test_a_high_term_keeps_its_upper_edges(term, unit, uln, printed):
    check(printed, term=term, unit=unit, uln=uln)


@pytest.mark.parametrize(("term", "unit", "printed"), NO_LIMIT)
def test_a_term_of_numbers_alone_needs_no_limit(term, unit, printed):
    check(printed, term=term, unit=unit)


@pytest.mark.parametrize(
    ("term", "baseline", "printed"),
    [
        ("ALT increased", 120, "179:0 180:1 360:1 361:2 600:2 601:3 2400:3 2401:4"),
        ("ALP increased", 200, "399:0 400:1 500:1 501:2 1000:2 1001:3 4000:3 4001:4"),
        ("GGT increased", 100, "199:0 200:1 250:1 251:2 500:2 501:3 2000:3 2001:4"),
        ("Blood bilirubin increased", 60, "60:0 61:1 90:1 91:2 180:2 181:3 600:3 601:4"),
    ],
)
def test_an_abnormal_baseline_takes_the_place_of_the_limit(term, baseline, printed):
    check(printed, term=term, uln=40, baseline=baseline, baseline_abnormal=True)


def test_creatinine_is_the_worse_of_limit_and_baseline():
    check("0.375:0 0.376:2 0.75:2 0.8:3", term="Creatinine increased", uln=1, baseline=0.25)
    check("1.1:1 6.1:4", term="Creatinine increased", uln=1, baseline=1)


@pytest.mark.parametrize(
    ("case", "printed"),
    [
        ({"anticoagulated": False}, "1.2:0 1.3:1 1.6:2 2.6:3"),
        ({"anticoagulated": True, "baseline": 2}, "2:0 2.1:1 3:1 3.1:2 5:2 5.1:3"),
        ({"baseline": 1}, "1:0 1.1:1 1.5:1 1.51:2 2.5:2 2.6:3"),
    ],
)
def test_inr_goes_by_baseline_on_anticoagulation(case, printed):
    check(printed, term="INR increased", **case)


@pytest.mark.parametrize(
    ("term", "case", "printed"),
    [
        ("Hyponatremia", {"symptomatic": False}, "135:0 134:1 130:1 129:2 125:2 124:3 120:3 119:4"),
        ("Hyponatremia", {"symptomatic": True}, "134:1 130:1 129:3 125:3 124:3 120:3 119:4"),
        ("Hyponatremia", {"symptomatic": False}, "129.5:2"),
        ("Hypokalemia", {"symptomatic": False, "lln": 3.5}, "3.5:0 3.4:1 3:1 2.9:3 2.5:3 2.4:4"),
        ("Hypokalemia", {"symptomatic": True, "lln": 3.5}, "3.5:0 3.4:2 3:2 2.9:3 2.5:3 2.4:4"),
    ],
)
def test_symptoms_tell_two_grades_apart(term, case, printed):
    check(printed, term=term, unit="mmol/L", **({"lln": 135} | case))


@pytest.mark.parametrize(
    ("term", "symptomatic", "printed"),
    [
        ("Hyperuricemia", False, "7:0 7.1:1"),
        ("Hyperuricemia", True, "7:0 7.1:3"),
        ("Lipase increased", False, "7:0 10.5:1 10.6:2 14:2 14.1:2 35:2 35.1:3"),
        ("Lipase increased", True, "7:0 10.5:1 10.6:2 14:2 14.1:3 35:3 35.1:4"),
        ("Serum amylase increased", True, "14:2 14.1:3 35.1:4"),
    ],
)
def test_consequences_tell_two_grades_apart(term, symptomatic, printed):
    check(printed, term=term, uln=7, symptomatic=symptomatic)


@pytest.mark.parametrize(
    ("value", "baseline", "grade"),
    [(95, 100, 1), (76, 100, 1), (75, 100, 2), (51, 100, 2), (50.5, 202, 4), (50, 100, 3)],
)
def test_fibrinogen_from_an_abnormal_baseline_goes_by_the_fall(value, baseline, grade):
    case = {"baseline": baseline, "baseline_abnormal": True, "unit": "mg/dL", "lln": 300}
    assert ask(term="Fibrinogen decreased", value=value, **case)["grade"] == grade
    less = ask(term="Fibrinogen decreased", value=49.9, **case)
    assert less["grade"] == 4


def test_weight_gain_goes_by_percent():
    check("104.9:0 105:1 109.9:1 110:2 119.9:2 120:3", term="Weight gain", unit="kg", baseline=100)


@pytest.mark.parametrize(
    ("term", "case", "flag"),
    [
        ("Anemia", {"value": 70, "unit": "g/L", "lln": 120}, LabFlag.CLINICAL_TOP),
        ("Hyponatremia", {"value": 128, "unit": "mmol/L", "lln": 135}, LabFlag.ASSUMED),
        ("Platelet count decreased", {"value": 70, "unit": "K/uL", "lln": 60}, LabFlag.WITHIN),
        ("Hyperkalemia", {"value": 5.7, "unit": "mmol/L", "uln": 5.8}, LabFlag.WITHIN),
        ("Hypocalcemia", {"value": 2.1, "unit": "mmol/L", "lln": 2.2}, LabFlag.UNCORRECTED),
    ],
)
def test_what_a_person_should_look_at_is_said(term, case, flag):
    assert ask(term=term, **case)["flags"] == [flag]


def test_the_edition_stands_in_the_ruleset():
    for version, name in (("5.0", "5.0"), ("4.03", "4.03"), ("6", "6.0"), (5, "5.0")):
        answer = ask(term="Hyperkalemia", value=4, unit="mmol/L", uln=5, ctcae_version=version)
        assert answer["ruleset"] == f"ctcae-lab-{name}/1"
    assert RULESET == "ctcae-lab-5.0/1"
