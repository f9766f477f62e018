"""The addresses below /fhir/: read, search, create, update, Bundles and operations."""

from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request

from interop.fhir import access, amend, bundles, gate, live, looking, search, shelf
from interop.fhir.capability import INTERACTIONS, statement
from interop.fhir.conditional import existing
from interop.fhir.identity import content, identity
from interop.fhir.live import Answer, Door
from interop.fhir.observation import decode
from interop.fhir.outcome import (
    Issue,
    IssueCode,
    Severity,
    operation_outcome,
    refusal,
)
from interop.fhir.reading import Read
from interop.fhir.subjects import Subjects
from interop.fhir.web import FhirView, answer, base_of, body_of, user_of
from patients.models import Patient
from staff.limits import FHIR_SEARCH_BYTES
from staff.models import User
from staff.permissions import can_chart
from staff.tokens import ApiToken, Scope


def _refuse_unless(kind: str, interaction: str, method: str) -> None:
    if kind not in INTERACTIONS:
        raise refusal(404, "", f"{kind[:60]} is not kept here.", IssueCode.NOT_SUPPORTED)
    if interaction not in INTERACTIONS[kind]:
        raise MethodNotAllowed(method)


def _local(user: User) -> Subjects:
    """References to patients of this server, as far as the user may see them."""

    def mrn_of(reference: str) -> str | None:
        before, _, ident = reference.rpartition("/")
        if before not in ("Patient", "Encounter"):
            return None
        found = shelf.read(before, ident)
        patient = Patient.objects.filter(pk=found[0]).first() if found else None
        if patient is None or not access.may(user, patient, can_chart):
            return None
        return patient.mrn

    return Subjects(mrn_of)


def _door(request: Request) -> Door:
    user = user_of(request)
    token = request.auth if isinstance(request.auth, ApiToken) else None
    return Door(user, timezone.now(), _local(user), sender=user.get_username(), token=token)


class Metadata(FhirView):
    """The CapabilityStatement, which anybody may read."""

    permission_classes = []
    authentication_classes = []

    def get(self, request: Request) -> HttpResponse:
        """Say what this server does."""
        return answer(200, statement(base=base_of(request), now=timezone.now()))


class Root(FhirView):
    """Where Bundles are sent."""

    def post(self, request: Request) -> HttpResponse:
        """Take a batch, each entry by itself, or a transaction, all or nothing."""
        bundle = body_of(request)
        if bundle["resourceType"] != "Bundle":
            words = f"send a {bundle['resourceType']} to its own address"
            raise refusal(400, "resourceType", words, IssueCode.NOT_SUPPORTED)
        live.refuse_faults(bundle)
        return answer(200, bundles.process(bundle, _door(request)))


class Nowhere(FhirView):
    """Any other address."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so, whatever the method."""
        words = "There is nothing at this address."
        issue = Issue("", words, IssueCode.NOT_FOUND)
        return answer(404, operation_outcome([issue]))


class Type(FhirView):
    """All resources of one type."""

    def get(self, request: Request, kind: str) -> HttpResponse:
        """Search."""
        _refuse_unless(kind, "search-type", "GET")
        sent = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        return looking.found(request, kind, sent)

    def post(self, request: Request, kind: str) -> HttpResponse:
        """Create one, unless If-None-Exist finds it."""
        _refuse_unless(kind, "create", "POST")
        resource = body_of(request)
        if resource["resourceType"] != kind:
            words = f"a {resource['resourceType']} is not sent to {kind}"
            raise refusal(400, "resourceType", words, IssueCode.VALUE)
        live.refuse_faults(resource)
        with transaction.atomic():
            condition = request.META.get("HTTP_IF_NONE_EXIST")
            door = _door(request)
            found = existing(kind, condition, door.user) or door.create(resource)
        return _created(request, found)


class SearchByPost(FhirView):
    """A search whose parameters stand in the body, where no log writes them down."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.READ_PATIENTS}

    def post(self, request: Request, kind: str) -> HttpResponse:
        """Search."""
        _refuse_unless(kind, "search-type", "POST")
        body = request._request.read(FHIR_SEARCH_BYTES + 1).decode("utf-8", "replace")
        if len(body) > FHIR_SEARCH_BYTES:
            # Cut short, it would lose a parameter, and find more than was asked for.
            words = f"the parameters are over {FHIR_SEARCH_BYTES} bytes"
            raise refusal(413, "", words, IssueCode.TOO_LONG)
        sent = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        return looking.found(request, kind, sent + parse_qsl(body, keep_blank_values=True))


class Validate(FhirView):
    """Whether a resource would be taken, without taking it."""

    is_open_to_any_scope = True
    scopes: ClassVar[dict[str, Scope]] = {}

    def post(self, request: Request, kind: str) -> HttpResponse:
        """Judge the resource: its form, its words, its rules."""
        resource = body_of(request)
        if kind not in (resource["resourceType"], "Resource"):
            words = f"a {resource['resourceType']} is not sent to {kind[:60]}"
            raise refusal(400, "resourceType", words, IssueCode.VALUE)
        fine = Issue("", "valid", IssueCode.INFORMATIONAL, Severity.INFORMATION)
        return answer(200, operation_outcome(gate.faults(resource) or [fine]))


class One(FhirView):
    """One resource."""

    def get(self, request: Request, kind: str, ident: str, version: str = "") -> HttpResponse:
        """Read it; of its versions only the newest is kept as a resource."""
        _refuse_unless(kind, "vread" if version else "read", "GET")
        resource = looking.readable(request, kind, ident)
        own = resource["meta"]["versionId"]
        if version and version != own:
            words = "Only the newest version is read here; its trail tells the others."
            raise refusal(404, "", words, IssueCode.NOT_FOUND)
        return answer(200, resource, version=own, updated=resource["meta"].get("lastUpdated"))

    def put(self, request: Request, kind: str, ident: str, version: str = "") -> HttpResponse:
        """Correct or withdraw an Observation; anything else is appended, not replaced."""
        if version:
            # What a version was is never written again.
            raise MethodNotAllowed("PUT")
        _refuse_unless(kind, "update", "PUT")
        resource = body_of(request)
        if resource["resourceType"] != kind or resource.get("id") != ident:
            words = "resourceType and id are those of the address"
            raise refusal(400, f"{kind}.id", words, IssueCode.VALUE)
        live.refuse_faults(resource)
        before = looking.readable(request, kind, ident)
        _refuse_stale(request, before["meta"]["versionId"])
        if resource["status"] not in amend.CORRECTS:
            words = (
                "Facts are appended: send it with status corrected, amended or "
                "entered-in-error, or create another one."
            )
            raise refusal(405, f"{kind}.status", words, IssueCode.NOT_SUPPORTED)
        self._amend(request, ident, resource)
        after = looking.readable(request, kind, ident)
        return answer(200, after, version=after["meta"]["versionId"])

    def _amend(self, request: Request, ident: str, resource: dict[str, Any]) -> None:
        door = _door(request)
        found = shelf.read("Observation", ident)
        assert found is not None
        patient = Patient.objects.get(pk=found[0])
        said = content(resource, subject=patient.mrn)
        mark = identity(resource, subject=patient.mrn)
        decoded = decode(resource, mrn=patient.mrn, mark=f"{mark} {said}")
        if resource["status"] != "entered-in-error":
            mrn = door.subjects.mrn_for(resource)
            if mrn != patient.mrn:
                words = "is another patient: take it back here, and send it for the right one"
                raise refusal(422, "Observation.subject", words, IssueCode.BUSINESS_RULE)
        amend.amend(
            ident, Read(decoded, mark, said), resource, patient=patient, user=door.user,
            now=door.now,
        )  # fmt: skip


class Everything(FhirView):
    """The whole record of a patient."""

    def get(self, request: Request, ident: str) -> HttpResponse:
        """Everything kept of a patient, as a searchset; leaves a trail."""
        sent = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        known = [(name, value) for name, value in sent if name in ("_count", "_page")]
        since = [("_lastUpdated", f"ge{value}") for name, value in sent if name == "_since"]
        types = [value for name, value in sent if name == "_type"]
        kinds = types[0].split(",") if types else shelf.EVERYTHING
        unknown = [kind for kind in kinds if kind not in shelf.EVERYTHING]
        if unknown:
            raise refusal(400, "_type", f"{unknown[0][:40]} is not kept here", IssueCode.VALUE)
        query = search.parsed("Patient", known + since)
        patient = looking.patient_to_export(request, ident)
        looking.audit(request, patient, "patient.exported", f"Patient/{patient.pk}/$everything")
        resources = [each for kind in kinds for each in shelf.of_patient(kind, patient)]
        page = search.matching(query, resources)
        if "_count" not in dict(sent):
            # All of it, unless pages were asked for.
            query = search.Query(query.kind, query.wanted, len(resources) + 1, 0, only_count=False)
        return looking.page(request, f"Patient/{ident}/$everything", sent, query, list(page))


def _created(request: Request, found: Answer) -> HttpResponse:
    """The resource that was created, or what is to be said of one that was not."""
    place = f"{base_of(request)}/{found.location}/_history/1" if found.location else ""
    if found.issues or not found.location:
        fine = Issue("", "stored", IssueCode.INFORMATIONAL, Severity.INFORMATION)
        return answer(found.status, operation_outcome(found.issues or [fine]), location=place)
    kind, _, ident = found.location.partition("/")
    stored = shelf.read(kind, ident)
    if stored is None:
        fine = Issue("", "stored", IssueCode.INFORMATIONAL, Severity.INFORMATION)
        return answer(found.status, operation_outcome([fine]), location=place)
    resource = stored[1]
    version = resource["meta"]["versionId"]
    place = f"{base_of(request)}/{found.location}/_history/{version}"
    return answer(found.status, resource, location=place, version=version)


def _refuse_stale(request: Request, version: str) -> None:
    asked = request.META.get("HTTP_IF_MATCH")
    if asked is not None and asked.strip() not in (f'W/"{version}"', f'"{version}"', "*"):
        words = f'the version here is W/"{version}": read it again'
        raise refusal(412, "If-Match", words, IssueCode.CONFLICT)
