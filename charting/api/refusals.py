"""How the interface says no: one shape for every refusal, and never a 500 for bad input."""

from typing import Any

from django.db import IntegrityError, OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from alerts.services import StaleAlertError
from alerts.snooze import SnoozeRefusedError
from charting.chart import ConflictError, NotInForceError
from charting.confirming import SamePersonError
from charting.doubts import UnconfirmedError
from charting.drug_facts import ReasonNeededError
from charting.entry import EntryRefusedError


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what the domain refuses into an answer; what is unexpected stays loud."""
    if isinstance(error, EntryRefusedError):
        return Response({"errors": [_field(each) for each in error.errors]}, status=400)
    if isinstance(error, ConflictError | NotInForceError | SamePersonError):
        return _one("conflict", str(error), status.HTTP_409_CONFLICT)
    if isinstance(error, UnconfirmedError):
        return Response({"errors": [_field(each) for each in error.doubts]}, status=409)
    if isinstance(error, ReasonNeededError):
        return _one("beyond_reason", str(error), status.HTTP_409_CONFLICT)
    if isinstance(error, StaleAlertError):
        return _one("version", str(error), status.HTTP_409_CONFLICT)
    if isinstance(error, SnoozeRefusedError):
        return _one("minutes", str(error), status.HTTP_409_CONFLICT)
    if isinstance(error, IntegrityError):
        return _one("conflict", "the database refuses this combination", status.HTTP_409_CONFLICT)
    if isinstance(error, OperationalError):
        # Whether a commit happened is unknown; the same client_id makes a repeat safe.
        answer = _one("database", "not reachable, send the same entry again", 503)
        answer["Retry-After"] = "2"
        return answer
    answered = exception_handler(error, context)
    if answered is not None and isinstance(error, APIException):
        answered.data = {"errors": [{"field": "", "value": None, "message": _words(error)}]}
    return answered


def _field(error: Any) -> dict[str, Any]:
    shown = error.value if isinstance(error.value, str | int | bool | None) else str(error.value)
    return {"field": error.field, "value": shown, "message": error.message}


def _one(field: str, message: str, code: int) -> Response:
    return Response({"errors": [{"field": field, "value": None, "message": message}]}, status=code)


def _words(error: APIException) -> str:
    return str(error.detail) if not isinstance(error.detail, list | dict) else "refused"
