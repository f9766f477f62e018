"""Symptoms over HTTP: record a check, correct one report, list what a patient has."""

from datetime import datetime
from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charting import symptoms
from charting.api import findings_replies as replies
from charting.api import findings_schema as schema
from charting.api.access import body_of, of_patient, patient_id_of, source_of, user_of
from charting.api.fields import PATIENT, Body
from charting.api.once import once
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.entry import EntryRefusedError, FieldError
from charting.symptoms import Report, Reported
from staff.permissions import can_chart, can_correct, can_see_patients
from staff.tokens import Scope
from vitals.models import SymptomReport
from vitals.symptoms import SYMPTOMS
from vitals.vocabulary import Attribution

_LONGEST_REASON: Final = 200
_MOST_FINDINGS: Final = 10


class Symptoms(Resource):
    """What was found present, and what was looked for and not found."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=schema.SymptomCheck,
        responses=schema.SYMPTOMS_STORED,
        operation_id="record_symptoms",
    )
    @once()
    def post(self, request: Request) -> Response:
        """Record a check, all of it or nothing; a symptom left out was not asked about."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data, besides=PATIENT)
        client_id, taken_at = body.client_id(), body.moment("taken_at")
        given = body.listing("reports", longest=len(SYMPTOMS)) or []
        body.finish()
        assert taken_at is not None
        done = symptoms.record_symptoms(
            patient_id=patient_id,
            client_id=client_id,
            reports=[_report(each, taken_at=taken_at) for each in given],
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
        )
        for each in done:
            of_patient(each.report, patient_id)
        return Response({"symptoms": [replies.symptom(each) for each in done]}, status=201)


class SymptomCorrections(Resource):
    """A report that was wrong is superseded, never edited."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=schema.SymptomCorrection,
        responses=schema.SYMPTOM_STORED,
        operation_id="correct_symptom",
    )
    @once()
    def post(self, request: Request, report_id: int) -> Response:
        """Record the right report, or withdraw the wrong one, with a reason."""
        wrong = SymptomReport.objects.filter(pk=report_id).first()
        if wrong is None:
            raise Http404
        patient_id_of(request, wrong.patient_id, may=can_correct)
        body = Body(body_of(request))
        client_id = body.client_id()
        reason = body.text("reason", longest=_LONGEST_REASON, required=True)
        report = None if body.truth("withdrawn") else _read(body, body.moment("taken_at"))
        body.finish()
        done = symptoms.correct_symptom(
            wrong_id=wrong.pk,
            client_id=client_id,
            report=report,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
            reason=reason,
        )
        return Response(replies.symptom(done), status=201)


class PatientSymptoms(Resource):
    """The symptoms of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=schema.SYMPTOMS_LISTED, parameters=PARAMETERS, operation_id="list_symptoms"
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """List the reports in force, newest first."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        rows = SymptomReport.objects.filter(patient_id=found).in_force()
        page = page_of(request, rows.prefetch_related("assessments"), "-taken_at", "-pk")
        reported = (Reported(row, next(iter(row.assessments.all()), None)) for row in page.rows)
        return Response(page.answer("symptoms", [replies.symptom(each) for each in reported]))


def _report(given: Any, *, taken_at: datetime) -> Report:
    if not isinstance(given, dict):
        raise EntryRefusedError([FieldError("reports", given, "each must be an object")])
    body = Body(given)
    report = _read(body, taken_at)
    body.finish()
    return report


def _read(body: Body, taken_at: datetime | None) -> Report:
    present = body.truth("present")
    if present is None:
        body.refuse("present", None, "is required: true, or false for looked for and not found")
    return Report(
        symptom=body.choice("symptom", list(SYMPTOMS), required=True),
        is_present=bool(present),
        taken_at=taken_at or timezone.now(),  # none is refused when the body is finished
        grade=body.whole("grade", highest=5),
        findings=body.mapping("findings", longest=_MOST_FINDINGS) or {},
        attribution=body.choice("attribution", list(Attribution.values)),
        note=body.text("note", longest=symptoms.LONGEST_NOTE),
    )
