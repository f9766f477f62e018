"""What the system holds of the facts that rows name by number: the same, another, or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from interop.csv.kinds import Kind, Row
from interop.tables.wide import set_number
from patients.models import Patient, Treatment
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

OF_TABLES: Final = frozenset({Kind.WIDE, Kind.TIDY})
_MODELS: Final = (ObservationSet, LabResult, NeuroAssessment, SymptomReport, Treatment)
_AT_ONCE: Final = 400

Fact = ObservationSet | LabResult | NeuroAssessment | SymptomReport | Treatment


@dataclass(slots=True)
class Held:
    """Facts by the numbers that rows of one patient name, and doses and weights by their time."""

    facts: dict[UUID, Fact] = field(default_factory=dict)
    foreign: set[UUID] = field(default_factory=set)
    doses: set[tuple[str, datetime]] = field(default_factory=set)
    weights: set[tuple[datetime, Decimal]] = field(default_factory=set)

    def fact(self, key: str) -> Fact | None:
        """The patient's fact of this number."""
        number = set_number(key)
        return self.facts.get(number) if number else None

    def is_foreign(self, key: str) -> bool:
        """Whether the number is of a fact of another patient."""
        number = set_number(key)
        return number in self.foreign


def named_by(rows: Sequence[Row], patient: Patient | None) -> Held:
    """Read what these rows name; nothing for rows of other kinds."""
    if not any(row.kind in OF_TABLES for row in rows):
        return Held()
    held = Held()
    numbers = sorted({number for row in rows if (number := set_number(row["set"]))})
    for model in _MODELS:
        for start in range(0, len(numbers), _AT_ONCE):
            portion = numbers[start : start + _AT_ONCE]
            for fact in model.objects.filter(client_id__in=portion):
                own = patient is not None and fact.patient_id == patient.pk
                if own:
                    held.facts[fact.client_id] = fact
                else:
                    held.foreign.add(fact.client_id)
    if patient is not None:
        held.doses = {*patient.infusions.in_force().values_list("therapy", "started_at")}
        held.weights = {*patient.weights.in_force().values_list("measured_at", "weight_kg")}
    return held


def says_the_same(fact: Fact, values: Mapping[str, Any]) -> bool:
    """Whether each of these values is the fact's own."""
    return all(getattr(fact, name, None) == value for name, value in values.items())


def lacks(fact: Fact, names: Iterable[str]) -> bool:
    """Whether none of these was recorded in the fact."""
    return all(getattr(fact, name, None) in (None, "") for name in names)
