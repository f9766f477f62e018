"""Patients and alerts over HTTP: who is here, and what waits for an answer."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import Alert
from charting import access
from charting.api import replies, schema
from charting.api.access import patient_id_of, user_of
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.models import PatientState
from staff.permissions import alert_ward_ids, can_see_alerts, can_see_patients, seen_ward_ids
from staff.tokens import Scope


class Patients(Resource):
    """The patients on one's wards."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.PATIENTS, parameters=PARAMETERS, operation_id="list_patients")
    def get(self, request: Request) -> Response:
        """List the patients now on the user's wards, in the order they came."""
        user = user_of(request)
        states = PatientState.objects.filter(ward_id__in=seen_ward_ids(user))
        page = page_of(request, states.select_related("patient"), "pk")
        return Response(
            page.answer("patients", [replies.patient(state.patient) for state in page.rows])
        )


class OnePatient(Resource):
    """One patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.PATIENT, operation_id="read_patient")
    def get(self, request: Request, patient_id: int) -> Response:
        """Return the demographics of a patient on the user's wards."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        state = PatientState.objects.select_related("patient").get(pk=found)
        return Response(replies.patient(state.patient))


class Alerts(Resource):
    """The alerts of one's wards that are not closed."""

    scopes = {"GET": Scope.READ_ALERTS}

    @extend_schema(responses=schema.ALERTS, parameters=PARAMETERS, operation_id="list_alerts")
    def get(self, request: Request) -> Response:
        """List what is open, acknowledged or put off, gravest first."""
        user = user_of(request)
        rows = Alert.objects.on_wards(alert_ward_ids(user)).not_closed()
        page = page_of(request, rows, "severity", "raised_at", "pk")
        return Response(page.answer("alerts", [replies.alert(row) for row in page.rows]))


class OneAlert(Resource):
    """One alert with all that happened to it."""

    scopes = {"GET": Scope.READ_ALERTS}

    @extend_schema(responses=schema.ALERT_STORY, operation_id="read_alert")
    def get(self, request: Request, code: str) -> Response:
        """Return the alert, closed or not, and its events in their order."""
        alert = Alert.objects.select_related("ward").filter(code=code).first()
        if alert is None or not access.may_with_alert(user_of(request), alert, can_see_alerts):
            raise Http404
        events = alert.events.select_related("by").order_by("seq")
        return Response(replies.alert(alert) | {"events": [replies.event(each) for each in events]})
