"""Weights and disease burden over HTTP."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import KeptRequest
from charting import body as facts
from charting.api.access import body_of, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.pages import PARAMETERS, page_of
from charting.api.resource import Resource
from charting.api.schema import answers_of, key_field, moment, paged, serializer
from patients.models import BodyWeight, BurdenMeasure, DiseaseBurden
from staff.permissions import can_chart, can_see_patients
from staff.tokens import Scope

WeightRequest = serializer(
    "WeightRequest",
    client_id=key_field(),
    weight_kg=s.FloatField(min_value=float(facts.LIGHTEST_KG), max_value=float(facts.HEAVIEST_KG)),
    measured_at=moment(),
)
_WEIGHT = serializer(
    "RecordedWeight",
    id=s.IntegerField(),
    patient=s.IntegerField(),
    weight_kg=s.FloatField(),
    measured_at=moment(),
    by=s.CharField(allow_blank=True),
)
BurdenRequest = serializer(
    "BurdenRequest",
    client_id=key_field(),
    measure=s.ChoiceField(choices=BurdenMeasure.choices),
    value_percent=s.FloatField(min_value=0, max_value=100),
    assessed_on=s.DateField(),
)
_BURDEN = serializer(
    "RecordedBurden",
    id=s.IntegerField(),
    patient=s.IntegerField(),
    measure=s.ChoiceField(choices=BurdenMeasure.choices),
    value_percent=s.FloatField(),
    assessed_on=s.DateField(),
    by=s.CharField(allow_blank=True),
)
_WEIGHTS: Final = answers_of(_200=paged("Weights", weights=_WEIGHT(many=True)))
_BURDENS: Final = answers_of(_200=paged("Burdens", burdens=_BURDEN(many=True)))


def _kept_weight(view: Any, request: Request, patient_id: int, *, kept: KeptRequest) -> Response:
    patient_id_of(request, patient_id, may=can_chart)
    return Response(_weight(BodyWeight.objects.get(pk=kept.result)))


def _kept_burden(view: Any, request: Request, patient_id: int, *, kept: KeptRequest) -> Response:
    patient_id_of(request, patient_id, may=can_chart)
    return Response(_burden(DiseaseBurden.objects.get(pk=kept.result)))


class Weights(Resource):
    """The weights of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS, "POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(responses=_WEIGHTS, parameters=PARAMETERS, operation_id="list_weights")
    def get(self, request: Request, patient_id: int) -> Response:
        """List the weights in force, newest first."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        rows = BodyWeight.objects.filter(patient_id=which).in_force()
        page = page_of(request, rows.select_related("recorded_by"), "-measured_at", "-pk")
        return Response(page.answer("weights", [_weight(row) for row in page.rows]))

    @extend_schema(
        request=WeightRequest,
        responses=answers_of(_200=_WEIGHT, _201=_WEIGHT),
        operation_id="record_weight",
    )
    @once(again=_kept_weight)
    def post(self, request: Request, patient_id: int) -> Response:
        """Record a weight in kg; one outside of 0.3 to 400 is refused."""
        which = patient_id_of(request, patient_id, may=can_chart)
        body = Body(body_of(request))
        body.client_id()
        weight_kg = body.number("weight_kg", required=True)
        measured_at = body.moment("measured_at")
        body.finish()
        assert weight_kg is not None
        assert measured_at is not None
        row = facts.record_weight(
            patient_id=which,
            weight_kg=weight_kg,
            measured_at=measured_at,
            recorded_by=user_of(request),
            now=timezone.now(),
        )
        return Response(_weight(row), status=201)


class Burdens(Resource):
    """The disease burden of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS, "POST": Scope.WRITE_LABS}

    @extend_schema(responses=_BURDENS, parameters=PARAMETERS, operation_id="list_burdens")
    def get(self, request: Request, patient_id: int) -> Response:
        """List the burdens in force, newest first."""
        which = patient_id_of(request, patient_id, may=can_see_patients)
        rows = DiseaseBurden.objects.filter(patient_id=which).in_force()
        page = page_of(request, rows.select_related("recorded_by"), "-assessed_on", "-pk")
        return Response(page.answer("burdens", [_burden(row) for row in page.rows]))

    @extend_schema(
        request=BurdenRequest,
        responses=answers_of(_200=_BURDEN, _201=_BURDEN),
        operation_id="record_burden",
    )
    @once(again=_kept_burden)
    def post(self, request: Request, patient_id: int) -> Response:
        """Record a disease burden in percent, with how and on which day it was assessed."""
        which = patient_id_of(request, patient_id, may=can_chart)
        body = Body(body_of(request))
        body.client_id()
        measure = body.choice("measure", BurdenMeasure.values, required=True)
        value_percent = body.number("value_percent", required=True)
        assessed_on = body.day("assessed_on", required=True)
        body.finish()
        assert value_percent is not None
        assert assessed_on is not None
        row = facts.record_burden(
            patient_id=which,
            measure=BurdenMeasure(measure),
            value_percent=value_percent,
            assessed_on=assessed_on,
            recorded_by=user_of(request),
            now=timezone.now(),
        )
        return Response(_burden(row), status=201)


def _weight(row: BodyWeight) -> dict[str, Any]:
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "weight_kg": float(row.weight_kg),
        "measured_at": row.measured_at,
        "by": row.recorded_by.display_name() if row.recorded_by else "",
    }


def _burden(row: DiseaseBurden) -> dict[str, Any]:
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "measure": row.measure,
        "value_percent": float(row.value_percent),
        "assessed_on": row.assessed_on,
        "by": row.recorded_by.display_name() if row.recorded_by else "",
    }
