"""What the board, the timeline and the hand-over sheet show, for programs; the same content."""

import json
from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import tablets
from charting import handing_over
from charting.api import schema
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.api.ward_access import ward_of
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from screens import context
from screens.boards import content, plan
from screens.handing import reading as sheets
from screens.timeline import reading
from screens.timeline.figure import figure, guide
from screens.timeline.table import table
from screens.timeline.view import part_of
from staff.permissions import can_arrange_beds, can_hand_over, can_see_patients
from staff.tokens import Scope

_DIGEST_CHARACTERS: Final = 64


class BedRequest(s.Serializer[Any]):
    """Where a bed stands in the plan, counted from 0."""

    client_id = s.UUIDField(required=False)
    row = s.IntegerField(min_value=0, max_value=plan.MOST_ROWS - 1)
    column = s.IntegerField(min_value=0, max_value=plan.MOST_COLUMNS - 1)


BedReply = schema.serializer(
    "BedReply",
    id=s.IntegerField(),
    label=s.CharField(),
    row=s.IntegerField(),
    column=s.IntegerField(),
)


class BedsReply(s.Serializer[Any]):
    """The plan of a ward, row by row."""

    beds = BedReply(many=True)


class BoardReply(s.Serializer[Any]):
    """The board of a ward: most urgent first; further members as the page shows them."""

    alerting = s.DictField()
    tiles = s.ListField(child=s.DictField())
    beds = BedReply(many=True)


class TimelineReply(s.Serializer[Any]):
    """A figure in Plotly's form, and the same as a table."""

    table = s.JSONField()
    guide = s.JSONField()


class SheetReply(s.Serializer[Any]):
    """A patient's hand-over sheet; the digest says which one was read."""

    patient = s.IntegerField()
    digest = s.CharField()
    sections = s.DictField(child=s.ListField(child=s.CharField()))


class ReadBackRequest(s.Serializer[Any]):
    """That the sheet with this digest was read back."""

    client_id = s.UUIDField()
    digest = s.CharField(max_length=_DIGEST_CHARACTERS)


class ReadBackReply(s.Serializer[Any]):
    """The read-back as it is kept."""

    id = s.IntegerField()
    at = s.DateTimeField()
    by = s.CharField()


class Board(Resource):
    """The board of one ward."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.answers_of(_200=BoardReply), operation_id="read_board")
    def get(self, request: Request, code: str) -> Response:
        """Return the tiles of the ward, most urgent first, and whether alerting works."""
        ward, now = ward_of(request, code, may=can_see_patients), timezone.now()
        found = content.board(
            ward,
            alerting=context.alerting(request._request, ward=ward),
            tablets=tablets.troubles(ward, now=now),
            now=now,
        )
        return Response(json.loads(found.json))


class Beds(Resource):
    """Where one bed stands."""

    scopes = {"POST": Scope.WRITE_WARD}

    @extend_schema(
        request=BedRequest, responses=schema.answers_of(_200=BedsReply), operation_id="move_bed"
    )
    def post(self, request: Request, code: str, bed_id: int) -> Response:
        """Put the bed in a place; whoever stands there takes the place it came from."""
        ward = ward_of(request, code, may=can_arrange_beds)
        body = Body(body_of(request))
        body.key()
        place = [
            body.whole("row", highest=plan.MOST_ROWS - 1),
            body.whole("column", highest=plan.MOST_COLUMNS - 1),
        ]
        for name, value in zip(("row", "column"), place, strict=True):
            if value is None:
                body.refuse(name, None, "is required")
        body.finish()
        row, column = place
        assert row is not None
        assert column is not None
        try:
            plan.move(ward, bed_id, row=row, column=column, by=user_of(request), now=timezone.now())
        except plan.NoSuchPlaceError:
            raise Http404 from None
        return Response({"beds": plan.places(ward)})


class Timeline(Resource):
    """The course of one patient, drawn and as a table."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=schema.answers_of(_200=TimelineReply),
        parameters=[
            OpenApiParameter("from", str, description="ISO 8601, UTC; with to: a closer look"),
            OpenApiParameter("to", str, description="ISO 8601, UTC"),
            OpenApiParameter("width", int, description="pixels"),
        ],
        operation_id="read_timeline",
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """Return the figure of the course, with its table and what may be read off it."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        try:
            fine = part_of(request._request)
        except (ValueError, OverflowError):
            words = "from and to are times in UTC, one after the other; width is in pixels"
            raise EntryRefusedError([FieldError("from", None, words)]) from None
        state = _state(which)
        course = reading.read(state, now=timezone.now(), fine=fine)
        return Response({**figure(course), "guide": guide(course), "table": table(course)})


class Sheet(Resource):
    """The hand-over sheet of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.answers_of(_200=SheetReply), operation_id="read_sheet")
    def get(self, request: Request, patient_id: int) -> Response:
        """Return what is read aloud, section by section."""
        state = _state(patient_id_of(request, patient_id, may=can_hand_over))
        sheet = _sheet(state)
        lines = {str(name): list(said) for name, said in sheet.lines().items()}
        return Response({"patient": state.pk, "digest": sheet.digest, "sections": lines})


class ReadBack(Resource):
    """That a sheet was read back."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=ReadBackRequest,
        responses=schema.answers_of(_200=ReadBackReply, _201=ReadBackReply),
        operation_id="read_sheet_back",
    )
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Keep that the caller read it back as it stood; 409 when it changed while they read."""
        state = _state(patient_id_of(request, patient_id, may=can_hand_over))
        body = Body(body_of(request))
        client_id = body.client_id()
        digest = body.text("digest", longest=_DIGEST_CHARACTERS, required=True)
        body.finish()
        sheet = _sheet(state)
        if digest != sheet.digest:
            raise handing_over.StaleWordsError("the sheet changed while it was read")
        row = handing_over.read_back(
            patient_id=state.pk,
            client_id=client_id,
            lines=sheet.lines(),
            by=user_of(request),
            now=timezone.now(),
        )
        return Response(
            {"id": row.pk, "at": row.at, "by": row.by.display_name()},
            status=201,
        )


def _state(patient_id: int) -> PatientState:
    return PatientState.objects.select_related("patient", "ward", "bed").get(pk=patient_id)


def _sheet(state: PatientState) -> Any:
    if state.ward is None:
        raise Http404
    (sheet,) = sheets.of_patient(state, state.ward, now=timezone.now()).sheets
    return sheet
