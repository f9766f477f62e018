"""Infusions, treatments, laboratory results and neuro checks over HTTP."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from charting import doses, results
from charting.api import replies, schema
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.results import COMPARATORS, LabEntry
from grading.icans import UNABLE_REASONS
from grading.rules.vocabulary import Seizure
from patients.medicines import TreatmentCode
from patients.models import Treatment
from staff.models import Role, User
from staff.permissions import can_chart, can_record_infusion, can_record_treatment
from vitals.vocabulary import Consciousness, Source


class Infusions(APIView):
    """Doses that open risk windows."""

    @extend_schema(request=schema.Infusion, responses=schema.INFUSION, operation_id="record_dose")
    def post(self, request: Request) -> Response:
        """Record a dose that was given."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_record_infusion)
        body = Body(data)
        therapy = body.text("therapy", longest=40, required=True)
        kind = body.text("kind", longest=40, required=True)
        started_at, stopped_at = (
            body.moment("started_at"),
            body.moment("stopped_at", required=False),
        )
        dose_value, dose_unit = body.number("dose_value"), body.text("dose_unit", longest=12)
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


class Treatments(APIView):
    """Medicines and supports."""

    @extend_schema(
        request=schema.Treatment, responses=schema.TREATMENT, operation_id="record_treatment"
    )
    def post(self, request: Request) -> Response:
        """Record what was given; the same client_id answers the stored row."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_record_treatment)
        body = Body(data)
        client_id = body.client_id()
        code = body.choice("code", TreatmentCode.values, required=True)
        started_at, stopped_at = (
            body.moment("started_at"),
            body.moment("stopped_at", required=False),
        )
        dose_value, dose_unit = body.number("dose_value"), body.text("dose_unit", longest=12)
        route, note = body.text("route", longest=20), body.text("note", longest=200)
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
            source=_source(user_of(request)),
            dose_value=dose_value,
            dose_unit=dose_unit,
            route=route,
            note=note,
        )
        return Response(replies.treatment(row), status=201)


class TreatmentStop(APIView):
    """The end of a running infusion or support."""

    @extend_schema(request=schema.Stop, responses=schema.TREATMENT, operation_id="stop_treatment")
    def post(self, request: Request, treatment_id: int) -> Response:
        """Append the stop; the row that started it stays."""
        running = Treatment.objects.filter(pk=treatment_id, stopped_at=None).in_force().first()
        if running is None:
            raise Http404
        patient_id_of(request, running.patient_id, may=can_record_treatment)
        body = Body(body_of(request))
        stopped_at = body.moment("stopped_at")
        body.finish()
        assert stopped_at is not None
        row = doses.stop_treatment(
            running,
            stopped_at=stopped_at,
            recorded_by=user_of(request),
            now=timezone.now(),
            source=_source(user_of(request)),
        )
        return Response(replies.treatment(row), status=201)


class Labs(APIView):
    """Laboratory results."""

    @extend_schema(request=schema.Lab, responses=schema.LAB, operation_id="record_lab")
    def post(self, request: Request) -> Response:
        """Record one result; a unit that its LOINC does not know is refused."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data)
        client_id, taken_at = body.client_id(), body.moment("taken_at")
        entry = {
            "loinc": body.text("loinc", longest=12, required=True),
            "display": body.text("display", longest=120),
            "value": body.number("value"),
            "comparator": body.choice("comparator", list(COMPARATORS)),
            "text": body.text("text", longest=500),
            "unit": body.text("unit", longest=30),
            "reference_low": body.number("reference_low"),
            "reference_high": body.number("reference_high"),
        }
        body.finish()
        assert taken_at is not None
        row = results.record_lab(
            patient_id=patient_id,
            entry=LabEntry(client_id=client_id, taken_at=taken_at, **entry),  # type: ignore[arg-type]
            recorded_by=user_of(request),
            now=timezone.now(),
            source=_source(user_of(request)),
        )
        return Response(replies.lab(row), status=201)


class NeuroChecks(APIView):
    """ICE, CAPD and the other domains of ICANS."""

    @extend_schema(request=schema.Neuro, responses=schema.NEURO, operation_id="record_neuro_check")
    def post(self, request: Request) -> Response:
        """Record a neuro check and answer its ICANS grade."""
        data = body_of(request)
        patient_id = patient_id_of(request, data.get("patient"), may=can_chart)
        body = Body(data)
        client_id, taken_at = body.client_id(), body.moment("taken_at")
        findings = {
            "ice_score": body.whole("ice_score", highest=10),
            "capd_score": body.whole("capd_score", highest=32),
            "unable_reason": body.choice("unable_reason", list(UNABLE_REASONS)),
            "consciousness": body.choice("consciousness", Consciousness.values),
            "seizure": body.choice("seizure", [each.value for each in Seizure]),
            "motor_weakness": body.truth("motor_weakness"),
            "language": body.text("language", longest=40),
            "is_baseline": body.truth("is_baseline") or False,
        }
        body.finish()
        assert taken_at is not None
        check, assessment = results.record_neuro_check(
            patient_id=patient_id,
            client_id=client_id,
            taken_at=taken_at,
            recorded_by=user_of(request),
            now=timezone.now(),
            findings=findings,
            source=_source(user_of(request)),
        )
        return Response(replies.neuro(check, assessment), status=201)


def _source(user: User) -> str:
    return Source.INTEGRATION if user.role == Role.INTEGRATION else Source.NURSE
