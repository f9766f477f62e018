"""Infusions and treatments over HTTP."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import KeptRequest
from charting import doses, drug_facts
from charting.api import given_schema, replies
from charting.api.access import body_of, of_patient, patient_id_of, source_of, user_of
from charting.api.fields import PATIENT, Body
from charting.api.once import once
from charting.api.resource import Resource
from charting.models import PatientState
from patients.medicines import TreatmentCode
from patients.models import Infusion, Treatment
from staff.permissions import can_record_infusion, can_record_treatment
from staff.tokens import Scope


def _stored_dose(view: Any, request: Request, *, kept: KeptRequest) -> Response:
    row = Infusion.objects.get(pk=kept.result)
    patient_id_of(request, row.patient_id, may=can_record_infusion)
    return Response(replies.infusion(row))


class Infusions(Resource):
    """Doses that open risk windows."""

    scopes = {"POST": Scope.WRITE_TREATMENTS}

    @extend_schema(
        request=given_schema.Infusion, responses=given_schema.INFUSION, operation_id="record_dose"
    )
    @once(again=_stored_dose)
    def post(self, request: Request) -> Response:
        """Record a dose that was given; with a client_id, a repeat answers the stored row."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_record_infusion)
        body = Body(data, besides=PATIENT)
        therapy = body.text("therapy", longest=40, required=True)
        kind = body.text("kind", longest=40, required=True)
        started_at, stopped_at = (
            body.moment("started_at"),
            body.moment("stopped_at", required=False),
        )
        dose_value, dose_unit = body.number("dose_value"), body.text("dose_unit", longest=12)
        body.key()
        body.finish()
        assert started_at is not None
        row = doses.record_infusion(
            patient_id=patient_id,
            therapy=therapy,
            kind=kind,
            started_at=started_at,
            stopped_at=stopped_at,
            dose_value=dose_value,
            dose_unit=dose_unit,
            recorded_by=user_of(request),
            now=timezone.now(),
        )
        return Response(replies.infusion(row), status=201)


class Treatments(Resource):
    """Medicines and supports."""

    scopes = {"POST": Scope.WRITE_TREATMENTS}

    @extend_schema(
        request=given_schema.Treatment,
        responses=given_schema.TREATMENT,
        operation_id="record_treatment",
    )
    @once()
    def post(self, request: Request) -> Response:
        """Record what was given; the same client_id answers the stored row.

        Whoever sends beyond_reason, even empty, asks a person, and is held to it with 409.
        """
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_record_treatment)
        body = Body(data, besides=PATIENT)
        client_id = body.client_id()
        code = body.choice("code", TreatmentCode.values, required=True)
        started_at, stopped_at = (
            body.moment("started_at"),
            body.moment("stopped_at", required=False),
        )
        dose_value, dose_unit = body.number("dose_value"), body.text("dose_unit", longest=12)
        route, note = body.text("route", longest=20), body.text("note", longest=200)
        beyond_reason = body.text("beyond_reason", longest=200)
        body.finish()
        assert started_at is not None
        row = doses.record_treatment(
            patient_id=patient_id,
            client_id=client_id,
            code=code,
            started_at=started_at,
            stopped_at=stopped_at,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
            dose_value=dose_value,
            dose_unit=dose_unit,
            route=route,
            note=note,
            beyond_reason=beyond_reason,
            asks=data.get("beyond_reason") is not None,
        )
        of_patient(row, patient_id)
        return Response(_answer(row), status=201)


def _stored_stop(view: Any, request: Request, treatment_id: int, *, kept: KeptRequest) -> Response:
    row = Treatment.objects.get(pk=kept.result)
    patient_id_of(request, row.patient_id, may=can_record_treatment)
    return Response(_answer(row))


class TreatmentStop(Resource):
    """The end of a running infusion or support."""

    scopes = {"POST": Scope.WRITE_TREATMENTS}

    @extend_schema(
        request=given_schema.Stop, responses=given_schema.TREATMENT, operation_id="stop_treatment"
    )
    @once(again=_stored_stop)
    def post(self, request: Request, treatment_id: int) -> Response:
        """Append the stop; the row that started it stays."""
        running = Treatment.objects.filter(pk=treatment_id, stopped_at=None).in_force().first()
        if running is None:
            raise Http404
        patient_id_of(request, running.patient_id, may=can_record_treatment)
        body = Body(body_of(request))
        stopped_at = body.moment("stopped_at")
        body.key()
        body.finish()
        assert stopped_at is not None
        row = doses.stop_treatment(
            running,
            stopped_at=stopped_at,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=source_of(user_of(request)),
        )
        return Response(_answer(row), status=201)


def _answer(row: Treatment) -> dict[str, Any]:
    """The stored row with its facts as they are now."""
    current = PatientState.objects.select_related("latest_assessment").get(pk=row.patient_id)
    facts = drug_facts.of_dose(
        current,
        code=row.code,
        at=row.started_at,
        dose_value=row.dose_value,
        dose_unit=row.dose_unit,
        apart_from=row.pk,
    )
    return replies.treatment(row) | {"facts": facts and replies.dose_facts(facts)}
