"""What was given to a patient and found in the blood, as lists; and what is due next."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import DueSet
from charting.api import findings_replies, given_schema, replies, schema
from charting.api import findings_schema as found
from charting.api.access import patient_id_of
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from grading.models import Assessment
from patients.models import Infusion, Treatment
from staff.permissions import can_see_patients
from staff.tokens import Scope
from vitals import schedule
from vitals.models import LabResult
from vitals.schedule import DueState


class DueReply(s.Serializer[Any]):
    """One kind of look at the patient, and when it is due."""

    kind = s.ChoiceField(choices=["observations", "neuro_check", "labs"])
    due_at = s.DateTimeField(allow_null=True, help_text="null: by order only")
    interval_minutes = s.IntegerField(allow_null=True)
    state = s.ChoiceField(choices=[each.value for each in DueState], allow_null=True)


class ScheduleReply(s.Serializer[Any]):
    """When the next looks are due."""

    patient = s.IntegerField()
    looks = DueReply(many=True)
    paused_until = s.DateTimeField(allow_null=True)
    sleep_until = s.DateTimeField(allow_null=True)


class PatientInfusions(Resource):
    """The doses of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=given_schema.INFUSIONS, parameters=PARAMETERS, operation_id="list_doses"
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """List the doses in force, newest first."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        rows = Infusion.objects.filter(patient_id=which).in_force()
        page = page_of(request, rows, "-started_at", "-pk")
        return Response(page.answer("infusions", [replies.infusion(row) for row in page.rows]))


class PatientTreatments(Resource):
    """The medicines and supports of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(
        responses=given_schema.TREATMENTS, parameters=PARAMETERS, operation_id="list_treatments"
    )
    def get(self, request: Request, patient_id: int) -> Response:
        """List what was given and runs, newest first."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        rows = Treatment.objects.filter(patient_id=which).in_force()
        page = page_of(request, rows, "-started_at", "-pk")
        return Response(page.answer("treatments", [replies.treatment(row) for row in page.rows]))


class PatientLabs(Resource):
    """The laboratory results of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=found.LABS_LISTED, parameters=PARAMETERS, operation_id="list_labs")
    def get(self, request: Request, patient_id: int) -> Response:
        """List the results in force, newest first, each as reported and with its grades."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        rows = LabResult.objects.filter(patient_id=which).in_force()
        standing = Prefetch("assessments", queryset=Assessment.objects.in_force())
        page = page_of(request, rows.prefetch_related(standing), "-taken_at", "-pk")
        shown = [findings_replies.lab(row, row.assessments.all()) for row in page.rows]
        return Response(page.answer("labs", shown))


class Schedule(Resource):
    """What is due next of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=schema.answers_of(_200=ScheduleReply), operation_id="read_schedule")
    def get(self, request: Request, patient_id: int) -> Response:
        """Say when sets, neuro checks and laboratory panels are due; none where none is planned."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        due, now = DueSet.objects.filter(pk=which).first(), timezone.now()
        kinds = (("observations", ""), ("neuro_check", "neuro_"), ("labs", "labs_"))
        return Response(
            {
                "patient": which,
                "looks": [_look(kind, due, each, now=now) for kind, each in kinds] if due else [],
                "paused_until": due.paused_until if due else None,
                "sleep_until": due.sleep_until if due else None,
            }
        )


def _look(kind: str, due: DueSet, prefix: str, *, now: Any) -> dict[str, Any]:
    at = getattr(due, f"{prefix}due_at")
    minutes = getattr(due, f"{prefix}interval_minutes")
    is_planned = at is not None and minutes is not None
    return {
        "kind": kind,
        "due_at": at,
        "interval_minutes": minutes,
        "state": schedule.overdue_state(now=now, due_at=at, interval_minutes=minutes)
        if is_planned
        else None,
    }
