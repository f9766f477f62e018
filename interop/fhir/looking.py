"""Look resources up for a request: within the wards of who asks, leaving a trail."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from audit import reading, trail
from interop.fhir import access, bundles, search, shelf
from interop.fhir.outcome import FhirError, IssueCode, refusal
from interop.fhir.web import answer, base_of, user_of
from patients.models import Patient
from staff.models import Role
from staff.permissions import can_export, can_read_resources


def patient(request: Request, ident: str) -> Patient:
    """The patient with this id, for reading; raises FhirError 404."""
    found = shelf.read("Patient", ident)
    if found is None:
        raise access.not_found()
    return access.readable(user_of(request), found[0])


def patient_to_export(request: Request, ident: str) -> Patient:
    """The patient whose whole record is taken out; raises FhirError 404, or 403 for who may not.

    A person needs the leave that an export page asks for; a system reads what its token says.
    """
    found, user = patient(request, ident), user_of(request)
    if user.role != Role.INTEGRATION and not access.may(user, found, can_export):
        words = "Oncologists and administrators take whole records out."
        raise refusal(403, "", words, IssueCode.FORBIDDEN)
    return found


def readable(request: Request, kind: str, ident: str) -> dict[str, Any]:
    """One resource, read by the user of a request, with a trail; raises FhirError 404."""
    found = shelf.read(kind, ident)
    if found is None:
        raise access.not_found()
    access.readable(user_of(request), found[0])
    return found[1]


def found(request: Request, kind: str, sent: list[tuple[str, str]]) -> HttpResponse:
    """The answer to a search. Raises FhirError."""
    lenient = "handling=lenient" in request.META.get("HTTP_PREFER", "")
    query = search.parsed(kind, sent, lenient=lenient)
    query = search.under_own_ids(query, access.held_under(kind, query.all_of("identifier")))
    resources = list(search.matching(query, _candidates(request, kind, query)))
    return page(request, kind, sent, query, resources)


def _candidates(request: Request, kind: str, query: search.Query) -> list[dict[str, Any]]:
    """What a search looks through: one patient's, one resource, or the patients of the wards."""
    user = user_of(request)
    named = search.patient_named(query)
    if named is not None:
        found = shelf.read("Patient", named)
        patient = Patient.objects.filter(pk=found[0]).first() if found else None
        if patient is None or not access.may(user, patient, can_read_resources):
            return []
        reading.opened(patient.pk)
        return list(shelf.of_patient(kind, patient))
    if kind == "Patient":
        return [shelf.of_patient(kind, each).__next__() for each in access.all_readable(user)]
    idents = [ident for value in query.all_of("_id") for ident in value.split(",")]
    if not idents and not query.all_of("identifier"):
        words = f"a search for {kind} names its patient, an _id or an identifier"
        raise refusal(400, "patient", words, IssueCode.REQUIRED)
    return [each for ident in dict.fromkeys(idents) if (each := _quietly(request, kind, ident))]


def _quietly(request: Request, kind: str, ident: str) -> dict[str, Any] | None:
    try:
        return readable(request, kind, ident)
    except FhirError:
        return None


def page(
    request: Request,
    path: str,
    sent: list[tuple[str, str]],
    query: search.Query,
    resources: list[dict[str, Any]],
) -> HttpResponse:
    """The page of `resources` that a query asks for, as a searchset."""
    start = query.page * query.count
    page = [] if query.only_count else resources[start : start + query.count]
    # Of those who were searched, these are shown.
    reading.opened(*(int(each["id"]) for each in page if each["resourceType"] == "Patient"))
    more = not query.only_count and start + query.count < len(resources)
    return answer(
        200,
        bundles.searchset(
            page, total=len(resources), base=base_of(request), path=path, sent=sent,
            next_page=query.page + 1 if more else None, now=timezone.now(),
        ),
    )  # fmt: skip


def audit(request: Request, patient: Patient, action: str, subject: str) -> None:
    """Leave in the patient's trail that their record was read."""
    trail.record(
        action=action,
        actor=user_of(request),
        scope=f"patient:{patient.pk}",
        subject=subject[:80],
        at=timezone.now(),
        detail={"format": "fhir"},
    )
