"""Resources that are ordinary in every way; a test states what matters."""

import json
from typing import Any

from django.test import Client

from interop.codes import LOINC, field_for
from staff.models import ApiToken, Role, User, Ward
from tests.factories import ward

UCUM = "http://unitsofmeasure.org"
AT = "2026-03-10T11:40:00Z"
MEDIA = "application/fhir+json"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def patient(mrn: str = "M1", **fields: Any) -> dict[str, Any]:
    """A patient with a record number typed MR."""
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    return {
        "resourceType": "Patient",
        "identifier": [{"type": kind, "system": "urn:test:mrn", "value": mrn}],
        "gender": "female",
        "birthDate": "1980-05-01",
    } | fields


def quantity(value: Any, unit: str) -> dict[str, Any]:
    """A quantity in UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def code(loinc: str, **fields: Any) -> dict[str, Any]:
    """A concept of one LOINC code."""
    return {"coding": [{"system": LOINC, "code": loinc}]} | fields


def observation(
    loinc: str = "8867-4", value: Any = 88, unit: str | None = None, **fields: Any
) -> dict[str, Any]:
    """A vital sign or a result of patient M1, in the unit that goes with its code."""
    row = field_for(loinc)
    is_lab = row is not None and row.kind == "laboratory"
    found = {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {"coding": [{"system": CATEGORY, "code": "laboratory" if is_lab else "vital-signs"}]}
        ],
        "code": code(loinc),
        "subject": {"reference": "Patient/m1"},
        "effectiveDateTime": AT,
    }
    if value is not None:
        found["valueQuantity"] = quantity(value, unit or (row.unit if row else "1"))
    return {name: each for name, each in (found | fields).items() if each is not None}


def pressure(systolic: Any = 120, diastolic: Any = 70, **fields: Any) -> dict[str, Any]:
    """A blood pressure panel."""
    parts = [
        {"code": code(loinc), "valueQuantity": quantity(value, "mm[Hg]")}
        for loinc, value in (("8480-6", systolic), ("8462-4", diastolic))
    ]
    return observation("85354-9", None, component=parts, **fields)


def bundle(kind: str, *resources: dict[str, Any], **request: Any) -> dict[str, Any]:
    """A Bundle that creates each of the resources."""
    entries = []
    for number, resource in enumerate(resources):
        entry = {"fullUrl": f"urn:uuid:00000000-0000-4000-8000-{number:012d}", "resource": resource}
        if kind in ("batch", "transaction"):
            entry["request"] = {"method": "POST", "url": resource["resourceType"]} | request
        entries.append(entry)
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


class Sender(Client):
    """An integration of one ward that speaks FHIR."""

    def __init__(self, user: User) -> None:
        """Sign in with a token of its own."""
        _, secret = ApiToken.issue(user, label="a feed")
        super().__init__(headers={"Authorization": f"Bearer {secret}"})
        self.user = user

    @classmethod
    def of(cls, *wards: Ward) -> "Sender":
        """An integration of these wards."""
        return cls(ward.a_person(Role.INTEGRATION, *wards))

    def send(self, path: str, resource: Any, **headers: str) -> Any:
        """POST a resource."""
        return self.post(
            f"/fhir/{path}", data=json.dumps(resource), content_type=MEDIA, headers=headers
        )

    def change(self, path: str, resource: Any, **headers: str) -> Any:
        """PUT a resource."""
        return self.put(
            f"/fhir/{path}", data=json.dumps(resource), content_type=MEDIA, headers=headers
        )


def of(row: Any, resource: dict[str, Any]) -> dict[str, Any]:
    """The resource, about a patient who is registered here."""
    return resource | {"subject": {"reference": f"Patient/{row.pk}"}}


def places(answer: Any) -> list[str]:
    """The paths that an OperationOutcome names."""
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome", outcome
    return [path for issue in outcome["issue"] for path in issue.get("expression", [])]
