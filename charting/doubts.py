"""Values that can be and are worth asking about again: for the age, or after the value before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from vitals import plausibility
from vitals.vocabulary import OxygenDevice

# How many sets back an earlier value is looked for.
LOOK_BACK_SETS: Final = 24
_FLOW: Final = "oxygen_flow_lpm"
_DEVICE: Final = "oxygen_device"
COMPARED: Final = (*plausibility.OF_A_SET, _DEVICE)


class Why(StrEnum):
    """What makes a value odd. A jump is what illness looks like; the grade speaks of it."""

    UNUSUAL = "unusual"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest value of a field before this set, and when it was true."""

    value: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """One value that is asked about again, in words; `token` is what confirms it and no other."""

    field: str
    value: Any
    message: str
    why: tuple[Why, ...]

    @property
    def token(self) -> str:
        """What a person sends to stand by this number."""
        return f"{self.field}={self.value}"

    @property
    def is_unusual(self) -> bool:
        """Whether it is outside what is expected at the age, not only far from the one before."""
        return Why.UNUSUAL in self.why


class UnconfirmedError(Exception):
    """Nothing was stored: these values are asked about again, and nobody stood by them."""

    def __init__(self, doubts: list[Doubt]) -> None:
        """Keep every doubt, confirmed or not, so that they can be shown together."""
        super().__init__("; ".join(f"{doubt.field}: {doubt.message}" for doubt in doubts))
        self.doubts = doubts


def doubts_of(
    values: Mapping[str, Any],
    *,
    taken_at: datetime,
    age_months: int | None,
    earlier: Mapping[str, Earlier],
) -> list[Doubt]:
    """Return one doubt for each value that is unusual for the age or a jump from before."""
    found = []
    for name in plausibility.OF_A_SET:
        if name not in values:
            continue
        unusual = plausibility.doubt(name, Decimal(values[name]), age_months=age_months)
        if name == _FLOW:
            unusual = unusual or _flow_doubt(values)
        jump = _jump(name, values, taken_at=taken_at, earlier=earlier)
        why = ([Why.UNUSUAL] if unusual else []) + ([Why.JUMP] if jump else [])
        if why:
            message = "; ".join(words for words in (unusual, jump) if words)
            found.append(Doubt(name, values[name], message, tuple(why)))
    return found


def doubt_of_lab(
    code: str,
    canonical: Decimal,
    *,
    said: Decimal,
    taken_at: datetime,
    earlier: Earlier | None,
) -> Doubt | None:
    """Doubt a result in its canonical unit; `said` is the number as it was reported."""
    if code not in plausibility.LABS:
        return None
    unusual = plausibility.doubt(code, canonical, age_months=None)
    jump = earlier and plausibility.jump(
        code, canonical, before=Decimal(earlier.value), elapsed=taken_at - earlier.at
    )
    why = ([Why.UNUSUAL] if unusual else []) + ([Why.JUMP] if jump else [])
    if not why:
        return None
    message = "; ".join(words for words in (unusual, jump) if words)
    return Doubt(code, said, message, tuple(why))


def as_kept(doubts: Iterable[Doubt], confirmed: frozenset[str]) -> list[dict[str, Any]] | None:
    """Return the flags that stay with the set; None when nothing was doubted."""
    rows = [
        {
            "field": doubt.field,
            "value": str(doubt.value),
            "why": [each.value for each in doubt.why],
            "confirmed": doubt.token in confirmed,
        }
        for doubt in doubts
    ]
    return rows or None


def _flow_doubt(values: Mapping[str, Any]) -> str | None:
    flow = values[_FLOW]
    if values.get(_DEVICE) != OxygenDevice.NASAL_CANNULA:
        return None
    if flow <= plausibility.CANNULA_FLOW_TO_CONFIRM_LPM:
        return None
    return f"{flow:f} L/min is unusual on a plain nasal cannula: check the device"


def _jump(
    name: str, values: Mapping[str, Any], *, taken_at: datetime, earlier: Mapping[str, Earlier]
) -> str | None:
    if name == _FLOW:
        return _device_change(values, earlier)
    before = earlier.get(name)
    if before is None:
        return None
    return plausibility.jump(
        name, Decimal(values[name]), before=Decimal(before.value), elapsed=taken_at - before.at
    )


def _device_change(values: Mapping[str, Any], earlier: Mapping[str, Earlier]) -> str | None:
    """A flow through another device than before is not the flow of before."""
    before, device = earlier.get(_DEVICE), values.get(_DEVICE)
    if before is None or not device or device == before.value:
        return None
    was = OxygenDevice(before.value).label if before.value in OxygenDevice.values else before.value
    return f"{values[_FLOW]:f} L/min by {OxygenDevice(device).label}, after {was} before"
