"""Read and write FHIR JSON: exact decimals, no doubles, bounded in size and depth."""

from decimal import Decimal
from typing import Any, Final

import orjson
from rest_framework.exceptions import ParseError

from charting.json import loads
from interop.fhir.outcome import IssueCode, refusal
from staff.limits import FHIR_BODY_BYTES as LARGEST_BODY_BYTES

__all__ = ["LARGEST_BODY_BYTES", "MEDIA_TYPE", "checked", "document", "read", "write"]
MEDIA_TYPE: Final = "application/fhir+json"
_TOO_BIG: Final = 2**63


def read(body: bytes) -> dict[str, Any]:
    """Return the resource; raises FhirError for what is no JSON object with a resourceType."""
    if len(body) > LARGEST_BODY_BYTES:
        words = f"the body is over {LARGEST_BODY_BYTES} bytes: send several Bundles"
        raise refusal(413, "", words, IssueCode.TOO_LONG)
    return checked(document(body))


def document(body: bytes) -> Any:
    """Any JSON; raises FhirError saying what is wrong with it."""
    try:
        found = loads(body)
    except ParseError as error:
        raise refusal(400, "", str(error.detail), IssueCode.STRUCTURE) from error
    return _kept(found)


def _kept(found: Any) -> Any:
    """The document with integers beyond 64 bits as decimals; refuses the character NUL."""
    if isinstance(found, dict):
        return {_kept(name): _kept(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_kept(value) for value in found]
    if isinstance(found, str) and "\0" in found:
        raise refusal(400, "", "text holds the character NUL", IssueCode.STRUCTURE)
    if isinstance(found, int) and abs(found) >= _TOO_BIG:
        return Decimal(found)
    return found


def checked(found: Any) -> dict[str, Any]:
    """The document, if it may be a resource; raises FhirError."""
    if not isinstance(found, dict):
        raise refusal(400, "", "a resource is a JSON object", IssueCode.STRUCTURE)
    kind = found.get("resourceType")
    if not isinstance(kind, str) or not kind.isascii() or not kind.isalpha() or len(kind) > 60:
        words = "resourceType must name a type of resource"
        raise refusal(400, "resourceType", words, IssueCode.STRUCTURE)
    return found


def write(found: Any, *, pretty: bool = False) -> bytes:
    """The resource as UTF-8, every decimal digit for digit."""
    return orjson.dumps(found, default=_exact, option=orjson.OPT_INDENT_2 if pretty else None)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(type(value).__name__)
