"""The end of a shift over HTTP: what is to be taken over, taking it, and a giver's own words."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import handover
from alerts.handover import Seen
from alerts.models import HandoverWords, Illness
from audit.models import KeptRequest
from charting import handing_over
from charting.api import replies, schema
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.api.ward_access import ward_of
from charting.handing_over import LONGEST, Words
from staff.permissions import can_hand_over
from staff.tokens import Scope

_MOST_ALERTS: Final = 200
_PARTS: Final = ("summary", "actions", "situation")


class SeenRequest(s.Serializer[Any]):
    """An alert as it stood in the list that was read."""

    code = s.CharField(max_length=40)
    version = s.IntegerField(min_value=0)


class AcceptRequest(s.Serializer[Any]):
    """What somebody who comes takes over."""

    client_id = s.UUIDField(required=False)
    alerts = SeenRequest(many=True)


class AcceptReply(s.Serializer[Any]):
    """What is theirs now, and what changed before they could take it."""

    taken = schema.Alert(many=True)
    changed = schema.Alert(many=True)


class ToTakeReply(s.Serializer[Any]):
    """What stands and is not yet the caller's."""

    ward = s.CharField()
    alerts = schema.Alert(many=True)


class WordsRequest(s.Serializer[Any]):
    """A giver's own words beside what the data say; a part left out adds nothing."""

    client_id = s.UUIDField()
    version = s.IntegerField(min_value=0, help_text="the version that was seen; 0: none")
    illness = s.ChoiceField(choices=Illness.choices, required=False)
    summary = s.CharField(max_length=LONGEST, required=False)
    actions = s.CharField(max_length=LONGEST, required=False)
    situation = s.CharField(max_length=LONGEST, required=False)


class WordsReply(s.Serializer[Any]):
    """The words as they are kept."""

    id = s.IntegerField()
    client_id = s.UUIDField()
    version = s.IntegerField()
    illness = s.CharField(allow_blank=True)
    summary = s.CharField(allow_blank=True)
    actions = s.CharField(allow_blank=True)
    situation = s.CharField(allow_blank=True)
    written_by = s.CharField()
    written_at = s.DateTimeField()


def _accepted_before(view: Any, request: Request, *, code: str, kept: KeptRequest) -> Response:
    """What of the list is the caller's now: nothing is taken a second time."""
    ward = ward_of(request, code, may=can_hand_over)
    user = user_of(request)
    named = {each.code for each in _seen(Body(body_of(request)))}
    rows = ward.alerts.filter(code__in=named).order_by("severity", "raised_at", "pk")
    mine = [row for row in rows if user.pk in {row.acknowledged_by_id, row.snoozed_by_id}]
    others = [row for row in rows if row not in mine]
    return Response(
        {
            "taken": [replies.alert(row) for row in mine],
            "changed": [replies.alert(row) for row in others],
        }
    )


class Handover(Resource):
    """The alerts that go from who leaves to who comes."""

    scopes = {"GET": Scope.READ_ALERTS, "POST": Scope.WRITE_ALERTS}

    @extend_schema(responses=schema.answers_of(_200=ToTakeReply), operation_id="list_to_take_over")
    def get(self, request: Request, code: str) -> Response:
        """List the ward's alerts that stand and are not the caller's, gravest first."""
        ward = ward_of(request, code, may=can_hand_over)
        rows = handover.to_hand_over(ward, to=user_of(request))
        return Response({"ward": ward.code, "alerts": [replies.alert(row) for row in rows]})

    @extend_schema(
        request=AcceptRequest,
        responses=schema.answers_of(_200=AcceptReply),
        operation_id="accept_handover",
    )
    @once(again=_accepted_before)
    def post(self, request: Request, code: str) -> Response:
        """Take over what stands as it was read; what changed since is answered and not taken."""
        ward = ward_of(request, code, may=can_hand_over)
        done = handover.accept(
            ward, _seen(Body(body_of(request))), by=user_of(request), at=timezone.now()
        )
        return Response(
            {
                "taken": [replies.alert(row) for row in done.taken],
                "changed": [replies.alert(row) for row in done.changed],
            }
        )


class HandoverSheetWords(Resource):
    """A giver's own words on one patient's sheet."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=WordsRequest,
        responses=schema.answers_of(_200=WordsReply, _201=WordsReply),
        operation_id="write_handover_words",
    )
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Append a version of the words; 409 when somebody else wrote in between."""
        found = patient_id_of(request, patient_id, may=can_hand_over)
        body = Body(body_of(request))
        client_id = body.client_id()
        version = body.whole("version", highest=2**31 - 1)
        if version is None:
            body.refuse("version", None, "is required")
        illness = body.choice("illness", Illness.values)
        said = {name: " ".join(body.text(name, longest=LONGEST).split()) for name in _PARTS}
        body.finish()
        row = handing_over.write_words(
            patient_id=found,
            client_id=client_id,
            words=Words(illness=illness, **said),
            version_seen=version or 0,
            by=user_of(request),
            now=timezone.now(),
        )
        return Response(_words(row), status=201)


def _seen(body: Body) -> list[Seen]:
    body.key()
    sent = body.listing("alerts", longest=_MOST_ALERTS)
    if not sent:
        body.refuse("alerts", sent, "is required: the code and version of each alert")
    rows = sent or []
    for each in rows:
        is_one = isinstance(each, dict) and each.keys() == {"code", "version"}
        if not is_one or not isinstance(each["code"], str) or not _is_version(each["version"]):
            body.refuse("alerts", each, "must be an object of code and version")
    body.finish()
    # In one order, so that two lists never wait for each other.
    return sorted((Seen(each["code"], each["version"]) for each in rows), key=lambda s: s.code)


def _is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _words(row: HandoverWords) -> dict[str, Any]:
    return {
        "id": row.pk,
        "client_id": str(row.client_id),
        "version": row.version,
        "illness": row.illness,
        **{name: getattr(row, name) for name in _PARTS},
        "written_by": row.written_by.display_name(),
        "written_at": row.written_at,
    }
