"""How the interface says no: one shape for every refusal, and never a 500 for bad input."""

from typing import Any, Final

from django.db import IntegrityError, OperationalError
from django.http import Http404
from rest_framework.response import Response
from rest_framework.views import exception_handler

from alerts.rota_plan import RotaRefusedError
from alerts.services import StaleAlertError
from alerts.snooze import SnoozeRefusedError
from charting.api.problems import problem, row
from charting.chart import ConflictError, NotInForceError
from charting.confirming import SamePersonError
from charting.doubts import UnconfirmedError
from charting.drug_facts import ReasonNeededError
from charting.entry import EntryRefusedError
from charting.handing_over import NotOnAWardError, StaleWordsError
from charting.undoing import TooLateError
from staff.scopes import ScopeMissingError

# Not against the form of the request but against what is stored: the field that they speak of.
_AGAINST: Final[dict[type[Exception], tuple[str, str]]] = {
    ConflictError: ("conflict", "other-body"),
    NotInForceError: ("conflict", "not-in-force"),
    SamePersonError: ("conflict", "same-person"),
    ReasonNeededError: ("beyond_reason", "reason-needed"),
    StaleAlertError: ("version", "changed"),
    SnoozeRefusedError: ("minutes", "not-put-off"),
    RotaRefusedError: ("slot", "rota"),
    TooLateError: ("conflict", "too-late"),
    StaleWordsError: ("version", "changed"),
}
_WORDS_FOR_NONE: Final = "it changed since it was seen"
_KEPT_HEADERS: Final = ("WWW-Authenticate", "Retry-After")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what the domain refuses into an answer; what is unexpected stays loud."""
    if isinstance(error, EntryRefusedError):
        return problem(400, [_field(each) for each in error.errors])
    if isinstance(error, UnconfirmedError):
        return problem(409, [_field(each) for each in error.doubts], slug="doubted")
    for kind, (field, slug) in _AGAINST.items():
        if isinstance(error, kind):
            return problem(409, [row(field, str(error) or _WORDS_FOR_NONE)], slug=slug)
    if isinstance(error, NotOnAWardError):
        return problem(404, [row("", "The patient is on no ward now.")])
    if isinstance(error, IntegrityError):
        return problem(409, [row("conflict", "the database refuses this combination")])
    if isinstance(error, OperationalError):
        # Whether a commit happened is unknown; the same client_id makes a repeat safe.
        words = "not reachable, send the same entry again"
        return problem(503, [row("database", words)], headers={"Retry-After": "2"})
    return _of_the_framework(error, context)


def _of_the_framework(error: Exception, context: dict[str, Any]) -> Response | None:
    answered = exception_handler(error, context)
    if answered is None:
        return None
    words = _words(error)
    slug = "scope-missing" if isinstance(error, ScopeMissingError) else ""
    kept = {name: str(answered[name]) for name in _KEPT_HEADERS if answered.has_header(name)}
    if isinstance(error, ScopeMissingError):
        kept["WWW-Authenticate"] = error.challenge
    return problem(answered.status_code, [row("", words)], slug=slug, headers=kept)


def _field(error: Any) -> dict[str, Any]:
    return row(error.field, error.message, error.value)


def _words(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is no such thing on your wards."
    detail = getattr(error, "detail", "")
    return str(detail) if not isinstance(detail, list | dict) else "refused"
