"""What a resource says once it is read: rows for the shared readers, and facts of its own."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from interop.csv.kinds import Row
from interop.csv.mapped import Given
from interop.fhir.reasons import Refusal


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as a resource describes them."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay: where, from when, and to when if it is over."""

    admitted_at: datetime
    discharged_at: datetime | None
    ward_code: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose of cells or antibodies that opens windows."""

    therapy: str
    edition: int | None
    kind: str
    started_at: datetime
    stopped_at: datetime | None
    dose_value: Decimal | None
    dose_unit: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A reading that was due and not made, with the reason given."""

    field: str
    at: str
    said: str
    skip: str
    path: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row for the shared readers, where it stands, and what it may not keep itself."""

    row: Row
    path: str
    status: str = "final"
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(slots=True)
class Decoded:
    """Everything one resource says; `own` is a part of a set that this system sent out."""

    kind: str
    mrn: str = ""
    status: str = "final"
    rows: list[PartRow] = field(default_factory=list)
    absents: list[Absent] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    person: Person | None = None
    visit: Visit | None = None
    given: Given | None = None
    dose: Dose | None = None
    own: dict[str, Any] | None = None
    history: dict[str, Any] | None = None
    check: Any = None  # a neuro check, a symptom under its number, a word on a grade
    report: Any = None
    word: Any = None
