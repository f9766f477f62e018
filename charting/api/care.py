"""Where a patient is followed, over HTTP: intensive care, home, a palliative plan."""

from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import OrderKind, ScheduleOrder
from charting import care
from charting.api import schema
from charting.api.access import Permission, body_of, of_patient, patient_id_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.orders import OrderReply, order_reply, stored_end
from charting.api.resource import Resource
from staff.permissions import can_order_palliative_plan, can_order_place
from staff.tokens import Scope

# Who may order which, as on the page.
MAY: Final[dict[str, Permission]] = {
    OrderKind.ICU.value: can_order_place,
    OrderKind.HOME.value: can_order_place,
    OrderKind.PALLIATIVE.value: can_order_palliative_plan,
}


KINDS: Final = list(MAY)


class CareRequest(s.Serializer[Any]):
    """A patient is followed elsewhere, or to another end."""

    client_id = s.UUIDField()
    kind = s.ChoiceField(choices=KINDS)
    until = s.DateTimeField(help_text="ISO 8601 with its offset")
    why = s.CharField(max_length=200)


class Care(Resource):
    """Orders of care."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=CareRequest,
        responses=schema.answers_of(_200=OrderReply, _201=OrderReply),
        operation_id="order_care",
    )
    @once()
    def post(self, request: Request, patient_id: int) -> Response:
        """Say that the patient is in intensive care, at home, or under a palliative plan."""
        data = body_of(request)
        named = data.get("kind")
        may = MAY.get(named) if isinstance(named, str) else None
        found = patient_id_of(request, patient_id, may=may or can_order_place)
        body = Body(data)
        client_id, until = body.client_id(), body.moment("until")
        kind = body.choice("kind", list(MAY), required=True)
        why = body.text("why", longest=200, required=True)
        body.finish()
        assert until is not None
        order = care.order_care(
            patient_id=found,
            client_id=client_id,
            kind=OrderKind(kind),
            until=until,
            why=why,
            ordered_by=user_of(request),
            now=timezone.now(),
        )
        of_patient(order, found)
        return Response(order_reply(order), status=201)


class CareEnd(Resource):
    """The end of such an order before its time."""

    scopes = {"POST": Scope.WRITE_OBSERVATIONS}

    @extend_schema(
        request=schema.Keyed,
        responses=schema.answers_of(_200=OrderReply, _201=OrderReply),
        operation_id="end_care",
    )
    @once(again=stored_end(lambda order: MAY[order.kind]))
    def post(self, request: Request, order_id: int) -> Response:
        """End it now; the schedule of the grade holds again."""
        order = ScheduleOrder.objects.filter(pk=order_id, kind__in=MAY).in_force().first()
        if order is None:
            raise Http404
        patient_id_of(request, order.patient_id, may=MAY[order.kind])
        body = Body(body_of(request))
        client_id = body.client_id()
        body.finish()
        ended = care.end_care(
            order=order, client_id=client_id, ended_by=user_of(request), now=timezone.now()
        )
        return Response(order_reply(ended), status=201)
