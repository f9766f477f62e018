"""Read and write FHIR JSON: exact decimals, no doubles, bounded in size and depth."""

from decimal import Decimal
from typing import Any, Final

import orjson
from rest_framework.exceptions import ParseError

from charting.json import loads
from interop.fhir.outcome import IssueCode, refusal

MEDIA_TYPE: Final = "application/fhir+json"
LARGEST_BODY_BYTES: Final = 16 * 1024 * 1024


def read(body: bytes) -> dict[str, Any]:
    """Return the resource; raises FhirError for what is no JSON object with a resourceType."""
    if len(body) > LARGEST_BODY_BYTES:
        words = f"the body is over {LARGEST_BODY_BYTES} bytes"
        raise refusal(413, "", words, IssueCode.TOO_LONG)
    try:
        document = loads(body)
    except ParseError as error:
        raise refusal(400, "", str(error.detail), IssueCode.STRUCTURE) from error
    return checked(document)


def checked(document: Any) -> dict[str, Any]:
    """The document, if it may be a resource; raises FhirError."""
    if not isinstance(document, dict):
        raise refusal(400, "", "a resource is a JSON object", IssueCode.STRUCTURE)
    kind = document.get("resourceType")
    if not isinstance(kind, str) or not kind.isascii() or not kind.isalpha() or len(kind) > 60:
        words = "resourceType must name a type of resource"
        raise refusal(400, "resourceType", words, IssueCode.STRUCTURE)
    return document


def write(document: Any, *, pretty: bool = False) -> bytes:
    """The resource as UTF-8, every decimal digit for digit."""
    return orjson.dumps(document, default=_exact, option=orjson.OPT_INDENT_2 if pretty else None)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(type(value).__name__)
