"""Every resource type of R4, made of what it must have: it passes, and nothing breaks the judge."""

import random
from typing import Any

import pytest

from interop.fhir import gate
from interop.fhir.r4 import primitives
from interop.fhir.r4.table import every_resource, type_of

KINDS = every_resource()
MADE: dict[str, Any] = {
    "boolean": True, "decimal": 1, "integer": 1, "unsignedInt": 1, "positiveInt": 1,
    "date": "2026-03-10", "dateTime": "2026-03-10T11:40:00Z", "instant": "2026-03-10T11:40:00Z",
    "time": "11:40:00", "base64Binary": "QUJD", "uri": "http://example.org", "code": "a",
    "url": "http://example.org", "canonical": "http://example.org", "id": "a", "string": "a",
    "markdown": "a", "oid": "urn:oid:1.2", "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "xhtml": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>',
}  # fmt: skip
ODD: list[Any] = [
    None, True, 0, -1, 1.5, "", " ", "x y", [], {}, [None], [[]], [{}], {"a": 1}, {"id": 1},
    {"extension": [{"url": "u"}]}, {"reference": "#x"}, {"coding": 5}, "é" * 80,
]  # fmt: skip
# What a rule between elements asks for, beside what must be there.
ALSO = {
    "AllergyIntolerance": {"clinicalStatus": {"coding": [{"code": "active"}]}},
    "Appointment": {"status": "proposed"},
    "AppointmentResponse": {"actor": {"display": "a"}},
    "CapabilityStatement": {"implementation": {"description": "a"}, "software": {"name": "a"},
                            "rest": [{"mode": "server"}]},
    "Consent": {"policyRule": {"text": "a"}},
    "InsurancePlan": {"name": "a"},
    "Linkage": {"item": [{"type": "source", "resource": {"display": "a"}}] * 2},
    "Organization": {"name": "a"},
    "StructureDefinition": {"snapshot": {"element": [{"path": "a"}]}},
    "Bundle": {"type": "collection"},
}  # fmt: skip


def value_of(element):
    if element.kind == "Resource":
        return {"resourceType": "Basic", "code": {"text": "a"}}
    if element.kind in primitives.KINDS:
        return sorted(element.codes)[0] if element.codes else MADE[element.kind]
    if element.codes:
        coding = {"code": sorted(element.codes)[0]}
        return coding if element.kind == "Coding" else {"coding": [coding]}
    known = {"Reference": {"display": "a"}, "CodeableConcept": {"text": "a"},
             "Dosage": {"text": "a"}, "Extension": {"url": "u", "valueCode": "a"},
             "Timing": {"code": {"text": "a"}}}  # fmt: skip
    return known.get(element.kind) or object_of(element.kind) or {"id": "a", "extension": [
        {"url": "u", "valueCode": "a"}]}  # fmt: skip


def object_of(name):
    kind = type_of(name)
    made: dict[str, Any] = {}
    for required in kind.required:
        element = kind.elements[required]
        value = value_of(element)
        made[required] = [value] if element.is_list else value
    for choice in kind.required_choices:
        element = kind.elements[kind.choices[choice][0]]
        made[element.name] = value_of(element)
    return made


def resource_of(name):
    return {"resourceType": name} | object_of(name) | ALSO.get(name, {})


@pytest.mark.parametrize("name", KINDS)
def test_a_resource_of_what_it_must_have_passes_in_form(name):
    found = gate.faults(resource_of(name))
    assert [each for each in found if each.code != "invariant"] == []


@pytest.mark.parametrize("name", KINDS)
def test_without_what_it_must_have_it_is_refused(name):
    good = resource_of(name)
    for required in type_of(name).required:
        without = {key: value for key, value in good.items() if key != required}
        assert f"{name}.{required}" in [each.expression for each in gate.faults(without)]


@pytest.mark.parametrize("name", KINDS)
def test_anything_in_any_element_is_judged_and_breaks_nothing(name):
    chance = random.Random(name)
    good = resource_of(name)
    for element in type_of(name).elements.values():
        for odd in chance.sample(ODD, 6):
            for key in (element.name, f"_{element.name}"):
                for value in (odd, [odd]):
                    for each in gate.faults(good | {key: value}):
                        assert each.expression
                        assert each.words
