"""The gate: valid resources pass, and whatever is wrong is said with its path."""

import json
from decimal import Decimal

import pytest

from interop.fhir import gate, text
from interop.fhir.outcome import FhirError
from tests.factories import fhir

GOOD = fhir.observation()
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def paths(resource):
    return [issue.expression for issue in gate.faults(resource)]


@pytest.mark.parametrize(
    "resource",
    [
        GOOD,
        fhir.patient(),
        fhir.pressure(),
        fhir.bundle("transaction", fhir.patient(), GOOD),
        fhir.bundle("collection", fhir.patient(), GOOD),
        GOOD | {"effectiveDateTime": "2026-03"},
        GOOD | {"_status": {"id": "x"}},
        GOOD | {"id": "x" * 64},
        GOOD | {"text": {"status": "generated", "div": f"<div {XHTML}>a<br/>&nbsp;<b>x</b></div>"}},
        fhir.patient(name=[{"given": ["A", None], "_given": [None, {"id": "g"}]}]),
        fhir.patient(photo=[{"contentType": "image/png", "data": "QUJD"}]),
        {"resourceType": "Basic", "code": {"text": "anything"}},
    ],
)
def test_a_valid_resource_passes(resource):
    assert gate.faults(resource) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"status": "foo"}, "Observation.status"),
        ({"status": None}, "Observation.status"),
        ({"valueQuantity": {"value": "12"}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": True}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {"value": 1, "code": "x"}}, "Observation.valueQuantity"),
        ({"valueQuantity": {"value": 1, "foo": 1}}, "Observation.valueQuantity.foo"),
        ({"valueString": "x"}, "Observation.value[x]"),
        ({"effectiveDateTime": 1234}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-13-01"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-03-01T10:00:00"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-03-01T10:00Z"}, "Observation.effectiveDateTime"),
        ({"issued": "2026-03-01"}, "Observation.issued"),
        ({"category": []}, "Observation.category"),
        ({"category": {"text": "x"}}, "Observation.category"),
        ({"code": {}}, "Observation.code"),
        ({"code": {"text": ""}}, "Observation.code.text"),
        ({"code": None}, "Observation.code"),
        ({"subject": {"reference": "Foo/1"}}, "Observation.subject.reference"),
        ({"subject": {"reference": "#gone"}}, "Observation.subject.reference"),
        ({"text": {"status": "generated", "div": "x"}}, "Observation.text.div"),
        ({"contained": [{"resourceType": "Patient", "id": "a", "foo": 1}]},
         "Observation.contained[0].foo"),
        ({"contained": [5]}, "Observation.contained[0]"),
        ({"component": [{"valueString": "x"}]}, "Observation.component[0].code"),
        ({"component": [None]}, "Observation.component[0]"),
        ({"dataAbsentReason": {"text": "x"}}, "Observation"),
        ({"referenceRange": [{"appliesTo": [{"text": "x"}]}]}, "Observation.referenceRange[0]"),
        ({"extension": [{"url": "http://example.org/x"}]}, "Observation.extension[0]"),
        ({"foo": 1}, "Observation.foo"),
        ({"id": "a b"}, "Observation.id"),
        ({"id": "x" * 65}, "Observation.id"),
        ({"meta": {"profile": ["a b"]}}, "Observation.meta.profile[0]"),
        ({"code": {"coding": [{"system": "a b", "code": "x"}]}},
         "Observation.code.coding[0].system"),
        ({"text": {"status": "generated", "div": f"<div {XHTML}><b>x</div>"}},
         "Observation.text.div"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_path(change, path):
    assert path in paths(GOOD | change)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "foo"}, "Bundle.type"),
        ({"type": "collection"}, "Bundle.entry[0]"),
        ({"total": 3}, "Bundle"),
        ({"entry": [{"fullUrl": "urn:x"}]}, "Bundle.entry[0]"),
    ],
)
def test_a_bundle_keeps_its_own_rules(change, path):
    assert path in paths(fhir.bundle("transaction", GOOD) | change)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"telecom": [{"value": "x"}]}, "Patient.telecom[0]"),
        ({"photo": [{"data": "!!"}]}, "Patient.photo[0].data"),
        ({"gender": "Male"}, "Patient.gender"),
        ({"active": "true"}, "Patient.active"),
        ({"contact": [{}]}, "Patient.contact[0]"),
    ],
)
def test_a_patient_keeps_its_own_rules(change, path):
    assert path in paths(fhir.patient() | change)


@pytest.mark.parametrize("name", ["Nope", "Element", "Quantity", "BackboneElement"])
def test_only_a_type_of_resource_is_one(name):
    assert paths({"resourceType": name}) == ["resourceType"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b"null", b"{}", b'{"resourceType": 5}', b'{"resourceType": ""}',
        b'{"resourceType":"Patient","resourceType":"Patient"}',
        b'{"resourceType":"Patient","x":NaN}', b'{"resourceType":"Patient","x":Infinity}',
        b'{"resourceType":"Patient","x":"\\ud800"}', b'{"resourceType":"Patient","x":"\\u0000"}',
        b'\xff\xfe{"resourceType":"Patient"}', b'{"resourceType":"Patient","x":' + b"[" * 90,
        b'{"resourceType":"Patient","x":' + b"1" * 60 + b"}",
        b'{"resourceType":"Patient","x":1e999}',
    ],
)  # fmt: skip
def test_what_is_no_resource_is_refused_before_it_is_judged(body):
    with pytest.raises(FhirError) as refused:
        text.read(body)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "digits", ["36.60", "0.1", "1E+2", "100.400", "123456789012345678901234567890", "-0.0"]
)
def test_a_decimal_is_kept_digit_for_digit(digits):
    read = text.read(b'{"resourceType":"Basic","x":' + digits.encode() + b"}")
    assert Decimal(str(read["x"])) == Decimal(digits)
    again = json.loads(text.write(read), parse_float=Decimal, parse_int=Decimal)
    assert again["x"] == Decimal(digits)


def test_a_path_is_written_as_fhirpath():
    assert (
        gate.expression("Observation", ["component", 2, "code"]) == "Observation.component[2].code"
    )
