"""Doses that are planned, over HTTP, and whether tocilizumab lies ready for them."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import KeptRequest
from charting import planned, planning
from charting.api import schema
from charting.api.access import body_of, of_patient, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from patients import therapies
from patients.models import PlannedDose
from patients.windows import DoseKind
from staff.permissions import can_record_infusion, can_record_treatment, can_see_patients
from staff.tokens import Scope

KINDS: Final = [kind.value for kind in DoseKind]


class PlanRequest(s.Serializer[Any]):
    """A dose that is planned, within 180 days."""

    client_id = s.UUIDField()
    therapy = s.ChoiceField(choices=therapies.choices())
    kind = s.ChoiceField(choices=KINDS)
    planned_at = s.DateTimeField(help_text="ISO 8601 with its offset")


class CancelRequest(s.Serializer[Any]):
    """A plan that is taken back."""

    client_id = s.UUIDField()
    reason = s.CharField(max_length=200)


class PlanReply(s.Serializer[Any]):
    """A plan as it is kept."""

    id = s.IntegerField()
    patient = s.IntegerField()
    therapy = s.CharField()
    kind = s.CharField()
    planned_at = s.DateTimeField()
    by = s.CharField()
    cancelled = s.BooleanField()


class PlansReply(s.Serializer[Any]):
    """The plans that stand."""

    plans = PlanReply(many=True)


class SupplyReply(s.Serializer[Any]):
    """That tocilizumab was seen ready."""

    id = s.IntegerField()
    by = s.CharField()
    at = s.DateTimeField()


_PLAN: Final = schema.answers_of(_200=PlanReply, _201=PlanReply)


class Plans(Resource):
    """The planned doses of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS, "POST": Scope.WRITE_TREATMENTS}

    @extend_schema(responses=schema.answers_of(_200=PlansReply), operation_id="list_plans")
    def get(self, request: Request, patient_id: int) -> Response:
        """List the plans that stand, the next first."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        rows = planned.plans(found, now=timezone.now())
        return Response({"plans": [_plan(row) for row in rows]})

    @extend_schema(request=PlanRequest, responses=_PLAN, operation_id="plan_dose")
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Plan a dose; what stands against it is told at once."""
        found = patient_id_of(request, patient_id, may=can_record_infusion)
        body = Body(body_of(request))
        client_id, planned_at = body.client_id(), body.moment("planned_at")
        therapy = body.text("therapy", longest=40, required=True)
        kind = body.choice("kind", KINDS, required=True)
        body.finish()
        assert planned_at is not None
        row = planning.plan_dose(
            patient_id=found,
            client_id=client_id,
            therapy=therapy,
            kind=kind,
            planned_at=planned_at,
            planned_by=user_of(request),
            now=timezone.now(),
        )
        of_patient(row, found)
        return Response(_plan(row), status=201)


def _cancelled(view: Any, request: Request, plan_id: int, *, kept: KeptRequest) -> Response:
    row = PlannedDose.objects.get(pk=kept.result)
    patient_id_of(request, row.patient_id, may=can_record_infusion)
    return Response(_plan(row))


class PlanCancel(Resource):
    """A plan that is not carried out."""

    scopes = {"POST": Scope.WRITE_TREATMENTS}

    @extend_schema(request=CancelRequest, responses=_PLAN, operation_id="cancel_plan")
    @once(again=_cancelled)
    def post(self, request: Request, plan_id: int) -> Response:
        """Take the plan back, with a reason; it stays on record."""
        plan = PlannedDose.objects.filter(pk=plan_id).in_force().first()
        if plan is None:
            raise Http404
        patient_id_of(request, plan.patient_id, may=can_record_infusion)
        body = Body(body_of(request))
        client_id = body.client_id()
        reason = body.text("reason", longest=200, required=True)
        body.finish()
        row = planning.cancel_dose(
            plan=plan,
            client_id=client_id,
            reason=reason,
            cancelled_by=user_of(request),
            now=timezone.now(),
        )
        return Response(_plan(row), status=201)


class Supply(Resource):
    """Whether tocilizumab lies ready for one patient."""

    scopes = {"POST": Scope.WRITE_TREATMENTS}

    @extend_schema(
        request=schema.Keyed,
        responses=schema.answers_of(_200=SupplyReply, _201=SupplyReply),
        operation_id="confirm_supply",
    )
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Say that it was seen ready, now."""
        found = patient_id_of(request, patient_id, may=can_record_treatment)
        body = Body(body_of(request))
        client_id = body.client_id()
        body.finish()
        row = planning.confirm_supply(
            patient_id=found,
            client_id=client_id,
            checked_by=user_of(request),
            now=timezone.now(),
        )
        by = row.recorded_by.display_name() if row.recorded_by else ""
        return Response({"id": row.pk, "by": by, "at": row.recorded_at}, status=201)


def _plan(row: PlannedDose) -> dict[str, Any]:
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "therapy": row.therapy,
        "kind": row.kind,
        "planned_at": row.planned_at,
        "by": row.recorded_by.display_name() if row.recorded_by else "",
        "cancelled": row.withdrawn,
    }
