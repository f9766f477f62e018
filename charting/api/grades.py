"""One grade over HTTP: why it is what it is, and what clinicians say of it."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from charting import confirming, explaining
from charting.api import replies
from charting.api.access import Permission, body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.explaining import Explanation, Reading
from grading.confirming import DEATH, Word
from grading.models import Assessment, Confirmation, Decision, OtherCause
from staff.permissions import can_confirm_grade, can_see_patients
from staff.tokens import Scope


class ConfirmationRequest(s.Serializer[Any]):
    """A clinician's word on a computed grade."""

    client_id = s.UUIDField()
    decision = s.ChoiceField(choices=Decision.choices)
    grade = s.IntegerField(min_value=0, max_value=DEATH, required=False, allow_null=True)
    cause = s.ChoiceField(choices=OtherCause.choices, required=False)
    note = s.CharField(max_length=300, required=False)


class SecondRequest(s.Serializer[Any]):
    """The agreement of a second person."""

    client_id = s.UUIDField()


class ConfirmationReply(s.Serializer[Any]):
    """A clinician's word as it is kept."""

    client_id = s.UUIDField()
    decision = s.ChoiceField(choices=Decision.choices)
    grade = s.IntegerField(allow_null=True)
    cause = s.CharField(allow_blank=True)
    note = s.CharField(allow_blank=True)
    id = s.IntegerField()
    by = s.CharField()
    at = s.DateTimeField()
    seconded_by = s.CharField(allow_null=True)
    waits_for_second = s.BooleanField()


class ReadingReply(s.Serializer[Any]):
    """One value that a grade rests on."""

    field = s.CharField()
    value = s.JSONField()
    taken_at = s.DateTimeField()
    age_minutes = s.IntegerField()
    carried = s.BooleanField()
    charted_by = s.CharField()
    set = s.IntegerField()


class ExplanationReply(s.Serializer[Any]):
    """A grade with everything that made it."""

    id = s.IntegerField()
    scale = s.CharField()
    term = s.CharField()
    taken_at = s.DateTimeField()
    assessed_at = s.DateTimeField()
    in_force = s.BooleanField()
    grade = s.JSONField(allow_null=True)
    at_least = s.IntegerField()
    because = s.ListField(child=s.CharField())
    missing = s.ListField(child=s.CharField())
    flags = s.ListField(child=s.CharField())
    ruleset = s.CharField()
    readings = ReadingReply(many=True)
    confirmations = ConfirmationReply(many=True)


class OneGrade(Resource):
    """One computed grade."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=ExplanationReply, operation_id="explain_grade")
    def get(self, request: Request, assessment_id: int) -> Response:
        """Say why: criteria, readings with times, ages and who charted them, what is missing."""
        return Response(_explained(explaining.explain(_grade(request, assessment_id))))


class Confirmations(Resource):
    """What clinicians say of one computed grade."""

    scopes = {"POST": Scope.WRITE_GRADES}

    @extend_schema(
        request=ConfirmationRequest,
        responses={201: ConfirmationReply},
        operation_id="confirm_grade",
    )
    @once()
    def post(self, request: Request, assessment_id: int) -> Response:
        """Confirm, change or reject the grade; the computed one stays beside it."""
        graded = _grade(request, assessment_id, may=can_confirm_grade)
        body = Body(body_of(request))
        client_id = body.client_id()
        word = Word(
            decision=body.choice("decision", Decision.values, required=True),
            grade=body.whole("grade", highest=DEATH),
            cause=body.choice("cause", OtherCause.values),
            note=body.text("note", longest=300).strip(),
        )
        body.finish()
        said = confirming.confirm_grade(
            assessment_id=graded.pk,
            client_id=client_id,
            word=word,
            by=user_of(request),
            now=timezone.now(),
        )
        return Response(_said(said), status=201)


class SecondPerson(Resource):
    """The agreement of a second person to taking a grave grade down."""

    scopes = {"POST": Scope.WRITE_GRADES}

    @extend_schema(
        request=SecondRequest, responses={201: ConfirmationReply}, operation_id="second_grade"
    )
    @once()
    def post(self, request: Request, confirmation_id: int) -> Response:
        """Agree in one's own name; the one who said it first cannot."""
        first = Confirmation.objects.filter(pk=confirmation_id).first()
        if first is None:
            raise Http404
        patient_id_of(request, first.patient_id, may=can_confirm_grade)
        body = Body(body_of(request))
        client_id = body.client_id()
        body.finish()
        agreed = confirming.second(
            confirmation_id=first.pk,
            client_id=client_id,
            by=user_of(request),
            now=timezone.now(),
        )
        return Response(_said(agreed), status=201)


def _grade(
    request: Request, assessment_id: int, *, may: Permission = can_see_patients
) -> Assessment:
    graded = Assessment.objects.filter(pk=assessment_id, withdrawn=False).first()
    if graded is None:
        raise Http404
    patient_id_of(request, graded.patient_id, may=may)
    return graded


def _explained(explanation: Explanation) -> dict[str, Any]:
    graded = explanation.assessment
    return {
        "id": graded.pk,
        "scale": graded.scale,
        "term": graded.term,
        "taken_at": graded.taken_at,
        "assessed_at": graded.assessed_at,
        "in_force": not hasattr(graded, "superseded_by"),
        **replies.grade(graded),
        "readings": [_reading(each, graded) for each in explanation.readings],
        "confirmations": [_said(each) for each in explanation.said],
    }


def _reading(reading: Reading, graded: Assessment) -> dict[str, Any]:
    age = graded.taken_at - reading.taken_at
    return {
        "field": reading.field,
        "value": reading.value,
        "taken_at": reading.taken_at,
        "age_minutes": int(age.total_seconds() // 60),
        "carried": reading.carried,
        "charted_by": reading.charted_by,
        "set": reading.set_id,
    }


def _said(said: Confirmation) -> dict[str, Any]:
    return {
        "id": said.pk,
        "client_id": str(said.client_id),
        "decision": said.decision,
        "grade": said.grade,
        "cause": said.cause,
        "note": said.note,
        "by": said.recorded_by.display_name() if said.recorded_by else "",
        "at": said.recorded_at,
        "seconded_by": said.seconded_by.display_name() if said.seconded_by else None,
        "waits_for_second": said.waits_for_second,
    }
