"""One of everything on the patient's own ward, and the address of each."""

import re
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from interop.fhir import shelf
from interop.fhir.shelf import KINDS
from interop.imports.models import ImportJob
from patients.models import Patient
from staff.models import Role, Ward
from tests.factories import whole_ward
from tests.factories.ward import NOW, a_person
from vitals.models import Handwriting

# No page may show these to anybody who is not let in.
FAMILY, GIVEN, MRN = "Zyxwarovsky", "Quilloughby", "SECRET-7719"
SECRETS: Final = (FAMILY, GIVEN, MRN)
_KIND: Final = "<str:kind>"
_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")


def of(own: Ward) -> dict[str, Any]:
    """Make everything; return by the name of the part of an address what stands for it."""
    doctor = a_person(Role.CHARGE_NURSE, own)
    found = whole_ward.of(own, doctor)
    patient = Patient.objects.get(pk=found["patient_id"])
    Patient.objects.filter(pk=patient.pk).update(family_name=FAMILY, given_name=GIVEN, mrn=MRN)
    Handwriting.objects.create(check_of_id=found["check_id"], strokes=[[10, 10, 20, 20]])
    job = ImportJob.objects.create(
        created_at=NOW, created_by=doctor, ward=own, name=f"{FAMILY}.csv", file_name="x.csv",
        size_bytes=1, state="done",
    )  # fmt: skip
    patient.refresh_from_db()
    resources = {kind: next(iter(shelf.of_patient(kind, patient)), {}) for kind in KINDS}
    return found | {
        "resources": resources,
        "idents": {kind: str(each.get("id", "none")) for kind, each in resources.items()},
        "mrn": MRN,
        "job_id": job.pk,
        "user_id": doctor.pk,
        "id": doctor.pk,
        "object_id": doctor.pk,
        "kind": "treatment",
        "form": "ebmt",
        "version": "1",
        "rest": "x",
        "content_type_id": 1,
        "url": "x",
        "app_label": "staff",
    }


def routes() -> list[str]:
    """Every address as it is written."""
    written = dict.fromkeys(_below(get_resolver().url_patterns, ""))
    return [each for route in written for each in _of_each_kind(route)]


def plain(route: str) -> str:
    """The address as the OpenAPI document writes it."""
    return _PART.sub(r"<\1>", route)


def _of_each_kind(route: str) -> list[str]:
    """One address for each kind of resource, where the kind is left open."""
    return [route.replace("<str:kind>", kind) for kind in KINDS] if _KIND in route else [route]


def _below(patterns: list[URLPattern | URLResolver], before: str) -> list[str]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _below(pattern.url_patterns, route)
        else:
            found.append(route)
    return found


def address(route: str, found: dict[str, Any]) -> str:
    """Put what is there in the place of each part that the address leaves open."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name == "code" and "alerts/" in route.split("<")[0]:
            name = "alert"
        if name == "code" and "break-glass/" in route:
            name = "opening"
        if name == "ident" and route.startswith("fhir/"):
            return str(found["idents"].get(route.split("/")[1], "none"))
        if route.endswith("care-end/"):
            name = "end_care"
        return str(found[name])

    return "/" + _PART.sub(part, route)
