"""A set of observations as it arrives: well formed and possible, or refused field by field."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, TypeVar

from charting.doubts import Doubt, Earlier, doubts_of
from charting.entry_values import LONGEST_NOTE, READERS, VASOPRESSORS, WHOLE_SET, doses_among
from vitals import plausibility
from vitals.vocabulary import CarerSays, OxygenDevice

__all__ = [
    "FUTURE_TOLERANCE",
    "LONGEST_NOTE",
    "READERS",
    "VASOPRESSORS",
    "Entry",
    "EntryRefusedError",
    "FieldError",
    "instant",
]

T = TypeVar("T")

_ENVELOPE: Final = frozenset({"client_id", "patient", "taken_at", "charted_at", "confirmed"})
# They speak about the set, and measure nothing.
_ABOUT: Final = frozenset({"late_reason", "temperature_site"})
# How far ahead of the server's clock a tablet's may be.
FUTURE_TOLERANCE: Final = timedelta(minutes=5)
# Charted so much later than taken, a person says why.
LATE_NEEDS_REASON: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its name, the value as sent, and the bound or form."""

    field: str
    value: Any
    message: str


class EntryRefusedError(Exception):
    """The entry cannot be stored; `errors` names every field that is wrong."""

    def __init__(self, errors: list[FieldError]) -> None:
        """Keep all errors, so that a person can mend them in one go."""
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


def _none_is_stored(_client_id: uuid.UUID) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One set of observations, checked; `values` holds only what was recorded.

    `confirmed` are the doubted values that a person stood by; None where nobody was asked.
    """

    client_id: uuid.UUID
    taken_at: datetime
    values: Mapping[str, Any]
    charted_at: datetime | None = None
    as_entered: Mapping[str, Any] = field(default_factory=dict)
    confirmed: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Keep instants in UTC: adding minutes in a ward's zone would follow its wall clock."""
        object.__setattr__(self, "taken_at", self.taken_at.astimezone(UTC))
        if self.charted_at is not None:
            object.__setattr__(self, "charted_at", self.charted_at.astimezone(UTC))

    @classmethod
    def parse(
        cls,
        data: Mapping[str, Any],
        *,
        now: datetime,
        is_stored: Callable[[uuid.UUID], bool] = _none_is_stored,
    ) -> "Entry":
        """Read an entry; raises EntryRefusedError with one error per wrong field.

        What is stored already may lie in the future of a clock that was set back since:
        the repeat of such a client_id is answered, not refused.
        """
        errors: list[FieldError] = []
        client_id = _take(data, "client_id", _uuid, errors)
        taken_at = _take(data, "taken_at", _moment, errors)
        charted_at = _take(data, "charted_at", _moment, errors, required=False)
        ahead = [
            FieldError(name, data[name], "is in the future")
            for name, moment in (("taken_at", taken_at), ("charted_at", charted_at))
            if moment is not None and moment > now + FUTURE_TOLERANCE
        ]
        if ahead and not (client_id and is_stored(client_id)):
            errors += ahead
        values = {}
        for name, value in data.items():
            if name in _ENVELOPE or value is None:
                continue
            reader = READERS.get(name)
            if reader is None:
                errors.append(FieldError(name, value, "is not a field of a set of observations"))
                continue
            read = _take(data, name, reader, errors)
            if read is not None:
                values[name] = read
        doses = _doses(data, values, errors)
        if doses:
            values["vasopressor_doses"] = doses
        errors += _contradictions(values)
        _put_worry(values)
        confirmed = _take(data, "confirmed", _tokens, errors, required=False)
        if all(v in ("", {}) or name in _ABOUT for name, v in values.items()) and not errors:
            errors.append(FieldError("entry", None, "records nothing"))
        if errors or client_id is None or taken_at is None:
            raise EntryRefusedError(errors)
        sent = data.get("vasopressors") or []
        kept = {"vasopressors": sent} if any(isinstance(each, dict) for each in sent) else {}
        as_sent = json.loads(json.dumps(kept, default=str))
        return cls(client_id, taken_at, values, charted_at, as_sent, confirmed)

    def digest(self, *, patient_id: int) -> str:
        """What makes a repeat of the same client_id the same entry."""
        content = [patient_id, self.taken_at.isoformat(), sorted(self.values.items())]
        return sha256(json.dumps(content, default=str).encode()).hexdigest()

    def doubts(
        self, *, age_months: int | None, earlier: Mapping[str, Earlier] | None = None
    ) -> list[Doubt]:
        """Values that are possible but worth asking a person about again."""
        return doubts_of(
            self.values, taken_at=self.taken_at, age_months=age_months, earlier=earlier or {}
        )

    @property
    def stood_by(self) -> frozenset[str]:
        """What was confirmed, also on a form that arrives when nobody can be asked any more."""
        if self.confirmed is not None:
            return self.confirmed
        return frozenset(self.as_entered.get("confirmed", ()))

    def unconfirmed(self, doubts: Sequence[Doubt]) -> list[Doubt]:
        """Those that nobody stood by; none where nobody could be asked."""
        if self.confirmed is None:
            return []
        return [doubt for doubt in doubts if doubt.token not in self.confirmed]

    def refuse_unexplained_delay(self, *, now: datetime) -> None:
        """Ask a person who charts hours later why; raises EntryRefusedError."""
        delay = (self.charted_at or now) - self.taken_at
        if delay > LATE_NEEDS_REASON and not self.values.get("late_reason"):
            words = "is required: the set was taken more than 4 hours ago"
            raise EntryRefusedError([FieldError("late_reason", None, words)])


def instant(value: Any) -> datetime:
    """Read an ISO 8601 time with its offset, in UTC; raises ValueError in words.

    In UTC, so that one instant is one entry however its offset was written, and so
    that a time before the first day there is, is refused here and not by the database.
    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 time such as 2026-03-01T14:10:00Z") from None
    raise ValueError("must say its offset from UTC, for example 2026-03-01T14:10:00+01:00")


def _take(
    data: Mapping[str, Any],
    name: str,
    read: Callable[[str, Any], T],
    errors: list[FieldError],
    *,
    required: bool = True,
) -> T | None:
    value = data.get(name)
    if value is None:
        if required:
            errors.append(FieldError(name, None, "is required"))
        return None
    try:
        return read(name, value)
    except ValueError as error:
        errors.append(FieldError(name, value, str(error)))
        return None


def _doses(
    data: Mapping[str, Any], values: Mapping[str, Any], errors: list[FieldError]
) -> list[dict[str, str]]:
    if "vasopressors" not in values:
        return []  # not charted, or refused already
    try:
        return doses_among(data["vasopressors"])
    except ValueError as error:
        errors.append(FieldError("vasopressors", data["vasopressors"], str(error)))
        return []


def _contradictions(values: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    words = plausibility.pressure_refusal(values.get("systolic_mmhg"), values.get("diastolic_mmhg"))
    if words:
        errors.append(FieldError("diastolic_mmhg", values["diastolic_mmhg"], words))
    on_air = values.get("oxygen_device") == OxygenDevice.ROOM_AIR
    if on_air and values.get("oxygen_flow_lpm"):
        errors.append(
            FieldError("oxygen_flow_lpm", values["oxygen_flow_lpm"], "room air has no oxygen flow")
        )
    return errors + _skips(values)


def _skips(values: Mapping[str, Any]) -> list[FieldError]:
    """What was recorded was not skipped."""
    skipped = values.get("skipped") or {}
    both = sorted(skipped.keys() & values.keys() - {WHOLE_SET})
    return [
        FieldError("skipped", name, f"{name} is recorded, so it was not skipped") for name in both
    ]


def _put_worry(values: dict[str, Any]) -> None:
    """A parent who finds the child worse is worried, said so or not."""
    if values.get("carer_says") == CarerSays.WORSE:
        values["carer_worried"] = True


def _tokens(name: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("must be a list of field=value, as doubts name them")
    return frozenset(value)


def _uuid(name: str, value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise ValueError("must be a UUID made by the client") from None


def _moment(name: str, value: Any) -> datetime:
    return instant(value)
