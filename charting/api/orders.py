"""Pauses, nights of sleep and other intervals over HTTP."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import OffWardReason, OrderKind, ScheduleOrder
from audit.models import KeptRequest
from charting import orders
from charting.api.access import Permission, body_of, of_patient, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from staff.permissions import can_let_sleep, can_order_interval, can_pause, can_see_patients
from staff.tokens import Scope


class PauseRequest(s.Serializer[Any]):
    """The patient leaves the ward."""

    client_id = s.UUIDField()
    why = s.ChoiceField(choices=OffWardReason.choices)
    back_at = s.DateTimeField(help_text="ISO 8601 with its offset")
    accompanied_by = s.CharField(max_length=80)


class SleepRequest(s.Serializer[Any]):
    """The patient is not to be woken this night."""

    client_id = s.UUIDField()


class IntervalRequest(s.Serializer[Any]):
    """Sets at another interval."""

    client_id = s.UUIDField()
    minutes = s.IntegerField(min_value=5, max_value=360)
    until = s.DateTimeField(help_text="ISO 8601 with its offset")
    why = s.CharField(max_length=200)


class OrderReply(s.Serializer[Any]):
    """An order as it is kept."""

    id = s.IntegerField()
    client_id = s.UUIDField()
    kind = s.ChoiceField(choices=OrderKind.choices)
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    interval_minutes = s.IntegerField(allow_null=True)
    why = s.CharField()
    accompanied_by = s.CharField()
    by = s.CharField()
    ended = s.BooleanField()


class OrdersReply(s.Serializer[Any]):
    """The orders that hold now."""

    orders = OrderReply(many=True)


class Orders(Resource):
    """The orders of one patient."""

    scopes = {"GET": Scope.READ_PATIENTS}

    @extend_schema(responses=OrdersReply, operation_id="list_orders")
    def get(self, request: Request, patient_id: int) -> Response:
        """List what puts sets off, or asks for them at another interval, now."""
        found = patient_id_of(request, patient_id, may=can_see_patients)
        rows = orders.standing(found, now=timezone.now())
        return Response({"orders": [order_reply(row) for row in rows]})


class Pauses(Resource):
    """Off the ward."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=PauseRequest, responses={201: OrderReply}, operation_id="go_off_ward")
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Say where the patient is, with whom, and until when."""
        found = patient_id_of(request, patient_id, may=can_pause)
        body = Body(body_of(request))
        client_id, back_at = body.client_id(), body.moment("back_at")
        why = body.choice("why", OffWardReason.values, required=True)
        with_whom = body.text("accompanied_by", longest=80, required=True)
        body.finish()
        assert back_at is not None
        order = orders.go_off_ward(
            patient_id=found,
            client_id=client_id,
            why=why,
            back_at=back_at,
            accompanied_by=with_whom,
            recorded_by=user_of(request),
            now=timezone.now(),
        )
        of_patient(order, found)
        return Response(order_reply(order), status=201)


def stored_end(
    may_of: Callable[[ScheduleOrder], Permission],
) -> Callable[..., Response]:
    """What a repeat of an end is answered: the end as it is kept."""

    def answer(view: Any, request: Request, order_id: int, *, kept: KeptRequest) -> Response:
        ended = ScheduleOrder.objects.get(pk=kept.result)
        patient_id_of(request, ended.patient_id, may=may_of(ended))
        return Response(order_reply(ended))

    return answer


class PauseEnd(Resource):
    """Back on the ward."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=SleepRequest, responses={201: OrderReply}, operation_id="come_back")
    @once(again=stored_end(lambda _: can_pause))
    def post(self, request: Request, order_id: int) -> Response:
        """End a pause before its time."""
        paused = ScheduleOrder.objects.filter(pk=order_id, kind=OrderKind.OFF_WARD)
        order = paused.in_force().first()
        if order is None:
            raise Http404
        patient_id_of(request, order.patient_id, may=can_pause)
        body = Body(body_of(request))
        client_id = body.client_id()
        body.finish()
        ended = orders.come_back(
            order=order, client_id=client_id, recorded_by=user_of(request), now=timezone.now()
        )
        return Response(order_reply(ended), status=201)


class Sleeps(Resource):
    """Nights of sleep."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(request=SleepRequest, responses={201: OrderReply}, operation_id="let_sleep")
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Sign that the patient is not woken from 23:00 to 06:00 of this night."""
        found = patient_id_of(request, patient_id, may=can_let_sleep)
        body = Body(body_of(request))
        client_id = body.client_id()
        body.finish()
        order = orders.let_sleep(
            patient_id=found, client_id=client_id, signed_by=user_of(request), now=timezone.now()
        )
        of_patient(order, found)
        return Response(order_reply(order), status=201)


class Intervals(Resource):
    """Other intervals."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=IntervalRequest, responses={201: OrderReply}, operation_id="order_interval"
    )
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Ask for sets oftener, or more seldom within the grade's ceiling."""
        found = patient_id_of(request, patient_id, may=can_order_interval)
        body = Body(body_of(request))
        client_id, until = body.client_id(), body.moment("until")
        minutes = body.whole("minutes", highest=360)
        why = body.text("why", longest=200, required=True)
        body.finish()
        assert until is not None
        order = orders.order_interval(
            patient_id=found,
            client_id=client_id,
            minutes=minutes if minutes is not None else 0,
            until=until,
            why=why,
            ordered_by=user_of(request),
            now=timezone.now(),
        )
        of_patient(order, found)
        return Response(order_reply(order), status=201)


def order_reply(order: ScheduleOrder) -> dict[str, Any]:
    """An order as it is kept."""
    return {
        "id": order.pk,
        "client_id": str(order.client_id),
        "kind": order.kind,
        "starts_at": order.starts_at,
        "ends_at": order.ends_at,
        "interval_minutes": order.interval_minutes,
        "why": order.why,
        "accompanied_by": order.accompanied_by,
        "by": order.recorded_by.display_name() if order.recorded_by else "",
        "ended": order.withdrawn,
    }
