"""A set of observations as it arrives: well formed and possible, or refused field by field."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, TypeVar

from django.db.models import TextChoices

from patients.medicines import CLASS_OF, TreatmentClass
from vitals import plausibility
from vitals.units import STORED_CELSIUS_DIGITS
from vitals.vocabulary import BloodPressureMethod, Consciousness, OxygenDevice, VentilationReason

T = TypeVar("T")

# How far ahead of the server's clock a tablet's may be.
FUTURE_TOLERANCE: Final = timedelta(minutes=5)
LONGEST_NOTE: Final = 500
VASOPRESSORS: Final = tuple(
    sorted(code for code, klass in CLASS_OF.items() if klass is TreatmentClass.VASOPRESSOR)
)


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One set of observations, checked; `values` holds only what was recorded."""

    client_id: uuid.UUID
    taken_at: datetime
    values: Mapping[str, Any]
    charted_at: datetime | None = None
    as_entered: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep instants in UTC: adding minutes in a ward's zone would follow its wall clock."""
        object.__setattr__(self, "taken_at", self.taken_at.astimezone(UTC))
        if self.charted_at is not None:
            object.__setattr__(self, "charted_at", self.charted_at.astimezone(UTC))

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, now: datetime) -> "Entry":
        """Read an entry; raises EntryRefusedError with one error per wrong field."""
        errors: list[FieldError] = []
        client_id = _take(data, "client_id", _uuid, errors)
        taken_at = _take(data, "taken_at", _moment, errors)
        charted_at = _take(data, "charted_at", _moment, errors, required=False)
        for name, moment in (("taken_at", taken_at), ("charted_at", charted_at)):
            if moment is not None and moment > now + FUTURE_TOLERANCE:
                errors.append(FieldError(name, data[name], "is in the future"))
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
        errors += _contradictions(values)
        if all(value == "" for value in values.values()) and not errors:
            errors.append(FieldError("entry", None, "records nothing"))
        if errors or client_id is None or taken_at is None:
            raise EntryRefusedError(errors)
        doses = data.get("vasopressors") or []
        kept = {"vasopressors": doses} if any(isinstance(d, dict) for d in doses) else {}
        return cls(
            client_id, taken_at, values, charted_at, json.loads(json.dumps(kept, default=str))
        )

    def digest(self, *, patient_id: int) -> str:
        """What makes a repeat of the same client_id the same entry."""
        content = [patient_id, self.taken_at.isoformat(), sorted(self.values.items())]
        return sha256(json.dumps(content, default=str).encode()).hexdigest()

    def doubts(self, *, age_years: int | None) -> list[FieldError]:
        """Values that are possible but worth asking a person about again."""
        found = []
        for name in plausibility.FIELDS:
            if name in self.values:
                value = Decimal(self.values[name])
                words = plausibility.doubt(name, value, age_years=age_years)
                if words:
                    found.append(FieldError(name, self.values[name], words))
        flow = self.values.get("oxygen_flow_lpm")
        on_cannula = self.values.get("oxygen_device") == OxygenDevice.NASAL_CANNULA
        if on_cannula and flow is not None and flow > plausibility.CANNULA_FLOW_TO_CONFIRM_LPM:
            words = f"{flow:f} L/min is unusual on a plain nasal cannula: check the device"
            found.append(FieldError("oxygen_flow_lpm", flow, words))
        return found


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
    return errors


def _uuid(name: str, value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise ValueError("must be a UUID made by the client") from None


def _moment(name: str, value: Any) -> datetime:
    return instant(value)


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError("must be a finite number")
    words = plausibility.refusal(name, exact)
    if words:
        raise ValueError(words)
    return exact


def _decimals(places: int) -> Callable[[str, Any], Decimal]:
    step = STORED_CELSIUS_DIGITS if places == 4 else Decimal(1).scaleb(-places)

    def read(name: str, value: Any) -> Decimal:
        exact = _number(name, value)
        # Never rounded up over a limit: 37.99996 must not become 38.0.
        return exact.quantize(step, rounding="ROUND_DOWN").normalize() + 0

    return read


def _whole(name: str, value: Any) -> int:
    exact = _number(name, value)
    if exact != exact.to_integral_value():
        raise ValueError(f"must be a whole number, not {exact:f}")
    return int(exact)


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _choice(choices: type[TextChoices]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in choices.values:
            raise ValueError(f"must be one of {', '.join(choices.values)}")
        return str(value)

    return read


def _drugs(name: str, value: Any) -> list[str]:
    """Names, or objects that name a drug beside its dose; the dose decides no grade."""
    if not isinstance(value, list):
        raise ValueError("must be a list of drug names; empty when none is running")
    names: list[str] = []
    for each in value:
        drug = each.get("drug") if isinstance(each, dict) else each
        if drug not in VASOPRESSORS:
            raise ValueError(f"“{drug}” is not one of {', '.join(VASOPRESSORS)}")
        names.append(drug)
    return sorted(set(names))


def _note(name: str, value: Any) -> str:
    if isinstance(value, str) and not value.strip():
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        raise ValueError(f"must be text of at most {LONGEST_NOTE} characters")
    if any(ord(character) < 32 and character not in "\n\t" for character in value):
        raise ValueError("must not hold control characters")
    return value


_ENVELOPE: Final = frozenset({"client_id", "patient", "taken_at", "charted_at"})
READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "temperature_celsius": _decimals(4),
    "heart_rate_bpm": _whole,
    "respirations_per_minute": _whole,
    "systolic_mmhg": _whole,
    "diastolic_mmhg": _whole,
    "mean_arterial_mmhg": _whole,
    "blood_pressure_method": _choice(BloodPressureMethod),
    "spo2_percent": _decimals(2),
    "oxygen_device": _choice(OxygenDevice),
    "oxygen_flow_lpm": _decimals(3),
    "fio2_percent": _decimals(2),
    "consciousness": _choice(Consciousness),
    "glasgow_coma_score": _whole,
    "hypotension": _boolean,
    "fluid_bolus_ml": _whole,
    "vasopressors": _drugs,
    "vasopressin": _boolean,
    "oxygen_for_comfort": _boolean,
    "baseline_home_oxygen_lpm": _decimals(2),
    "ventilation_reason": _choice(VentilationReason),
    "fever_attributed_elsewhere": _boolean,
    "hypotension_attributed_elsewhere": _boolean,
    "worried": _boolean,
    "note": _note,
}
