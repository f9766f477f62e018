"""What a tablet sends of a queued set, read strictly."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from charting.entry import instant
from staff.limits import TABLET_BODY_BYTES

_MOST_FIELDS: Final = 200
_LONGEST_TEXT: Final = 20_000


class MalformedError(ValueError):
    """What arrived is no set from a tablet; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A form as it was typed, and around it who, when, and by what clock."""

    client_id: uuid.UUID
    patient_id: int
    fields: tuple[tuple[str, str], ...]
    grant: str
    captured_at: datetime
    clock: Mapping[str, int | None]
    tablet: str

    @classmethod
    def read(cls, body: bytes) -> "Envelope":
        """Read the JSON of a tablet; raises MalformedError."""
        said = object_of(body)
        patient_id = said.get("patient_id")
        if isinstance(patient_id, bool) or not isinstance(patient_id, int) or patient_id < 1:
            raise MalformedError("patient_id must be a number")
        return cls(
            client_id=number_of(said, "client_id"),
            patient_id=min(patient_id, 2**63 - 1),
            fields=_fields(said.get("fields")),
            grant=text_of(said, "grant"),
            captured_at=moment_of(said, "captured_at"),
            clock=_clock(said.get("clock")),
            tablet=str(number_of(said, "tablet")),
        )


def object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a request; raises MalformedError."""
    if len(body) > TABLET_BODY_BYTES:
        raise MalformedError(f"must be at most {TABLET_BODY_BYTES} bytes")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedError("must be JSON") from error
    if not isinstance(said, dict):
        raise MalformedError("must be a JSON object")
    return said


def text_of(said: Mapping[str, Any], name: str) -> str:
    """Return a text; raises MalformedError."""
    value = said.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise MalformedError(f"{name} must be text")
    return value


def number_of(said: Mapping[str, Any], name: str) -> uuid.UUID:
    """Return a UUID; raises MalformedError."""
    try:
        return uuid.UUID(text_of(said, name))
    except ValueError as error:
        raise MalformedError(f"{name} must be a UUID") from error


def moment_of(said: Mapping[str, Any], name: str) -> datetime:
    """Return an instant; raises MalformedError."""
    try:
        return instant(said.get(name))
    except ValueError as error:
        raise MalformedError(f"{name} {error}") from error


def _fields(value: Any) -> tuple[tuple[str, str], ...]:
    is_list = isinstance(value, list) and len(value) <= _MOST_FIELDS
    if not is_list or not all(_is_field(each) for each in value):
        raise MalformedError("fields must be a list of names and texts")
    return tuple((name, text) for name, text in value)


def _is_field(each: Any) -> bool:
    return (
        isinstance(each, list)
        and len(each) == 2
        and all(isinstance(part, str) and len(part) <= _LONGEST_TEXT for part in each)
    )


def _clock(value: Any) -> dict[str, int | None]:
    """How far the tablet's clock was from the server's, in milliseconds, at both ends."""
    said = value if isinstance(value, dict) else {}
    names = ("offset_ms_when_typed", "offset_ms_when_sent")
    return {name: said[name] if type(said.get(name)) is int else None for name in names}
