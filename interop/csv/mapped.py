"""What a row says once it is understood: frozen facts, not yet stored."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from charting.entry import Entry
from interop.csv.kinds import Row
from interop.csv.outcomes import RefusedError
from staff.models import Ward
from vitals.models import LabResult


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading a row needs beside the row: the clock, the zone, the ward named."""

    now: datetime
    zone: ZoneInfo
    ward: Ward | None = None

    @property
    def zone_key(self) -> str:
        """The zone as a digest knows it."""
        return self.zone.key


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a set of observations, in the unit of its field.

    `series` tells cuffs and lines apart; `method` is cuff, arterial or not said.
    """

    row: Row
    at: datetime
    field: str
    value: Decimal | int | str
    method: str = ""
    series: str = ""


@dataclass(frozen=True, slots=True)
class DeviceNotAgreed:
    """A device was charted, but which of ours it is cannot be said: quarantined."""

    row: Row
    at: datetime
    error: RefusedError


@dataclass(frozen=True, slots=True)
class Weight:
    """A body weight."""

    row: Row
    at: datetime
    weight_kg: Decimal


@dataclass(frozen=True, slots=True)
class Lab:
    """A laboratory result as it will be stored; its patient is filled in later."""

    row: Row
    at: datetime
    result: LabResult


@dataclass(frozen=True, slots=True)
class Given:
    """A medicine or support with start and stop."""

    row: Row
    code: str
    started_at: datetime
    stopped_at: datetime | None
    dose_value: Decimal | None = None
    dose_unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RateCharted:
    """The rate of a running medicine at one moment; none when it was charted as stopped."""

    row: Row
    code: str
    at: datetime
    rate: Decimal | None
    dose_value: Decimal | None
    dose_unit: str
    note: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Who a patient is."""

    row: Row
    sex: str
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in the hospital, from admission to discharge."""

    row: Row
    admitted_at: datetime
    discharged_at: datetime
    diagnosis: str


@dataclass(frozen=True, slots=True)
class WholeSet:
    """A row that is one set of observations, with what else was measured in it."""

    row: Row
    entry: Entry
    labs: tuple[Lab, ...] = ()
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class InSet:
    """One value of the set that its row names by `key`, as a field of an entry."""

    row: Row
    at: datetime
    key: str
    field: str
    value: Any
    method: str = ""


@dataclass(frozen=True, slots=True)
class PastDose:
    """A dose of the therapy itself that was given."""

    row: Row
    therapy: str
    kind: str
    started_at: datetime
    stopped_at: datetime | None
    dose_value: Decimal | None
    dose_unit: str


@dataclass(frozen=True, slots=True)
class NeuroPart:
    """One finding of the neuro check that its row names by `key`."""

    row: Row
    at: datetime
    key: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class SymptomFound:
    """A symptom that was present with its grade, if one was picked, or absent."""

    row: Row
    at: datetime
    symptom: str
    is_present: bool
    grade: int | None


Mapped = (
    Reading
    | DeviceNotAgreed
    | Weight
    | Lab
    | Given
    | RateCharted
    | Person
    | Visit
    | WholeSet
    | InSet
    | PastDose
    | NeuroPart
    | SymptomFound
)
