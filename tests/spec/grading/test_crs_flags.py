"""ASTCT CRS: what a person is asked to look at."""

from decimal import Decimal

import pytest

from grading.rules.crs_astct import CrsFlag, CrsPolicy, grade_crs
from tests.spec.grading.findings import febrile, treated, well

BLOW_BY = {"oxygen_device": "blow_by"}
LOW = {"hypotension_present": True, "fluid_bolus_given": True}


@pytest.mark.parametrize(
    ("findings", "flags"),
    [
        (well(), ()),
        (febrile(), ()),
        (treated(**BLOW_BY), ()),
        (treated(fever_within_course=False), ()),
        (
            treated(fever_within_course=False, **LOW),
            (CrsFlag.PREMEDICATED, CrsFlag.REVIEW_PRESSURE),
        ),
        (well(**LOW), (CrsFlag.MASKED, CrsFlag.REVIEW_PRESSURE)),
        (well(**BLOW_BY), (CrsFlag.MASKED, CrsFlag.REVIEW_OXYGEN)),
        (
            well(fever_within_course=True, hours_since_last_fever=Decimal(30), **LOW, **BLOW_BY),
            (CrsFlag.REVIEW_PRESSURE, CrsFlag.REVIEW_OXYGEN),
        ),
        (well(temperature_celsius=None, **LOW), (CrsFlag.FEVER_UNKNOWN,)),
        (well(temperature_celsius=None), ()),
        (febrile(vasopressin=True), (CrsFlag.VASOPRESSIN_ALONE,)),
        (febrile(vasopressin=True, vasopressors=frozenset({"dopamine"})), ()),
        (febrile(inotropes=frozenset({"milrinone"})), (CrsFlag.INOTROPE,)),
        (febrile(hypotension_present=True), (CrsFlag.UNTREATED,)),
        (febrile(**LOW), ()),
        (febrile(spo2_percent=89), (CrsFlag.ASK_OXYGEN,)),
        (febrile(spo2_percent=90), ()),
        (febrile(spo2_percent=None), ()),
        (febrile(spo2_percent=80, **BLOW_BY), ()),
        (febrile(oxygen_flow_lpm=Decimal(2)), (CrsFlag.FLOW_ON_AIR,)),
        (febrile(oxygen_flow_lpm=Decimal(0)), ()),
        (febrile(oxygen_device="cpap"), (CrsFlag.REASON_UNKNOWN,)),
        (febrile(oxygen_device="cpap", ventilation_reason="hypoxia"), ()),
        (febrile(oxygen_device="cpap", oxygen_for_comfort=True), (CrsFlag.COMFORT_PRESSURE,)),
        (febrile(oxygen_device="nasal_cannula", oxygen_flow_lpm=Decimal(0)), (CrsFlag.NO_FLOW,)),
        (febrile(oxygen_device="nasal_cannula", oxygen_flow_lpm=Decimal(6)), ()),
        (
            febrile(oxygen_device="high_flow_nasal_cannula", oxygen_flow_lpm=Decimal(6)),
            (CrsFlag.INFANT_FLOW,),
        ),
        (febrile(oxygen_device="high_flow_nasal_cannula", oxygen_flow_lpm=Decimal("6.1")), ()),
        (febrile(oxygen_device="high_flow_nasal_cannula"), ()),
    ],
)
def test_each_flag_is_raised_where_it_belongs_and_nowhere_else(findings, flags):
    assert grade_crs(findings).flags == flags


def test_counting_inotropes_leaves_nothing_to_confirm():
    findings = febrile(inotropes=frozenset({"milrinone"}))
    assert grade_crs(findings, CrsPolicy(inotropes_count=True)).flags == ()


def test_a_flag_is_the_sentence_that_a_person_reads():
    assert grade_crs(well(**LOW)).as_dict()["flags"] == [
        "possible masked CRS: hypotension or hypoxia with no fever in this course",
        "review: hypotension without fever",
    ]
