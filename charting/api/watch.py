"""Patients and alerts over HTTP: who is here, and who has answered."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts import services
from alerts.models import Alert
from charting.api import replies, schema
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.models import PatientState
from staff.models import Role
from staff.permissions import SEE_PATIENTS, can_acknowledge, can_see_patients, ward_ids


class Patients(APIView):
    """The patients on one's wards."""

    @extend_schema(responses=schema.PATIENTS, operation_id="list_patients")
    def get(self, request: Request) -> Response:
        """List the patients now on the user's wards."""
        user = user_of(request)
        states = PatientState.objects.none()
        if Role(user.role) in SEE_PATIENTS:
            states = PatientState.objects.filter(ward_id__in=ward_ids(user))
        rows = states.select_related("patient").order_by("pk")
        return Response({"patients": [replies.patient(state.patient) for state in rows]})


class OnePatient(APIView):
    """One patient."""

    @extend_schema(responses=schema.PATIENT, operation_id="read_patient")
    def get(self, request: Request, patient_id: int) -> Response:
        """Return the demographics of a patient on the user's wards."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        state = PatientState.objects.select_related("patient").get(pk=found)
        return Response(replies.patient(state.patient))


class Alerts(APIView):
    """The alerts of one's wards that are not closed."""

    @extend_schema(responses=schema.ALERTS, operation_id="list_alerts")
    def get(self, request: Request) -> Response:
        """List open and acknowledged alerts, gravest first."""
        user = user_of(request)
        allowed = ward_ids(user) if Role(user.role) in SEE_PATIENTS else frozenset()
        rows = Alert.objects.on_wards(allowed).not_closed()
        return Response({"alerts": [replies.alert(row) for row in rows]})


class Acknowledgement(APIView):
    """Accept an alert in one's own name."""

    @extend_schema(
        request=schema.Acknowledge, responses=schema.ALERT, operation_id="acknowledge_alert"
    )
    def post(self, request: Request, code: str) -> Response:
        """Acknowledge the version that was seen; 409 when the alert changed since."""
        user = user_of(request)
        alert = Alert.objects.select_related("ward").filter(code=code).first()
        if alert is None or not can_acknowledge(user, alert.ward):
            raise Http404
        body = Body(body_of(request))
        eta = body.whole("eta_minutes", highest=24 * 60)
        version = body.whole("version", highest=2**31 - 1)
        body.finish()
        services.acknowledge(
            alert,
            by=user,
            at=timezone.now(),
            eta_minutes=eta,
            version_seen=version if version is not None else -1,
        )
        return Response(replies.alert(alert))
