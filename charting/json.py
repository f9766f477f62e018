"""JSON as an exchange of clinical facts needs it: exact, finite, flat and without doubles."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, Final

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

LONGEST_BODY_BYTES: Final = 64 * 1024


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
        body = stream.read(LONGEST_BODY_BYTES + 1)
        if len(body) > LONGEST_BODY_BYTES:
            raise ParseError(f"The body is over {LONGEST_BODY_BYTES} bytes.")
        return loads(body)


def loads(body: bytes) -> Any:
    """Read one document; raises ParseError saying what is wrong."""
    try:
        return json.loads(
            body,
            parse_float=_decimal,
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


def _decimal(text: str) -> Decimal:
    if len(text) > 40:
        raise ValueError(f"a number of {len(text)} characters")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"a number of {len(text)} characters")
    return int(text)


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"repeated key {', '.join(repeated)}")
    return document
