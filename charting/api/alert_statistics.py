"""The alerts of a ward against their budget over HTTP."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import noise, statistics
from alerts.statistics import Statistics
from alerts.tallies import AnswerRow, BandRow, RuleRow
from charting.api import schema
from charting.api.access import user_of
from charting.api.resource import Resource
from charting.entry import EntryRefusedError, FieldError
from staff.models import Ward
from staff.permissions import can_see_alert_statistics
from staff.tokens import Scope

_TOO_FEW: Final = "null: not enough data"


class BandReply(s.Serializer[Any]):
    """Interruptive alerts (P1 and P2) of patients this ill."""

    grade = s.ChoiceField(choices=[band.value for band in noise.Band])
    interruptive = s.IntegerField()
    patient_days = s.FloatField()
    per_patient_day = s.FloatField(allow_null=True, help_text=_TOO_FEW)
    budget = s.FloatField(allow_null=True, help_text="null: none for an unknown grade")


class RuleReply(s.Serializer[Any]):
    """What one rule did."""

    rule = s.CharField()
    meaning = s.CharField()
    fired = s.IntegerField()
    interruptive = s.IntegerField()
    acted_on = s.IntegerField(help_text="of those judged")
    judged = s.IntegerField()
    acted_on_percent = s.FloatField(allow_null=True, help_text=_TOO_FEW)
    put_off = s.IntegerField()
    closed_by_person = s.IntegerField()
    escalated = s.IntegerField()
    to_review = s.BooleanField()


class AnswerReply(s.Serializer[Any]):
    """How long alerts of a severity waited for a person."""

    severity = s.CharField()
    alerts = s.IntegerField()
    answered = s.IntegerField()
    median_minutes = s.FloatField(allow_null=True, help_text=_TOO_FEW)
    p90_minutes = s.FloatField(allow_null=True, help_text=_TOO_FEW)
    budget_minutes = s.IntegerField(help_text="for the median")


class MessageReply(s.Serializer[Any]):
    """The messages of one channel."""

    channel = s.CharField()
    owed = s.IntegerField()
    accepted = s.IntegerField()
    refused = s.IntegerField()
    waiting = s.IntegerField(help_text="still owed, for more than 2 min")


class RungReply(s.Serializer[Any]):
    """How many alerts of a severity climbed to a rung, and whom it calls."""

    severity = s.CharField()
    rung = s.IntegerField()
    tells = s.ListField(child=s.CharField())
    alerts = s.IntegerField()


class AlertStatisticsReply(s.Serializer[Any]):
    """The alerts raised on a ward in the last days."""

    ward = s.CharField()
    days = s.IntegerField()
    since = s.DateTimeField()
    until = s.DateTimeField()
    alerts = s.IntegerField()
    acted_on_means = s.CharField()
    by_grade = BandReply(many=True)
    p1_acted_on_percent = s.FloatField(allow_null=True, help_text=_TOO_FEW)
    p1_acted_on_budget_percent = s.IntegerField(help_text="at least")
    answers = AnswerReply(many=True)
    rules = RuleReply(many=True)
    put_off = s.DictField(child=s.IntegerField(), help_text="by reason")
    closed_by_person = s.DictField(child=s.IntegerField(), help_text="by reason")
    rejected_grades = s.IntegerField()
    rungs = RungReply(many=True)
    messages = MessageReply(many=True)
    nobody_to_tell = s.IntegerField()


class AlertStatistics(Resource):
    """How loud the alerts of a ward are, and how often they were right."""

    scopes = {"GET": Scope.READ_ALERTS}

    @extend_schema(
        parameters=[OpenApiParameter("days", int, enum=list(statistics.SPANS_DAYS))],
        responses={
            200: AlertStatisticsReply, 400: schema.Refusal, 401: schema.Refusal,
            403: schema.Refusal, 404: schema.Refusal,
        },
        operation_id="read_alert_statistics",
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Return the last 7 or 28 days of one of the user's wards."""
        days = _days(request)
        ward = Ward.objects.filter(code=code).first()
        if ward is None or not can_see_alert_statistics(user_of(request), ward):
            raise NotFound("There is no such ward of yours.")
        found = statistics.of_ward(ward, days=days, now=timezone.now())
        return Response({"ward": ward.code, "days": days, **_reply(found)})


def _days(request: Request) -> int:
    known = {str(each): each for each in statistics.SPANS_DAYS}
    asked = request.query_params.get("days", str(statistics.SPANS_DAYS[0]))
    if asked not in known:
        raise EntryRefusedError([FieldError("days", asked, f"must be {' or '.join(known)}")])
    return known[asked]


def _reply(found: Statistics) -> dict[str, Any]:
    return {
        "since": found.since,
        "until": found.until,
        "alerts": found.alerts,
        "acted_on_means": noise.ACTED_WORDS,
        "by_grade": [_band(row) for row in found.bands],
        "p1_acted_on_percent": found.p1_share.percent,
        "p1_acted_on_budget_percent": statistics.BUDGET_P1_ACTED_PERCENT,
        "answers": [_answer(row) for row in found.answers],
        "rules": [_rule(row) for row in found.rules],
        "put_off": found.put_off,
        "closed_by_person": found.closed,
        "rejected_grades": found.rejected_grades,
        "rungs": [RungReply(row).data for row in found.rungs],
        "messages": [MessageReply(row).data for row in found.messages],
        "nobody_to_tell": found.nobody_to_tell,
    }


def _band(row: BandRow) -> dict[str, Any]:
    return {
        "grade": row.band,
        "interruptive": row.alerts,
        "patient_days": round(row.patient_days, 3),
        "per_patient_day": row.rate,
        "budget": statistics.BUDGET_PER_PATIENT_DAY.get(row.band),
    }


def _answer(row: AnswerRow) -> dict[str, Any]:
    return {
        "severity": row.severity,
        "alerts": row.alerts,
        "answered": row.answered,
        "median_minutes": row.median_minutes,
        "p90_minutes": row.p90_minutes,
        "budget_minutes": statistics.BUDGET_ANSWER_MINUTES[row.severity],
    }


def _rule(row: RuleRow) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "meaning": row.label,
        "fired": row.fired,
        "interruptive": row.interruptive,
        "acted_on": row.share.acted,
        "judged": row.share.judged,
        "acted_on_percent": row.share.percent,
        "put_off": row.put_off,
        "closed_by_person": row.closed_by_person,
        "escalated": row.escalated,
        "to_review": row.is_to_review,
    }
