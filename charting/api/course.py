"""A patient's course over HTTP: the episodes of CRS, and the scores with what they rest on."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from charting import course
from charting.api import schema
from charting.api.access import patient_id_of
from charting.api.resource import Resource
from charting.models import PatientState
from grading.episodes import Episode
from grading.rules.scores import Score, ScorePart
from grading.rules.scores_sheets import SHEETS
from staff.permissions import can_see_patients
from staff.tokens import Scope


class PeakReply(s.Serializer[Any]):
    """The gravest grade of an episode."""

    grade = s.IntegerField(allow_null=True, help_text="null: a set could have been graver")
    at_least = s.IntegerField()
    at = s.DateTimeField()


class EpisodeReply(s.Serializer[Any]):
    """One stretch of CRS."""

    number = s.IntegerField()
    onset_at = s.DateTimeField(help_text="the first qualifying fever")
    onset_day = s.IntegerField(allow_null=True, help_text="the ward's calendar day of the course")
    onset_hours = s.FloatField(allow_null=True, help_text="hours since the dose of day 0")
    grade = s.IntegerField(allow_null=True, help_text="null: what is missing could change it")
    at_least = s.IntegerField()
    graded_at = s.DateTimeField()
    peak = PeakReply()
    not_fully_graded = s.IntegerField(help_text="sets of the episode whose grade is not known")
    signs_gone_at = s.DateTimeField(allow_null=True)
    resolved_at = s.DateTimeField(allow_null=True, help_text="null: not seen to end")
    recurrence_of = s.IntegerField(allow_null=True)
    lasted_days = s.FloatField()
    fever_hours = s.FloatField()


class UsedReply(s.Serializer[Any]):
    """A recorded value."""

    said = s.CharField(help_text="the value with its unit")
    taken_at = s.DateTimeField(allow_null=True)
    age_hours = s.FloatField(allow_null=True)


# Two of these names are attributes of every serializer field, so no class body can hold them.
PartReply: Any = type(
    "PartReply",
    (s.Serializer,),
    {
        "item": s.CharField(),
        "label": s.CharField(),
        "points": s.IntegerField(allow_null=True, help_text="null: a factor of a formula"),
        "words": s.CharField(),
        "source": s.CharField(),
        "verification_tag": s.CharField(),
        "used": UsedReply(many=True),
    },
)


class ScoreReply(s.Serializer[Any]):
    """One score: a value, or what keeps it from one."""

    name = s.CharField()
    title = s.CharField()
    value = s.FloatField(allow_null=True, help_text="null: something is missing")
    reading = s.CharField(allow_blank=True)
    missing = s.ListField(child=s.CharField())
    refused = s.ListField(child=s.CharField())
    parts = PartReply(many=True)
    hours_apart = s.FloatField(allow_null=True, help_text="between oldest and newest value used")
    caution = s.CharField()
    ruleset = s.CharField()


class CourseReply(s.Serializer[Any]):
    """A course as it is known at one time."""

    patient = s.IntegerField()
    as_of = s.DateTimeField()
    episodes = EpisodeReply(many=True)
    scores = ScoreReply(many=True)
    flags = s.ListField(child=s.CharField())


class Course(Resource):
    """Episodes and scores of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses={
            200: CourseReply, 401: schema.Refusal, 403: schema.Refusal, 404: schema.Refusal,
        },
        operation_id="read_course",
    )  # fmt: skip
    def get(self, request: Request, patient_id: int) -> Response:
        """Return the course of a patient on the user's wards; it decides nothing."""
        now = timezone.now()
        found = patient_id_of(request, patient_id, may=can_see_patients)
        state = PatientState.objects.select_related("ward").get(pk=found)
        known = course.report(state, now=now)
        return Response(
            {
                "patient": found,
                "as_of": known.as_of,
                "episodes": [episode(each) for each in known.episodes],
                "scores": [score(each, now=now) for each in known.scores],
                "flags": list(known.flags),
            }
        )


def episode(row: Episode) -> dict[str, Any]:
    """An episode; a peak that is not known has no grade, only the least it can be."""
    return {
        "number": row.number,
        "onset_at": row.onset_at,
        "onset_day": row.onset_day,
        "onset_hours": None if row.onset_hours is None else round(float(row.onset_hours), 2),
        "grade": row.grade,
        "at_least": row.at_least,
        "graded_at": row.graded_at,
        "peak": {
            "grade": row.peak.at_least if row.peak.is_known else None,
            "at_least": row.peak.at_least,
            "at": row.peak.at,
        },
        "not_fully_graded": row.not_fully_graded,
        "signs_gone_at": row.signs_gone_at,
        "resolved_at": row.resolved_at,
        "recurrence_of": row.recurrence_of,
        "lasted_days": round(_hours(row.lasted) / 24, 2),
        "fever_hours": _hours(row.fever),
    }


def score(row: Score, *, now: datetime) -> dict[str, Any]:
    """A score with its parts, and the age of each value when it was asked for."""
    return {
        "name": row.name,
        "title": SHEETS[row.name].title,
        "value": None if row.value is None else round(float(row.value), 4),
        "reading": row.reading,
        "missing": list(row.missing),
        "refused": list(row.refused),
        "parts": [_part(each, now=now) for each in row.parts],
        "hours_apart": None if row.apart is None else _hours(row.apart),
        "caution": row.caution,
        "ruleset": row.ruleset,
    }


def _part(row: ScorePart, *, now: datetime) -> dict[str, Any]:
    return {
        "item": row.name,
        "label": row.label,
        "points": row.points,
        "words": row.words,
        "source": row.source,
        "verification_tag": row.verification_tag,
        "used": [
            {
                "said": one.said,
                "taken_at": one.taken_at,
                "age_hours": None if one.taken_at is None else _hours(now - one.taken_at),
            }
            for one in row.used
        ],
    }


def _hours(span: timedelta) -> float:
    return round(span / timedelta(hours=1), 2)
