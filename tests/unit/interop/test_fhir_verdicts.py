"""Small resources, right and wrong, with the verdict of R4; and the classes agree where both do."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from interop.fhir import gate
from tests.factories import fhir

_ODD: tuple[Any, ...] = (
    "", [], {}, [[]], [None], {"a": 1}, 5, 1.5, True, None, "2026-13", ["x"], [{}],
)  # fmt: skip

GOOD = fhir.observation()
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
LINKS = {"link": [{"relation": "self", "url": "http://example.org"}]}


def of(kind, **fields):
    return {"resourceType": kind} | fields


def text(div):
    return {"text": {"status": "generated", "div": div}}


def quantity(**fields):
    return GOOD | {"valueQuantity": {"value": 1} | fields}


def contained(**fields):
    patient = {"resourceType": "Patient", "id": "p"} | fields
    return GOOD | {"subject": {"reference": "#p"}, "contained": [patient]}


def document(**fields):
    entry = [{"fullUrl": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "resource": of(
        "Composition", status="final", type={"text": "t"}, date="2026-03-10", title="t",
        author=[{"display": "x"}])}]  # fmt: skip
    identifier = {"system": "urn:x", "value": "1"}
    return of("Bundle", type="document", identifier=identifier,
              timestamp="2026-03-10T11:40:00Z", entry=entry) | fields  # fmt: skip


def collected(address, resource):
    return of("Bundle", type="collection", entry=[{"fullUrl": address, "resource": resource}])


def vital(**fields):
    meta = {"profile": ["http://hl7.org/fhir/StructureDefinition/heartrate"]}
    return {key: each for key, each in (GOOD | {"meta": meta} | fields).items() if each is not None}


VALID: dict[str, Any] = {
    "R4 alone has it": of("MedicinalProduct", name=[{"productName": "x"}]),
    "R4 alone has it, too": of(
        "EffectEvidenceSynthesis", status="draft", population={"display": "x"},
        exposure={"display": "x"}, exposureAlternative={"display": "x"}, outcome={"display": "x"},
    ),
    "an element R4B took away": of(
        "EvidenceVariable", status="draft",
        characteristic=[{"definitionCanonical": "http://x.org/y", "groupMeasure": "mean"}],
    ),
    "a year": GOOD | {"effectiveDateTime": "2026"},
    "a month": GOOD | {"effectiveDateTime": "2026-03"},
    "a leap second": GOOD | {"effectiveDateTime": "2026-03-10T11:40:60Z"},
    "fourteen hours east": GOOD | {"effectiveDateTime": "2026-03-10T11:40:00+14:00"},
    "an instant": (GOOD | {"effectiveInstant": "2026-03-10T11:40:00.123Z"}),
    "a primitive with no value": GOOD | {"_status": {"id": "a"}},
    "null in a list with extensions beside it": fhir.patient(
        name=[{"given": [None, "B"], "_given": [{"id": "x"}, None]}]
    ),
    "an unknown extension": GOOD | {"extension": [{"url": "http://x.org", "valueCode": "a"}]},
    "a contained patient who is referred to": contained(),
    "a contained one that refers to its container": GOOD | {"contained": [
        {"resourceType": "Provenance", "id": "v", "target": [{"reference": "#"}],
         "recorded": "2026-03-10T11:40:00Z", "agent": [{"who": {"display": "x"}}]}]},
    "a document": document(),
    "text of blanks": GOOD | {"code": {"text": " "}},
    "a large exponent": quantity(value=1e3),
    "an id of an element with blanks": GOOD | {"code": {"text": "x", "id": "a b"}},
    "data of its size and hash": fhir.patient(photo=[
        {"contentType": "image/png", "data": "QUJD", "size": 3,
         "hash": "PAG9uybzWLqyfyZ5JKosmgP8/bg="}]),
    "base64 in lines": of("Binary", contentType="text/plain", data="QUJD\nQUJD"),
    "a profile kept": vital(),
    "a profile with a reason": vital(
        valueQuantity=None, dataAbsentReason={"text": "not measured"}
    ),
    "parameters": of("Parameters", parameter=[{"name": "a", "valueString": "b"}]),
    "text with entities": GOOD | text(f"<div {XHTML}>a &lt; b &amp; c &#160;</div>"),
    "an address that ends with the id": collected(
        "http://x.org/fhir/Observation/1", GOOD | {"id": "1"}),
    "an address of a resource without an id": collected("http://x.org/fhir/Observation/1", GOOD),
    "an address that is of no server of FHIR": collected("urn:x:y", GOOD | {"id": "1"}),
    "a UUID in great letters": collected("urn:uuid:C757873D-EC9A-4326-A141-556F43239520", GOOD),
    "an OID as a system": GOOD | {"code": {"coding": [{"system": "urn:oid:1.2.36", "code": "x"}]}},
    "a relative address within an extension": GOOD | {"extension": [
        {"url": "http://x.org/y", "extension": [{"url": "y", "valueCode": "a"}]}]},
    "lines and tabs in text": GOOD | {"note": [{"text": "a\r\n\tb"}]},
    "a comment in a narrative": GOOD | text(f"<div {XHTML}><!-- x -->a &copy; &#xA0;</div>"),
    "a table": GOOD | text(f"<div {XHTML}><table><tr><td>a</td></tr></table></div>"),
}  # fmt: skip
GOOD_INSTANT = VALID["an instant"]
GOOD_INSTANT.pop("effectiveDateTime")

INVALID: dict[str, Any] = {
    "only R4B has it": of("Ingredient", status="active"),
    "only R5 has it": of("Transport"),
    "another case": of("observation"),
    "an abstract type": of("DomainResource"),
    "a data type": of("Quantity", value=1),
    "an element of R5": GOOD | {"triggeredBy": []},
    "an element of another type": GOOD | {"birthDate": "2026"},
    "an element in another case": GOOD | {"Status": "final"},
    "resourceType in an element": GOOD | {"code": {"text": "x", "resourceType": "CodeableConcept"}},
    "one where many go": GOOD | {"category": {"text": "x"}},
    "many where one goes": GOOD | {"code": [{"text": "x"}]},
    "two of a choice": GOOD | {"valueInteger": 1},
    "a choice that is none": GOOD | {"valueMoney": {"value": 1}},
    "a choice without its type": GOOD | {"value": 1},
    "no status": {key: each for key, each in GOOD.items() if key != "status"},
    "no code": {key: each for key, each in GOOD.items() if key != "code"},
    "no medication": of("MedicationAdministration", status="completed",
                        subject={"reference": "Patient/1"}, effectiveDateTime="2026-03-10"),
    "no time of a medication": of("MedicationAdministration", status="completed",
                                  subject={"reference": "Patient/1"},
                                  medicationCodeableConcept={"text": "x"}),
    "no class of an encounter": of("Encounter", status="planned"),
    "a status of another type": GOOD | {"status": "completed"},
    "a status with a blank": GOOD | {"status": "final "},
    "text for a number": quantity(value="1"),
    "a number for text": quantity(unit=1),
    "true for text": GOOD | {"code": {"text": True}},
    "a whole number with a fraction": GOOD | {"valueQuantity": None, "valueInteger": 1.5},
    "text for a boolean": fhir.patient(active="true"),
    "a comparator that is none": quantity(comparator="=="),
    "an empty text": GOOD | {"code": {"text": ""}},
    "an empty object": GOOD | {"code": {}},
    "an empty list": GOOD | {"note": []},
    "null": GOOD | {"subject": None},
    "null in a list of objects": GOOD | {"note": [None]},
    "null in a list of texts": fhir.patient(name=[{"given": [None]}]),
    "an object with extensions alone on no primitive": GOOD | {"_code": {"id": "a"}},
    "a month that is none": GOOD | {"effectiveDateTime": "2026-13"},
    "a day that is none": GOOD | {"effectiveDateTime": "2026-02-30"},
    "a time without seconds": GOOD | {"effectiveDateTime": "2026-03-10T11:40Z"},
    "a time without zone": GOOD | {"effectiveDateTime": "2026-03-10T11:40:00"},
    "an hour that is none": GOOD | {"effectiveDateTime": "2026-03-10T24:00:00Z"},
    "a blank for the T": GOOD | {"effectiveDateTime": "2026-03-10 11:40:00Z"},
    "fifteen hours east": GOOD | {"effectiveDateTime": "2026-03-10T11:40:00+15:00"},
    "an instant of a day": GOOD | {"issued": "2026-03-10"},
    "the year nought": GOOD | {"effectiveDateTime": "0000"},
    "no code but an extension": {
        key: each for key, each in GOOD.items() if key != "status"
    } | {"_status": {"extension": [{"url": "http://x.org", "valueCode": "unknown"}]}},
    "no codes but extensions": of("AllergyIntolerance", patient={"reference": "Patient/1"},
        clinicalStatus={"coding": [{"code": "active"}]},
        category=[None], _category=[{"extension": [{"url": "http://x.org", "valueCode": "a"}]}]),
    "data of another size": fhir.patient(
        photo=[{"contentType": "image/png", "data": "QUJD", "size": 4}]),
    "data with another hash": fhir.patient(
        photo=[{"contentType": "image/png", "data": "QUJD", "hash": "QUJD"}]),
    "an id with a blank": GOOD | {"id": "a b"},
    "an id with an underscore": GOOD | {"id": "a_b"},
    "an id of 65": GOOD | {"id": "a" * 65},
    "an empty id": GOOD | {"id": ""},
    "an address with a blank": GOOD | {"implicitRules": "http://a b"},
    "a code with two blanks": GOOD | {"language": "a  b"},
    "base64 cut off": of("Binary", contentType="text/plain", data="QUJ"),
    "a number of order nought": of("Encounter", status="planned", diagnosis=[
        {"condition": {"reference": "Condition/1"}, "rank": 0}], **{"class": {"code": "IMP"}}),
    "a unit without its system": quantity(code="x"),
    "a comparator where none stands": GOOD | {"referenceRange": [
        {"low": {"value": 1, "comparator": "<"}}]},
    "a range in wrong order": {
        **{key: each for key, each in GOOD.items() if key != "valueQuantity"},
        "valueRange": {"low": {"value": 2}, "high": {"value": 1}}},
    "half a ratio": {
        **{key: each for key, each in GOOD.items() if key != "valueQuantity"},
        "valueRatio": {"numerator": {"value": 2}}},
    "a value and a reason for none (obs-6)": GOOD | {"dataAbsentReason": {"text": "x"}},
    "a component with the code of the whole (obs-7)": GOOD | {
        "component": [{"code": GOOD["code"], "valueString": "x"}]},
    "a range of reference that says nothing (obs-3)": GOOD | {
        "referenceRange": [{"appliesTo": [{"text": "x"}]}]},
    "an extension without an address": GOOD | {"extension": [{"valueCode": "a"}]},
    "an extension that says nothing": GOOD | {"extension": [{"url": "http://x.org"}]},
    "a reference to another type": GOOD | {"subject": {"reference": "Practitioner/1"}},
    "the same as an address": GOOD | {"subject": {"reference": "http://x.org/Practitioner/1"}},
    "a reference that says another type": GOOD | {"subject": {
        "reference": "Patient/1", "type": "Observation"}},
    "a reference to nothing contained": GOOD | {"subject": {"reference": "#p"}},
    "a contained one that nothing refers to (dom-3)": GOOD | {
        "contained": [{"resourceType": "Patient", "id": "p"}]},
    "a contained one without an id": contained(id=None) | {
        "contained": [{"resourceType": "Patient"}]},
    "a contained one with a version (dom-4)": contained(meta={"versionId": "1"}),
    "one contained in a contained one (dom-2)": contained(
        contained=[{"resourceType": "Patient", "id": "q"}]),
    "a script": GOOD | text(f"<div {XHTML}><script>x</script></div>"),
    "an event": GOOD | text(f'<div {XHTML} onclick="x">a</div>'),
    "nearly the namespace": GOOD | text('<div xmlns="http://www.w3.org/1999/xhtmlx">a</div>'),
    "a declaration in it": GOOD | text(f"<div {XHTML}><!DOCTYPE x>a</div>"),
    "two narratives": GOOD | text(f"<div {XHTML}>a</div><div {XHTML}>b</div>"),
    "an ampersand alone": GOOD | text(f"<div {XHTML}>a & b</div>"),
    "a relative address of an extension": GOOD | {"extension": [{"url": "x", "valueCode": "a"}]},
    "a relative system of a code": GOOD | {"code": {"coding": [{"system": "loinc", "code": "x"}]}},
    "a relative system of a tag": GOOD | {"meta": {"tag": [{"system": "x", "code": "x"}]}},
    "an OID without urn:": GOOD | {"code": {"coding": [{"system": "oid:1.2.36", "code": "x"}]}},
    "an OID that is none": GOOD | {"code": {"coding": [{"system": "urn:oid:9.x", "code": "x"}]}},
    "a UUID that is none": collected("urn:uuid:1", GOOD),
    "a relative address in a Bundle": collected("Observation/1", GOOD),
    "an address of another id": collected("http://x.org/Observation/1", GOOD | {"id": "2"}),
    "a control character": GOOD | {"note": [{"text": "a\x07b"}]},
    "an extension for a value, and a reason for none (obs-6)": {
        **{key: each for key, each in GOOD.items() if key != "valueQuantity"},
        "_valueString": {"id": "a"}, "dataAbsentReason": {"text": "x"}},
    "two contained ones with one id": GOOD | {"subject": {"reference": "#p"}, "contained": [
        {"resourceType": "Patient", "id": "p"}, {"resourceType": "Patient", "id": "p"}]},
    "a form": GOOD | text(f"<div {XHTML}><form>x</form></div>"),
    "another namespace": GOOD | text("<div>a</div>"),
    "a tag left open": GOOD | text(f"<div {XHTML}><p>a</div>"),
    "a narrative without text": GOOD | text(f"<div {XHTML}> </div>"),
    "a narrative without its status": GOOD | {"text": {"div": f"<div {XHTML}>a</div>"}},
    "a way to reach without its system": fhir.patient(telecom=[{"value": "1"}]),
    "a contact that is nobody": fhir.patient(contact=[{"gender": "male"}]),
    "a period that ends before it starts": fhir.patient(
        name=[{"text": "x", "period": {"start": "2026-03-10", "end": "2026-03-09"}}]),
    "data without its type": fhir.patient(photo=[{"data": "QUJD"}]),
    "two values of death": fhir.patient(deceasedBoolean=True, deceasedDateTime="2026"),
    "a Bundle without a type": of("Bundle"),
    "a total in a collection (bdl-1)": of("Bundle", type="collection", total=0),
    "a search in a collection (bdl-2)": of("Bundle", type="collection", entry=[
        {"resource": GOOD, "search": {"mode": "match"}}]),
    "no request in a batch (bdl-3)": of("Bundle", type="batch", entry=[{"resource": GOOD}]),
    "a response in a collection (bdl-4)": of("Bundle", type="collection", entry=[
        {"resource": GOOD, "response": {"status": "200"}}]),
    "an entry of nothing (bdl-5)": of("Bundle", type="collection", entry=[{"fullUrl": "urn:x"}]),
    "an address twice (bdl-7)": of("Bundle", type="collection", entry=[
        {"fullUrl": "urn:x", "resource": GOOD}, {"fullUrl": "urn:x", "resource": GOOD}]),
    "a version in an address (bdl-8)": of("Bundle", type="collection", entry=[
        {"fullUrl": "http://x.org/Observation/1/_history/1", "resource": GOOD}]),
    "a document without identifier (bdl-9)": document(identifier={"value": "1"}),
    "a document without time (bdl-10)": {
        key: each for key, each in document().items() if key != "timestamp"},
    "a document that begins otherwise (bdl-11)": document(entry=[{"resource": GOOD}]),
    "a wrong entry in a Bundle": of("Bundle", type="collection", entry=[
        {"resource": GOOD | {"foo": 1}}]),
    "an allergy without status (ait-1)": of(
        "AllergyIntolerance", patient={"reference": "Patient/1"}),
    "a condition with a status that is none": of(
        "Condition", subject={"reference": "Patient/1"},
        clinicalStatus={"coding": [{"code": "x"}]}),
    "a profile without its category": vital(category=None),
    "a profile without its time": vital(effectiveDateTime=None),
    "a profile with another unit": vital(valueQuantity=fhir.quantity(88, "Cel")),
    "a profile without a unit": vital(valueQuantity={"value": 88}),
    "a profile with a year (vs-1)": vital(effectiveDateTime="2026"),
    "a profile with nothing (vs-2)": vital(valueQuantity=None),
}  # fmt: skip
# The classes are those of R4B and read some text kindly.
BOTH_HAVE = frozenset({"Observation", "Patient", "Bundle", "Encounter", "Parameters", "Binary"})


def accepts(resource):
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except (ValueError, TypeError):
        return False
    return True


@pytest.mark.parametrize("name", VALID)
def test_a_resource_that_is_valid_in_r4_passes(name):
    assert gate.faults(VALID[name]) == []
    assert VALID[name]["resourceType"] not in BOTH_HAVE or accepts(VALID[name])


@pytest.mark.parametrize("name", INVALID)
def test_a_resource_that_is_not_valid_in_r4_is_refused_with_its_path(name):
    found = gate.faults(INVALID[name])
    assert found
    assert all(each.expression and each.words for each in found)


@pytest.mark.parametrize("name", sorted(BOTH_HAVE & {"Observation", "Patient"}))
def test_what_the_classes_refuse_is_refused_here_too(name):
    """Each element of a good resource replaced by what no element takes."""
    good = GOOD if name == "Observation" else fhir.patient(name=[{"family": "x"}])
    judged = 0
    for key in set(good) - {"resourceType"}:
        for odd in _ODD:
            changed = good | {key: odd}
            judged += 1
            assert accepts(changed) or gate.faults(changed), (key, odd)
    assert judged >= 50
