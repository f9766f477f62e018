"""Patients and alerts over HTTP: who is here, and what waits for an answer."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts.models import Alert
from charting.api import replies, schema
from charting.api.access import patient_id_of, user_of
from charting.models import PatientState
from staff.models import Role
from staff.permissions import SEE_PATIENTS, can_see_patients, ward_ids


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
        """List what is open, acknowledged or put off, gravest first."""
        user = user_of(request)
        allowed = ward_ids(user) if Role(user.role) in SEE_PATIENTS else frozenset()
        rows = Alert.objects.on_wards(allowed).not_closed()
        return Response({"alerts": [replies.alert(row) for row in rows]})
