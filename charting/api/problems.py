"""One shape for every refusal: problem details (RFC 9457), with the fields that were wrong."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from rest_framework.response import Response

from charting.entry_values import READERS
from vitals import plausibility

CONTENT_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:crs-monitor:problem:"
# What a caller is told by its status, where nobody knows better.
_NAMES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("not-valid", "The request is not valid"),
    401: ("not-signed-in", "Sign in with a token or a session"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "There is no such thing here"),
    405: ("no-such-method", "This address does not do that"),
    406: ("not-acceptable", "The answer is JSON, which was not asked for"),
    409: ("conflict", "What is stored speaks against it"),
    412: ("changed", "It changed since it was read"),
    413: ("too-large", "The body is too large"),
    415: ("no-json", "The body must be JSON"),
    422: ("does-not-fit", "The parts do not belong together"),
    429: ("too-many", "Too many requests"),
    500: ("fault", "A fault of the server"),
    503: ("not-reachable", "Not reachable now"),
}


def problem(
    status: int,
    errors: Sequence[Mapping[str, Any]],
    *,
    slug: str = "",
    title: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the refusal as an answer; `errors` are rows of field, value and message."""
    name, words = _NAMES.get(status, ("refused", HTTPStatus(status).phrase))
    return Response(
        document(status, errors, slug=slug or name, title=title or words),
        status=status,
        content_type=CONTENT_TYPE,
        headers=dict(headers or {}),
    )


def document(
    status: int, errors: Sequence[Mapping[str, Any]], *, slug: str = "", title: str = ""
) -> dict[str, Any]:
    """Return the refusal as a JSON object."""
    name, words = _NAMES.get(status, ("refused", HTTPStatus(status).phrase))
    said = [f"{e['field']}: {e['message']}" if e["field"] else str(e["message"]) for e in errors]
    return {
        "type": _TYPE + (slug or name),
        "title": title or words,
        "status": status,
        "detail": "; ".join(said),
        "errors": [_with_bound(each) for each in errors],
    }


def row(field: str, message: str, value: Any = None) -> dict[str, Any]:
    """One thing that was wrong, and with what."""
    is_plain = value is None or isinstance(value, str | int | bool)
    return {"field": field, "value": value if is_plain else str(value), "message": message}


def _with_bound(error: Mapping[str, Any]) -> dict[str, Any]:
    """The row, with the limits that any value of this field must keep."""
    name = error["field"]
    if name not in plausibility.FIELDS or name not in READERS:
        return {"bound": None, **error}
    limits = plausibility.limits_for(name, age_months=None)
    low, high = float(limits.hard_low), float(limits.hard_high)
    return {**error, "bound": {"low": low, "high": high, "unit": limits.unit}}
