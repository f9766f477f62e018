"""Who looked at a record, and the trail, for programs of those who watch over it."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from charting.api import schema
from charting.api.access import user_of
from charting.api.pages import PARAMETERS, number, page_of
from charting.api.resource import Resource
from charting.entry import EntryRefusedError, FieldError
from screens import strip
from screens.access_report import reading, search
from screens.access_report.page import patient_to_report, span_of
from staff import permissions
from staff.tokens import Scope

_DAY = {"type": "string", "format": "date"}
_SPAN = [OpenApiParameter("since", _DAY), OpenApiParameter("until", _DAY)]


class AccessLine(s.Serializer[Any]):
    """What one person did with a record on one day."""

    day = s.DateField()
    role = s.CharField()
    name = s.CharField(allow_blank=True)
    what = s.CharField()
    break_glass = s.BooleanField()
    first_at = s.DateTimeField()
    last_at = s.DateTimeField()
    times = s.IntegerField()


class AccessReportReply(s.Serializer[Any]):
    """Who looked at one patient's record, newest first."""

    patient = s.IntegerField()
    since = s.DateField()
    until = s.DateField()
    lines = AccessLine(many=True)


class AuditLine(s.Serializer[Any]):
    """One entry of the trail: ids and codes."""

    id = s.IntegerField()
    at = s.DateTimeField()
    who = s.CharField()
    role = s.CharField(allow_blank=True)
    action = s.CharField()
    subject = s.CharField()
    surface = s.CharField(allow_blank=True)
    more = s.CharField(allow_blank=True)
    chain = s.CharField()
    is_break_glass = s.BooleanField()


class AccessReport(Resource):
    """Who looked at one patient's record."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=schema.answers_of(_200=AccessReportReply),
        parameters=_SPAN,
        operation_id="read_access_report",
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """Return a line for each day, person and purpose, for safety officers and administrators.

        Of the last 90 days unless others are named, and of a year at most.
        """
        state = patient_to_report(user_of(request), patient_id)
        today = timezone.now().astimezone(strip.zone_of(state)).date()
        since, until = span_of(_day(request, "since"), _day(request, "until"), today=today)
        report = reading.read(state, since=since, until=until)
        return Response(
            {
                "patient": state.pk,
                "since": since.isoformat(),
                "until": until.isoformat(),
                "lines": [line.as_json() for line in report.lines],
            }
        )


class AuditTrail(Resource):
    """The trail of who did what."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=schema.answers_of(
            _200=schema.paged("AuditReply", entries=s.ListField(child=AuditLine()))
        ),
        parameters=[
            *PARAMETERS,
            *_SPAN,
            OpenApiParameter("patient", {"type": "integer", "minimum": 1}),
            OpenApiParameter("person", {"type": "string"}),
            OpenApiParameter("action", {"type": "string"}),
        ],
        operation_id="search_audit_trail",
    )
    def get(self, request: Request) -> Response:
        """List entries, the newest first, for safety officers and administrators."""
        if not permissions.can_read_audit(user_of(request)):
            raise Http404
        asked: dict[str, Any] = {
            "record": number(request, "patient", lowest=1, highest=2**63 - 1),
            "person": request.GET.get("person", "")[:150],
            "action": request.GET.get("action", "")[:60],
            "since": _day(request, "since"),
            "until": _day(request, "until"),
        }
        page = page_of(request, search.matching(asked), "-pk")
        rows = [search.row_of(row) for row in page.rows]
        return Response(
            page.answer("entries", [row | {"at": row["at"].isoformat()} for row in rows])
        )


def _day(request: Request, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        refused = FieldError(name, text[:40], "must be a day such as 2026-03-10")
        raise EntryRefusedError([refused]) from error
