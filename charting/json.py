"""JSON as an exchange of clinical facts needs it: exact, finite, flat and without doubles."""

import json
from collections.abc import Mapping
from typing import IO, Any, Final

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from staff.limits import JSON_DEPTH as DEEPEST
from staff.limits import JSON_NAMES
from staff.limits import REST_BODY_BYTES as LONGEST_BODY_BYTES
from vitals.units import LONGEST_NUMBER, finite_decimal

__all__ = ["DEEPEST", "LONGEST_BODY_BYTES", "StrictJSONParser", "TooLargeError", "loads"]
_TOO_LARGE: Final = f"The body is over {LONGEST_BODY_BYTES} bytes."


class TooLargeError(ParseError):
    """The body is longer than any entry."""

    status_code = 413


class StrictJSONParser(BaseParser):
    """Refuse NaN, infinities, repeated keys, deep nesting and bodies over 64 kB."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document with every number that has a point as a Decimal."""
        # What says that it is too long is not read at all.
        request = (parser_context or {}).get("request")
        said = request.META.get("CONTENT_LENGTH", "") if request is not None else ""
        if said.isdecimal() and int(said[:20]) > LONGEST_BODY_BYTES:
            raise TooLargeError(_TOO_LARGE)
        body = stream.read(LONGEST_BODY_BYTES + 1)
        if len(body) > LONGEST_BODY_BYTES:
            raise TooLargeError(_TOO_LARGE)
        return loads(body)


def loads(body: bytes) -> Any:
    """Read one document; raises ParseError saying what is wrong."""
    try:
        document = json.loads(
            body.decode("utf-8-sig"),
            parse_float=finite_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_doubles,
        )
    except RecursionError as error:
        raise ParseError("The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.") from error
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}") from error
    _refuse_what_cannot_be_written(document)
    return document


def _refuse_what_cannot_be_written(document: Any) -> None:
    """Refuse what neither the database nor the answer could hold."""
    waiting = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError("The body holds half of a character (a lone surrogate).")
        if isinstance(value, list | dict):
            if depth == DEEPEST:
                raise ParseError("The body is nested too deeply.")
            parts = [*value, *value.values()] if isinstance(value, dict) else value
            waiting += [(part, depth + 1) for part in parts]


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} characters")
    return int(text)


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > JSON_NAMES:
        raise ValueError(f"an object of {len(pairs)} names; at most {JSON_NAMES} are read")
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        # Escaped, for a name may hold what no answer can be written in.
        said = ", ".join(name.encode("unicode_escape").decode() for name in repeated)
        raise ValueError(f"repeated key {said}")
    return document
