"""Whose a resource is, when it was true, and what makes it the same one again."""

from datetime import date
from decimal import Decimal

import pytest

from interop.fhir import people, times
from interop.fhir.identity import content, identity
from interop.fhir.observation import decode
from interop.fhir.outcome import FhirError, operation_outcome, refusal
from interop.fhir.reasons import NotChartedError
from interop.fhir.search import parsed
from interop.fhir.subjects import Subjects
from tests.factories import fhir


def why(call, *args, **kwargs):
    with pytest.raises(NotChartedError) as refused:
        call(*args, **kwargs)
    return refused.value.refusal.reason


def identifier(value, code=None, **more):
    system = "http://terminology.hl7.org/CodeSystem/v2-0203"
    kind = {"type": {"coding": [{"system": system, "code": code}]}} if code else {}
    return {"value": value} | kind | more


@pytest.mark.parametrize(
    ("identifiers", "mrn"),
    [
        ([identifier("1")], "1"),
        ([identifier("1", "MR"), identifier("2", "SS")], "1"),
        ([identifier("1"), identifier("2", "MR")], "2"),
        ([identifier("1", "MR"), identifier("1", "MR", system="urn:b")], "1"),
        ([identifier("9", "MR", use="old"), identifier("1", "MR")], "1"),
        ([identifier(" 7 ")], "7"),
    ],
)
def test_the_record_number_is_the_one_typed_so_or_the_only_one(identifiers, mrn):
    assert people.mrn_of({"resourceType": "Patient", "identifier": identifiers}) == mrn


@pytest.mark.parametrize(
    ("identifiers", "reason"),
    [
        ([], "no_mrn"),
        ([{"system": "urn:x"}], "no_mrn"),
        ([identifier("1"), identifier("2")], "which_patient"),
        ([identifier("1", "MR"), identifier("2", "MR")], "which_patient"),
        ([identifier("1" * 41)], "no_mrn"),
        ([identifier("a\tb")], "no_mrn"),
    ],
)
def test_whose_chart_it_is_is_never_guessed(identifiers, reason):
    patient = {"resourceType": "Patient", "identifier": identifiers}
    assert why(people.mrn_of, patient) == reason


@pytest.mark.parametrize(
    ("born", "kept"),
    [
        ("1980-05-01", date(1980, 5, 1)),
        ("1980-05", None),
        ("1980", None),
        ("1700-01-01", None),
        ("2031-01-01", None),
    ],
)
def test_a_birth_date_that_is_no_day_or_cannot_be_is_unknown(born, kept):
    found = people.decode_patient(fhir.patient(birthDate=born), today=date(2026, 3, 10))
    assert found.person.birth_date == kept


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({"effectiveDateTime": "2026-03-10T11:40:00Z"}, "2026-03-10T11:40:00Z"),
        ({"effectiveInstant": "2026-03-10T11:40:00.123456789+01:00"},
         "2026-03-10T11:40:00.123456+01:00"),
        ({"effectivePeriod": {"start": "2026-03-10T11:40:00Z", "end": "2026-03-10T11:41:00Z"}},
         "2026-03-10T11:40:00Z"),
    ],
)  # fmt: skip
def test_a_moment_is_kept_with_its_offset(sent, at):
    assert times.effective(sent, "Observation")[0] == at


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({}, "no_time"),
        ({"issued": "2026-03-10T11:40:00Z"}, "no_time"),
        ({"effectiveDateTime": "2026-03-10"}, "imprecise_time"),
        ({"effectiveDateTime": "2026"}, "imprecise_time"),
        ({"effectiveDateTime": "0001-01-01T00:00:00+14:00"}, "imprecise_time"),
        ({"effectiveTiming": {"event": ["2026-03-10T11:40:00Z"]}}, "imprecise_time"),
        ({"effectivePeriod": {"start": "2026-03-10T11:40:00Z"}}, "imprecise_time"),
        ({"effectivePeriod": {"start": "2026-03-10T11:40:00Z", "end": "2026-03-10T11:41:01Z"}},
         "imprecise_time"),
    ],
)  # fmt: skip
def test_a_time_without_its_minute_is_no_moment(sent, reason):
    assert why(times.effective, sent, "Observation") == reason


@pytest.mark.parametrize(
    ("subject", "mrn"),
    [
        ({"reference": "urn:uuid:1"}, "M1"),
        ({"reference": "Patient/m1"}, "M1"),
        ({"reference": "Patient/m1/_history/2"}, "M1"),
        ({"reference": "https://h.org/fhir/Patient/m1"}, "M1"),
        ({"reference": "#in"}, "M2"),
        ({"identifier": {"value": "M3"}}, "M3"),
        ({"reference": "Patient/here"}, "HERE"),
    ],
)
def test_a_reference_leads_to_a_record_number(subject, mrn):
    subjects = Subjects(lambda name: "HERE" if name == "Patient/here" else None)
    subjects.learn(fhir.patient("M1", id="m1"), "urn:uuid:1")
    contained = [fhir.patient("M2", id="in")]
    assert subjects.mrn_for(fhir.observation(subject=subject, contained=contained)) == mrn


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {},
        {"display": "Mrs Doe"},
        {"reference": "Patient/other"},
        {"reference": "Group/m1"},
        {"reference": "#out"},
        {"identifier": {"value": "D1"}, "type": "Device"},
    ],
)
def test_a_reference_that_leads_to_no_patient_says_so(subject):
    subjects = Subjects()
    subjects.learn(fhir.patient("M1", id="m1"))
    assert why(subjects.mrn_for, fhir.observation(subject=subject)) == "unknown_patient"


def test_a_resource_is_the_same_by_its_identifier_else_by_what_it_says():
    one = fhir.observation(identifier=[{"system": "urn:a", "value": "1"}])
    assert identity(one) == identity(one | {"status": "corrected"})
    assert identity(one, subject="M1") != identity(one, subject="M2")
    assert content(one) != content(one | {"status": "corrected"})
    bare = fhir.observation()
    moved = bare | {"id": "7", "meta": {"versionId": "3"}, "subject": {"reference": "urn:uuid:9"}}
    assert identity(bare, subject="M1") == identity(moved, subject="M1")
    assert identity(bare) != identity(fhir.observation(value=89))


@pytest.mark.parametrize(
    ("resource", "cells"),
    [
        (fhir.observation("8310-5", Decimal("101.3"), "[degF]"),
         [("temperature", "101.3", "[degF]")]),
        (fhir.pressure(), [("sbp", "120", "mm[Hg]"), ("dbp", "70", "mm[Hg]")]),
        (fhir.observation("29463-7", 70, "kg"), [("weight", "70", "kg")]),
    ],
)  # fmt: skip
def test_a_reading_becomes_the_row_that_files_have(resource, cells):
    made = decode(resource, mrn="M1", mark="x")
    rows = [part.row for part in made.rows]
    assert [(row["vital"], row["value"], row["unit"]) for row in rows] == cells
    assert {row.patient for row in rows} == {"M1"}


def test_where_a_pressure_was_measured_is_read_from_its_name():
    named = fhir.pressure(code=fhir.code("85354-9", text="Blood pressure (ART)"))
    assert {part.row["charted_as"] for part in decode(named, mrn="M1", mark="x").rows} == {
        "arterial"
    }
    spoken = fhir.pressure(method={"text": "NIBP cuff"})
    assert {part.row["charted_as"] for part in decode(spoken, mrn="M1", mark="x").rows} == {
        "non invasive"
    }


def test_two_codes_of_two_quantities_are_a_disagreement():
    both = {
        "coding": [{"system": "http://loinc.org", "code": code} for code in ("8867-4", "9279-1")]
    }
    made = decode(fhir.observation(code=both), mrn="M1", mark="x")
    assert [each.reason for each in made.refusals] == ["codes_disagree"]
    assert made.rows == []


@pytest.mark.parametrize("sent", [[("foo", "1")], [("_count", "x")], [("_page", "-1")]])
def test_a_parameter_nobody_knows_is_refused(sent):
    with pytest.raises(FhirError) as refused:
        parsed("Observation", sent)
    assert refused.value.status == 400


def test_an_outcome_can_always_be_written_down():
    outcome = operation_outcome(refusal(400, "a\x00b", "half \ud800 of a \x07 sign").issues)
    text = outcome["issue"][0]["diagnostics"]
    assert text.encode()
    assert text.isprintable()
    assert outcome["issue"][0]["expression"][0].isprintable()
