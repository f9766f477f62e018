"""The rota of a ward over HTTP: read it, add, swap or cancel a slot, try the way to somebody."""

from datetime import timedelta
from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import rota, rota_plan, rota_test
from alerts.models import RotaRole, RotaSlot
from alerts.rota_plan import NewSlot
from audit.models import KeptRequest
from charting.api import schema
from charting.api.access import body_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.api.ward_access import member_of, ward_of
from staff.models import User, Ward
from staff.permissions import can_edit_rota, can_see_patients
from staff.tokens import Scope

_DAYS: Final = 7
_LONGEST_NAME: Final = 150
# The bedside nurse follows from who looks after the patient, not from the rota.
ROLES: Final = [role.value for role in RotaRole if role is not RotaRole.BEDSIDE_NURSE]


class SlotRequest(s.Serializer[Any]):
    """Who is on call for a role, from and until: a person of the ward, or a mailbox."""

    client_id = s.UUIDField(required=False)
    role = s.ChoiceField(choices=ROLES)
    starts_at = s.DateTimeField(help_text="ISO 8601 with its offset")
    ends_at = s.DateTimeField(help_text="ISO 8601 with its offset")
    person = s.CharField(max_length=_LONGEST_NAME, required=False, help_text="a username")
    mailbox = s.EmailField(required=False)
    phone = s.CharField(max_length=30, required=False)
    backup = s.CharField(max_length=_LONGEST_NAME, required=False, help_text="a username")


class SwapRequest(s.Serializer[Any]):
    """Who takes the rest of a slot over."""

    client_id = s.UUIDField(required=False)
    person = s.CharField(max_length=_LONGEST_NAME, help_text="a username")


class TestRequest(s.Serializer[Any]):
    """Whom to send a test page."""

    client_id = s.UUIDField(required=False)
    role = s.ChoiceField(choices=RotaRole.choices)


class SlotReply(s.Serializer[Any]):
    """A slot of the rota."""

    id = s.IntegerField()
    role = s.CharField()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    person = s.CharField(allow_null=True, help_text="a username")
    name = s.CharField(allow_blank=True)
    mailbox = s.CharField(allow_blank=True)
    phone = s.CharField(allow_blank=True)
    backup = s.CharField(allow_null=True, help_text="a username")
    can_be_told = s.BooleanField()
    cancelled = s.BooleanField()


class HolderReply(s.Serializer[Any]):
    """One who is told for a role now."""

    role = s.CharField()
    name = s.CharField()
    phone = s.CharField(allow_blank=True)
    via = s.CharField()


class GapReply(s.Serializer[Any]):
    """A needed role that nobody covers."""

    role = s.CharField()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()


class RotaReply(s.Serializer[Any]):
    """Who is on call now and for seven days, and where somebody is missing."""

    ward = s.CharField()
    on_call = HolderReply(many=True)
    slots = SlotReply(many=True)
    gaps = GapReply(many=True)


class TestReply(s.Serializer[Any]):
    """How many test pages are owed."""

    pages = s.IntegerField()


_SLOT: Final = schema.answers_of(_200=SlotReply, _201=SlotReply)


def _stored_slot(
    view: Any, request: Request, *, code: str, kept: KeptRequest, **_: Any
) -> Response:
    ward = ward_of(request, code, may=can_edit_rota)
    return Response(_slot(RotaSlot.objects.get(pk=kept.result, ward=ward)))


class Rota(Resource):
    """The rota of one ward."""

    scopes = {"GET": Scope.READ_WARD, "POST": Scope.WRITE_WARD}

    @extend_schema(responses=schema.answers_of(_200=RotaReply), operation_id="read_rota")
    def get(self, request: Request, code: str) -> Response:
        """Say who holds each role now, what stands for seven days, and the gaps of a day."""
        ward, now = ward_of(request, code, may=can_see_patients), timezone.now()
        held = rota.by_role(ward, at=now)
        gaps = rota_plan.gaps(ward, start=now, end=now + rota_plan.LOOK_AHEAD)
        slots = rota_plan.coming(ward, start=now, end=now + timedelta(days=_DAYS))
        return Response(
            {
                "ward": ward.code,
                "on_call": [_holder(role, each) for role in held for each in held[role]],
                "slots": [_slot(row) for row in slots],
                "gaps": [
                    {"role": each.role, "starts_at": each.starts_at, "ends_at": each.ends_at}
                    for each in gaps
                ],
            }
        )

    @extend_schema(request=SlotRequest, responses=_SLOT, operation_id="add_slot")
    @once(again=_stored_slot)
    def post(self, request: Request, code: str) -> Response:
        """Put a slot into the rota."""
        ward = ward_of(request, code, may=can_edit_rota)
        slot = _new_slot(Body(body_of(request)), ward)
        row = rota_plan.add(ward, slot, by=user_of(request), now=timezone.now())
        return Response(_slot(row), status=201)


class SlotSwap(Resource):
    """A slot that changes hands."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(request=SwapRequest, responses=_SLOT, operation_id="swap_slot")
    @once(again=_stored_slot)
    def post(self, request: Request, code: str, slot_id: int) -> Response:
        """Give the rest of the slot to somebody else of the ward."""
        ward = ward_of(request, code, may=can_edit_rota)
        row = _slot_of(ward, slot_id)
        body = Body(body_of(request))
        body.key()
        to = _person(body, "person", ward, required=True)
        body.finish()
        assert to is not None
        new = rota_plan.swap(row, to=to, by=user_of(request), now=timezone.now())
        return Response(_slot(new), status=201)


class SlotCancel(Resource):
    """A slot that does not stand any more."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(request=schema.Key, responses=_SLOT, operation_id="cancel_slot")
    def post(self, request: Request, code: str, slot_id: int) -> Response:
        """Take it out of the rota; it stays on record, and out, however often this is sent."""
        ward = ward_of(request, code, may=can_edit_rota)
        row = _slot_of(ward, slot_id)
        body = Body(body_of(request))
        body.key()
        body.finish()
        rota_plan.cancel(row, by=user_of(request), now=timezone.now())
        row.refresh_from_db()
        return Response(_slot(row))


class RotaTest(Resource):
    """The way to whoever is on call."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(
        request=TestRequest, responses=schema.answers_of(_200=TestReply), operation_id="test_rota"
    )
    def post(self, request: Request, code: str) -> Response:
        """Owe a test page to everybody who holds the role; once a minute, however often sent."""
        ward = ward_of(request, code, may=can_edit_rota)
        body = Body(body_of(request))
        body.key()
        role = body.choice("role", RotaRole.values, required=True)
        body.finish()
        pages = rota_test.page(ward, RotaRole(role), by=user_of(request), now=timezone.now())
        return Response({"pages": len(pages)})


def _slot_of(ward: Ward, slot_id: int) -> RotaSlot:
    """A slot of this very ward; a slot of another one does not exist."""
    row = RotaSlot.objects.select_related("person", "backup").filter(pk=slot_id, ward=ward).first()
    if row is None:
        raise Http404
    return row


def _new_slot(body: Body, ward: Ward) -> NewSlot:
    body.key()
    role = body.choice("role", ROLES, required=True)
    starts_at, ends_at = body.moment("starts_at"), body.moment("ends_at")
    person, backup = _person(body, "person", ward), _person(body, "backup", ward)
    mailbox, phone = body.text("mailbox", longest=254), body.text("phone", longest=30)
    if mailbox and not _is_mailbox(mailbox):
        body.refuse("mailbox", mailbox, "must be an e-mail address")
    body.finish()
    assert starts_at is not None
    assert ends_at is not None
    return NewSlot(
        role=RotaRole(role),
        starts_at=starts_at,
        ends_at=ends_at,
        person=person,
        mailbox=mailbox,
        phone=phone,
        backup=backup,
    )


def _is_mailbox(text: str) -> bool:
    try:
        s.EmailField().run_validation(text)
    except s.ValidationError:
        return False
    return True


def _person(body: Body, name: str, ward: Ward, *, required: bool = False) -> User | None:
    username = body.text(name, longest=_LONGEST_NAME, required=required)
    found = member_of(ward, username) if username else None
    if username and found is None:
        body.refuse(name, username, "is nobody of this ward")
    return found


def _slot(row: RotaSlot) -> dict[str, Any]:
    return {
        "id": row.pk,
        "role": row.role,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "person": row.person.username if row.person else None,
        "name": row.person.display_name() if row.person else row.mailbox,
        "mailbox": row.mailbox,
        "phone": row.phone,
        "backup": row.backup.username if row.backup else None,
        "can_be_told": rota.of_slot(row) is not None,
        "cancelled": row.cancelled_at is not None,
    }


def _holder(role: RotaRole, each: rota.Holder) -> dict[str, Any]:
    return {
        "role": role.value,
        "name": each.user.display_name() if each.user else each.mailbox,
        "phone": each.phone,
        "via": each.via.value,
    }
