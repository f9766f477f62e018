"""Answers to an alert over HTTP: take it, say that one cannot come, put it off, end it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import acknowledging, escalation, services, snooze
from alerts.models import Alert, SnoozeReason
from audit.models import KeptRequest
from charting import access
from charting.api import replies, schema
from charting.api.access import Permission, body_of, user_of
from charting.api.fields import Body
from charting.api.once import once
from charting.api.resource import Resource
from staff.permissions import can_acknowledge, can_call_next, can_close, can_snooze
from staff.tokens import Scope

# Nobody can come later than this and still be said to have the alert.
LONGEST_ETA_MINUTES = 60
_NEVER_SEEN = -1  # a version no alert has: whoever names none has seen none


class NobodyCalledError(APIException):
    """Somebody has it, the next was called just now, or the ladder calls nobody further."""

    status_code = 409


def _as_it_is(may: Permission) -> Callable[..., Response]:
    """What a repeat is answered: the alert as it stands."""

    def answer(view: Any, request: Request, code: str, *, kept: KeptRequest) -> Response:
        return Response(replies.alert(_alert(request, code, may=may)))

    return answer


class Acknowledgement(Resource):
    """Accept an alert in one's own name."""

    scopes = {"POST": Scope.WRITE_ALERTS}

    @extend_schema(
        request=schema.Acknowledge, responses=schema.ALERT, operation_id="acknowledge_alert"
    )
    @once(again=_as_it_is(can_acknowledge))
    def post(self, request: Request, code: str) -> Response:
        """Acknowledge the version that was seen; 409 when the alert changed since."""
        alert = _alert(request, code, may=can_acknowledge)
        body = Body(body_of(request))
        eta = body.whole("eta_minutes", highest=LONGEST_ETA_MINUTES)
        version = _version(body)
        body.key()
        body.finish()
        acknowledging.acknowledge(
            alert,
            by=user_of(request),
            at=timezone.now(),
            eta_minutes=eta,
            version_seen=version,
        )
        return Response(replies.alert(alert))


class CannotCome(Resource):
    """Say that one cannot come."""

    scopes = {"POST": Scope.WRITE_ALERTS}

    @extend_schema(request=schema.Key, responses=schema.ALERT, operation_id="cannot_come_to_alert")
    @once(again=_as_it_is(can_acknowledge))
    def post(self, request: Request, code: str) -> Response:
        """Take nothing over, and have the next in line called at once."""
        alert = _alert(request, code, may=can_acknowledge)
        body = Body(body_of(request) if request.data else {})
        body.key()
        body.finish()
        escalation.cannot_come(alert, by=user_of(request), at=timezone.now())
        alert.refresh_from_db()
        return Response(replies.alert(alert))


class CallNext(Resource):
    """The next in line, called by a person."""

    scopes = {"POST": Scope.WRITE_ALERTS}

    @extend_schema(
        request=schema.CallNext, responses=schema.ALERT, operation_id="call_next_for_alert"
    )
    @once(again=_as_it_is(can_call_next))
    def post(self, request: Request, code: str) -> Response:
        """Call the next rung at once; 409 when it climbed since, or calls nobody further."""
        alert = _alert(request, code, may=can_call_next)
        body = Body(body_of(request))
        rung = body.whole("rung", highest=2**15)
        body.key()
        body.finish()
        called = escalation.call_next(
            alert,
            by=user_of(request),
            at=timezone.now(),
            rung_seen=_NEVER_SEEN if rung is None else rung,
        )
        if called is None:
            raise NobodyCalledError("nobody more was called: call by telephone")
        alert.refresh_from_db()
        return Response(replies.alert(alert))


class Snooze(Resource):
    """Put an alert off."""

    scopes = {"POST": Scope.WRITE_ALERTS}

    @extend_schema(request=schema.Snooze, responses=schema.ALERT, operation_id="snooze_alert")
    @once(again=_as_it_is(can_snooze))
    def post(self, request: Request, code: str) -> Response:
        """Put the version that was seen off for some minutes, with a reason."""
        alert = _alert(request, code, may=can_snooze)
        body = Body(body_of(request))
        minutes = body.whole("minutes", highest=schema.LONGEST_SNOOZE_MINUTES) or 0
        reason = body.choice("reason", SnoozeReason.values, required=True)
        version = _version(body)
        body.key()
        body.finish()
        snooze.snooze(
            alert,
            by=user_of(request),
            at=timezone.now(),
            minutes=minutes,
            reason=SnoozeReason(reason),
            version_seen=version,
        )
        return Response(replies.alert(alert))


class Closure(Resource):
    """End an alert."""

    scopes = {"POST": Scope.WRITE_ALERTS}

    @extend_schema(request=schema.Close, responses=schema.ALERT, operation_id="close_alert")
    @once(again=_as_it_is(can_close))
    def post(self, request: Request, code: str) -> Response:
        """Close with a reason; an alert that is closed already is answered as it is."""
        alert = _alert(request, code, may=can_close)
        body = Body(body_of(request))
        reason = body.text("reason", longest=200, required=True)
        body.key()
        body.finish()
        services.close(alert, reason=reason, at=timezone.now(), by=user_of(request))
        alert.refresh_from_db()
        return Response(replies.alert(alert))


def _alert(request: Request, code: str, *, may: Permission) -> Alert:
    """Return the alert; one on none of the user's wards is answered like none at all."""
    alert = Alert.objects.select_related("ward").filter(code=code).first()
    if alert is None or not access.may_with_alert(user_of(request), alert, may):
        raise Http404
    return alert


def _version(body: Body) -> int:
    version = body.whole("version", highest=2**31 - 1)
    return _NEVER_SEEN if version is None else version
