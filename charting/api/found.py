"""Laboratory results over HTTP."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charting import results
from charting.api import findings_replies as replies
from charting.api import findings_schema as schema
from charting.api.access import body_of, of_patient, patient_id_of, source_of, user_of
from charting.api.fields import PATIENT, Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.results import COMPARATORS, LabEntry
from grading.models import Assessment
from staff.permissions import can_chart, can_correct
from staff.tokens import Scope
from vitals.models import LabResult

_LONGEST_REASON = 200


class Labs(Resource):
    """Laboratory results."""

    scopes = {"POST": Scope.WRITE_LABS}

    @extend_schema(request=schema.Lab, responses=schema.LAB, operation_id="record_lab")
    @once()
    def post(self, request: Request) -> Response:
        """Record one result and answer its CTCAE grades; an unknown unit is refused."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data, besides=PATIENT)
        entry = _entry(body)
        body.finish()
        row = results.record_lab(
            patient_id=patient_id,
            entry=LabEntry(**entry),
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
        )
        of_patient(row, patient_id)
        return Response(replies.lab(row, _grades_of(row)), status=201)


class LabCorrections(Resource):
    """A result that was wrong is superseded, and its grades with it."""

    scopes = {"POST": Scope.WRITE_LABS}

    @extend_schema(request=schema.LabCorrection, responses=schema.LAB, operation_id="correct_lab")
    @once()
    def post(self, request: Request, result_id: int) -> Response:
        """Record the right result, or withdraw the wrong one, with a reason."""
        wrong = LabResult.objects.filter(pk=result_id).first()
        if wrong is None:
            raise Http404
        patient_id_of(request, wrong.patient_id, may=can_correct)
        body = Body(body_of(request))
        reason = body.text("reason", longest=_LONGEST_REASON, required=True)
        entry = _right_entry(body)
        body.finish()
        row = results.correct_lab(
            wrong_id=wrong.pk,
            entry=entry,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
            reason=reason,
        )
        of_patient(row, wrong.patient_id)
        return Response(replies.lab(row, _grades_of(row)), status=201)


def _right_entry(body: Body) -> LabEntry | None:
    """The right result; None where the wrong one is only withdrawn, which needs no more."""
    if not body.truth("withdrawn"):
        return LabEntry(**_entry(body))
    body.client_id()
    body.moment("taken_at", required=False)
    return None


def _entry(body: Body) -> dict[str, Any]:
    return {
        "client_id": body.client_id(),
        "taken_at": body.moment("taken_at") or timezone.now(),  # none is refused at the end
        "loinc": body.text("loinc", longest=12, required=True),
        "display": body.text("display", longest=120),
        "value": body.number("value"),
        "comparator": body.choice("comparator", list(COMPARATORS)),
        "text": body.text("text", longest=500),
        "unit": body.text("unit", longest=30),
        "reference_low": body.number("reference_low"),
        "reference_high": body.number("reference_high"),
        "symptomatic": body.truth("symptomatic"),
        "anticoagulated": body.truth("anticoagulated"),
        "confirmed": _confirmed(body),
    }


def _confirmed(body: Body) -> frozenset[str] | None:
    """What the caller stands by; None where nobody was asked, and doubts are only kept."""
    sent = body.listing("confirmed", longest=20)
    return None if sent is None else frozenset(str(each) for each in sent)


def _grades_of(row: LabResult) -> list[Assessment]:
    return list(row.assessments.in_force())
