"""ASTCT CRS: what was not recorded is never normal, and never asked for in vain."""

from decimal import Decimal

import pytest

from grading.rules.crs_astct import CrsFindings, grade_crs
from tests.spec.grading.findings import febrile, treated, well

ONE = frozenset({"norepinephrine"})
TWO = frozenset({"norepinephrine", "epinephrine"})
NOTHING_RECORDED = (
    "temperature_celsius",
    "fever_within_course",
    "fever_waiving_treatment_given",
    "hours_since_last_fever",
    "vasopressors",
    "oxygen_device",
    "vasopressin",
    "fluid_bolus_given",
    "hypotension_present",
)


@pytest.mark.parametrize(
    ("findings", "at_least", "missing"),
    [
        (CrsFindings(), 0, NOTHING_RECORDED),
        (febrile(oxygen_device=None), 1, ("oxygen_device",)),
        (febrile(vasopressors=None), 1, ("vasopressors",)),
        (febrile(vasopressin=None), 1, ("vasopressin",)),
        (febrile(fluid_bolus_given=None), 1, ("fluid_bolus_given",)),
        (febrile(hypotension_present=None), 1, ("hypotension_present",)),
        (febrile(vasopressors=None, hypotension_present=True), 2, ("vasopressors",)),
        (febrile(vasopressors=None, vasopressin=True), 3, ("vasopressors",)),
        (febrile(oxygen_device="nasal_cannula"), 2, ("oxygen_flow_lpm",)),
        (febrile(oxygen_device="high_flow_nasal_cannula"), 2, ("oxygen_flow_lpm",)),
        (febrile(oxygen_device=None, vasopressors=ONE), 3, ("oxygen_device",)),
        (febrile(vasopressors=None, oxygen_device="venturi"), 3, ("vasopressors",)),
        (treated(temperature_celsius=None), 0, ("temperature_celsius",)),
        (
            well(temperature_celsius=None, oxygen_device="blow_by"),
            0,
            ("temperature_celsius",),
        ),
        (
            well(
                fever_within_course=None,
                fever_waiving_treatment_given=None,
                vasopressors=ONE,
                hours_since_last_fever=Decimal(99),
            ),
            0,
            ("fever_within_course", "fever_waiving_treatment_given"),
        ),
        (
            well(
                fever_within_course=True,
                fever_waiving_treatment_given=None,
                hours_since_last_fever=Decimal(99),
                oxygen_device="cpap",
            ),
            0,
            ("fever_waiving_treatment_given",),
        ),
        (
            well(fever_within_course=True, oxygen_device="cpap"),
            0,
            ("hours_since_last_fever",),
        ),
        (
            febrile(oxygen_device="nasal_cannula", baseline_home_oxygen_lpm=Decimal(2)),
            1,
            ("oxygen_flow_lpm",),
        ),
        (
            febrile(oxygen_device="blow_by", baseline_home_oxygen_lpm=Decimal(2)),
            1,
            ("oxygen_flow_lpm",),
        ),
    ],
)
def test_what_is_missing_is_named_with_the_grade_that_is_forced(findings, at_least, missing):
    verdict = grade_crs(findings)
    assert verdict.grade is None
    assert (verdict.at_least, verdict.missing) == (at_least, missing)


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        (febrile(vasopressors=TWO, oxygen_device=None, vasopressin=None), 4),
        (febrile(oxygen_device="bipap", vasopressors=None, hypotension_present=None), 4),
        (febrile(vasopressors=ONE, fluid_bolus_given=None, hypotension_present=None), 3),
        (febrile(vasopressors=ONE, vasopressin=None), 3),
        (febrile(oxygen_device="venturi", vasopressin=None), 3),
        (febrile(fluid_bolus_given=True, hypotension_present=None), 2),
        (febrile(fluid_bolus_given=None, hypotension_present=True), 2),
        (febrile(oxygen_device="blow_by", fluid_bolus_given=None, hypotension_present=None), 2),
        (febrile(fever_within_course=None, fever_waiving_treatment_given=None), 1),
        (treated(temperature_celsius=None, oxygen_device="blow_by"), 2),
        (well(vasopressors=None, oxygen_device=None, hypotension_present=None), 0),
        (well(fever_within_course=None, fever_waiving_treatment_given=None), 0),
        (febrile(hypotension_attributed_elsewhere=True, vasopressors=None), 1),
        (febrile(oxygen_for_comfort=True, oxygen_device=None), 1),
        (well(temperature_celsius=None, fever_attributed_elsewhere=True), 0),
    ],
)
def test_what_could_not_change_the_answer_is_not_missing(findings, grade):
    verdict = grade_crs(findings)
    assert (verdict.grade, verdict.at_least, verdict.missing) == (grade, grade, ())
