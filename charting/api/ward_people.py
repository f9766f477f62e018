"""The people and tablets of a ward over HTTP: who looks after whom, agency accounts, devices."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import NurseAssignment
from audit.models import KeptRequest
from charting import assigning
from charting.api import schema
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.api.ward_access import member_of, ward_of
from charting.models import PatientState
from staff.models import Device, Role, User, Ward
from staff.permissions import (
    can_assign_nurse,
    can_open_agency_account,
    can_register_device,
    can_see_patients,
)
from staff.tokens import Scope
from tablets import agency, registering

_NURSES: Final = (Role.NURSE, Role.CHARGE_NURSE)
_LONGEST_NAME: Final = 150


class AssignRequest(s.Serializer[Any]):
    """Which nurse has the patient from now on."""

    client_id = s.UUIDField(required=False)
    nurse = s.CharField(max_length=_LONGEST_NAME, allow_null=True, help_text="null: nobody")


class NursesReply(s.Serializer[Any]):
    """Who has the patient now."""

    patient = s.IntegerField()
    nurses = s.ListField(child=s.CharField(), help_text="usernames")


class AgencyRequest(s.Serializer[Any]):
    """Somebody from an agency, by name."""

    client_id = s.UUIDField(required=False)
    first_name = s.CharField(max_length=_LONGEST_NAME)
    last_name = s.CharField(max_length=_LONGEST_NAME)


class AgencyReply(s.Serializer[Any]):
    """An account that ends by itself; the code is said this once."""

    id = s.IntegerField()
    username = s.CharField()
    name = s.CharField()
    expires_at = s.DateTimeField()
    code = s.CharField(allow_null=True)


class AgencyAccounts(s.Serializer[Any]):
    """The accounts that are open."""

    accounts = AgencyReply(many=True)


class DeviceReply(s.Serializer[Any]):
    """A tablet of the ward."""

    id = s.IntegerField()
    name = s.CharField()
    registered_at = s.DateTimeField()
    registered_by = s.CharField()


class DevicesReply(s.Serializer[Any]):
    """The tablets in use."""

    devices = DeviceReply(many=True)


class EndedReply(s.Serializer[Any]):
    """Whether this request ended it; false when it had ended before."""

    ended = s.BooleanField()


def _as_assigned(view: Any, request: Request, patient_id: int, *, kept: KeptRequest) -> Response:
    return _nurses(patient_id_of(request, patient_id, may=can_assign_nurse))


class Nurses(Resource):
    """The nurse of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS, "POST": Scope.WRITE_WARD}

    @extend_schema(responses=schema.answers_of(_200=NursesReply), operation_id="read_nurses")
    def get(self, request: Request, patient_id: int) -> Response:
        """Say who has the patient now."""
        return _nurses(patient_id_of(request, patient_id, may=can_see_patients))

    @extend_schema(
        request=AssignRequest,
        responses=schema.answers_of(_200=NursesReply),
        operation_id="assign_nurse",
    )
    @once(again=_as_assigned)
    def post(self, request: Request, patient_id: int) -> Response:
        """Give the patient to one nurse of the ward, or with null to nobody."""
        found = patient_id_of(request, patient_id, may=can_assign_nurse)
        data = body_of(request)
        body = Body(data)
        body.key()
        username = body.text("nurse", longest=_LONGEST_NAME)
        ward = PatientState.objects.select_related("ward").get(pk=found).ward
        nurse = member_of(ward, username) if ward and username else None
        if "nurse" not in data:
            body.refuse("nurse", None, "is required: a username, or null for nobody")
        elif data["nurse"] is not None and (nurse is None or nurse.role not in _NURSES):
            body.refuse("nurse", data["nurse"], "is no nurse of this ward")
        body.finish()
        assigning.assign(patient_id=found, nurse=nurse, by=user_of(request), now=timezone.now())
        return _nurses(found)


def _opened_before(view: Any, request: Request, *, code: str, kept: KeptRequest) -> Response:
    ward = ward_of(request, code, may=can_open_agency_account)
    return Response(_account(_agency_user(ward, kept)))


class Agency(Resource):
    """Accounts for one shift."""

    scopes = {"GET": Scope.READ_WARD, "POST": Scope.WRITE_WARD}

    @extend_schema(responses=schema.answers_of(_200=AgencyAccounts), operation_id="list_agency")
    def get(self, request: Request, code: str) -> Response:
        """List the accounts that are open, the next to end first; the codes are known to nobody."""
        ward = ward_of(request, code, may=can_open_agency_account)
        rows = agency.of_ward(ward, now=timezone.now())
        return Response({"accounts": [_account(row) for row in rows]})

    @extend_schema(
        request=AgencyRequest,
        responses=schema.answers_of(_200=AgencyReply, _201=AgencyReply),
        operation_id="open_agency_account",
    )
    @once(again=_opened_before)
    def post(self, request: Request, code: str) -> Response:
        """Open an account for twelve hours; a repeat answers it without its code."""
        ward = ward_of(request, code, may=can_open_agency_account)
        body = Body(body_of(request))
        body.key()
        first = body.text("first_name", longest=_LONGEST_NAME, required=True)
        last = body.text("last_name", longest=_LONGEST_NAME, required=True)
        body.finish()
        slip = agency.open_account(
            first_name=first, last_name=last, ward=ward, by=user_of(request), now=timezone.now()
        )
        return Response(_account(slip.user, code=slip.code), status=201)


class AgencyEnd(Resource):
    """The end of such an account before its time."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(
        request=schema.Key,
        responses=schema.answers_of(_200=EndedReply),
        operation_id="close_agency_account",
    )
    def post(self, request: Request, code: str, username: str) -> Response:
        """End it now; what was charted with it stays."""
        ward, now = ward_of(request, code, may=can_open_agency_account), timezone.now()
        person = User.objects.filter(
            username=username, memberships__ward=ward, opened_by__isnull=False
        ).first()
        if person is None:
            raise Http404
        _only_a_key(request)
        ended = agency.close_account(person, ward=ward, by=user_of(request), now=now)
        return Response({"ended": ended})


class Devices(Resource):
    """The tablets of one ward."""

    scopes = {"GET": Scope.READ_WARD}

    @extend_schema(responses=schema.answers_of(_200=DevicesReply), operation_id="list_devices")
    def get(self, request: Request, code: str) -> Response:
        """List the tablets in use, by name; a tablet is registered on itself alone."""
        ward = ward_of(request, code, may=can_register_device)
        rows = Device.objects.in_use().filter(ward=ward).select_related("registered_by")
        return Response({"devices": [_device(row) for row in rows.order_by("name", "pk")]})


class DeviceEnd(Resource):
    """A tablet that is the ward's no more."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(
        request=schema.Key,
        responses=schema.answers_of(_200=EndedReply),
        operation_id="revoke_device",
    )
    def post(self, request: Request, code: str, device_id: int) -> Response:
        """Take it out of use at once, sessions on it included."""
        ward = ward_of(request, code, may=can_register_device)
        device = Device.objects.filter(pk=device_id, ward=ward).first()
        if device is None:
            raise Http404
        _only_a_key(request)
        ended = registering.revoke(device, by=user_of(request), now=timezone.now())
        return Response({"ended": ended})


def _only_a_key(request: Request) -> None:
    body = Body(body_of(request))
    body.key()
    body.finish()


def _nurses(patient_id: int) -> Response:
    now = timezone.now()
    rows = NurseAssignment.objects.filter(patient_id=patient_id, starts_at__lte=now)
    names = rows.exclude(ends_at__lte=now).values_list("nurse__username", flat=True)
    return Response({"patient": patient_id, "nurses": sorted(names)})


def _agency_user(ward: Ward, kept: KeptRequest) -> User:
    found = User.objects.filter(memberships__ward=ward, opened_by__isnull=False, pk=kept.result)
    user = found.first()
    if user is None:
        raise Http404
    return user


def _account(user: User, *, code: str | None = None) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.display_name(),
        "expires_at": user.expires_at,
        "code": code,
    }


def _device(row: Device) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "registered_at": row.registered_at,
        "registered_by": row.registered_by.display_name() if row.registered_by else "",
    }
