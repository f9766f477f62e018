"""Decide, for one patient, where every row goes; nothing is stored yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from charting.entry import Entry, EntryRefusedError
from interop.csv import drugs, grouping, laboratory, oxygen, people, running, vitals
from interop.csv.grouping import GroupedSet
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Kind, Row
from interop.csv.mapped import (
    DeviceNotAgreed,
    Given,
    Lab,
    Mapped,
    Person,
    RateCharted,
    Reading,
    Setting,
    Visit,
    Weight,
)
from interop.csv.outcomes import Reason, Refusal, RefusedError
from interop.tables import placing, tidy, wide
from interop.tables.held import Held
from interop.tables.placing import Beside
from patients.models import Patient, Sex, Treatment

_MAPPERS: Final[dict[Kind, Callable[[Row, Setting], Mapped]]] = {
    Kind.ENCOUNTERS: people.map_visit,
    Kind.ICU_STAYS: drugs.map_icu_stay,
    Kind.VITALS: vitals.map_vital,
    Kind.OXYGEN: oxygen.map_oxygen,
    Kind.LABS: laboratory.map_lab,
    Kind.INFUSIONS: drugs.map_infusion,
    Kind.RATES: drugs.map_rate,
    Kind.GCS: oxygen.map_gcs,
    Kind.WIDE: wide.map_wide,
    Kind.TIDY: tidy.map_tidy,
}


@dataclass(slots=True)
class Known:
    """What the system holds of the patient already."""

    patient: Patient | None = None
    digests: frozenset[str] = frozenset()
    running: Mapping[str, Treatment] = field(default_factory=dict)
    held: Held = field(default_factory=Held)


@dataclass(slots=True)
class Plan:
    """Where every row of one patient goes, and what will be stored."""

    mrn: str
    known: Known
    digest_of: dict[int, str] = field(default_factory=dict)  # by the identity of the row
    stored: list[Row] = field(default_factory=list)
    duplicates: list[Row] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    sex: str = Sex.UNKNOWN.value
    birth_date: date | None = None
    visits: list[Visit] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    ends: list[tuple[Treatment, datetime]] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    labs: list[Lab] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    set_of: dict[int, UUID] = field(default_factory=dict)  # client id, by identity of the row
    number_of: dict[int, UUID] = field(default_factory=dict)  # of treatments that bring their own
    beside: Beside = field(default_factory=Beside)

    @property
    def registers(self) -> bool:
        """Whether the patient is new to the system."""
        return self.known.patient is None and bool(self.stored)

    def span(self) -> tuple[datetime, datetime] | None:
        """From the first to the last moment that will be stored; None for no moment at all."""
        moments = [entry.taken_at for entry in self.entries]
        moments += [lab.at for lab in self.labs] + [weight.at for weight in self.weights]
        for given in self.given:
            moments += [given.started_at, given.stopped_at or given.started_at]
        moments += [dose.started_at for dose in self.beside.doses]
        moments += [check.taken_at for check in self.beside.checks]
        return (min(moments), max(moments)) if moments else None


def plan(mrn: str, rows: Sequence[Row], *, known: Known, setting: Setting) -> Plan:
    """Return the plan for one patient's rows."""
    made = Plan(mrn, known)
    if known.patient is not None:
        made.sex, made.birth_date = known.patient.sex, known.patient.birth_date
    mapped: list[Mapped] = []
    fresh, before = _fresh(rows, made, setting)
    for row in fresh:
        try:
            mapped.append(_mapped(row, made, setting))
        except RefusedError as error:
            made.refused.append(Refusal(row, error))
    left = placing.place(mapped, made, setting)
    _sort(left, _oxygen_again(before, setting), made, setting)
    gone = {id(refusal.row) for refusal in made.refused} | {id(row) for row in made.duplicates}
    made.stored = [
        each.row
        for each in mapped
        if not isinstance(each, DeviceNotAgreed) and id(each.row) not in gone
    ]
    return made


def _fresh(rows: Iterable[Row], made: Plan, setting: Setting) -> tuple[list[Row], list[Row]]:
    """Set aside repeats within these files; return the new rows, and those stored before."""
    fresh: list[Row] = []
    before: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        digest = row.digest(zone=setting.zone_key)
        made.digest_of[id(row)] = digest
        if digest in seen or digest in made.known.digests:
            made.duplicates.append(row)
        else:
            fresh.append(row)
        if digest in made.known.digests:
            before.append(row)
        seen.add(digest)
    return fresh, before


def _oxygen_again(before: Iterable[Row], setting: Setting) -> list[Reading]:
    """Read the oxygen stored before once more.

    Whether a flow belongs to a device depends on what else stood in its minute; a
    second run must come to the same answer as the first.
    """
    again = []
    for row in before:
        if row.kind is Kind.OXYGEN:
            try:
                reading = oxygen.map_oxygen(row, setting)
            except RefusedError:
                continue
            if isinstance(reading, Reading):
                again.append(reading)
    return again


def _mapped(row: Row, made: Plan, setting: Setting) -> Mapped:
    if row.kind is Kind.PATIENTS:
        return _agreed(people.map_person(row, setting, made.warnings), made)
    found = _MAPPERS[row.kind](row, setting)
    return _agreed(found, made) if isinstance(found, Person) else found


def _agreed(person: Person, made: Plan) -> Person:
    """Take who the patient is; raises RefusedError where it was known otherwise."""
    for column, before, now in (
        ("gender", made.sex if made.sex != Sex.UNKNOWN else None, person.sex),
        ("dob", made.birth_date, person.birth_date),
    ):
        if before and now and now != Sex.UNKNOWN and before != now:
            words = "differs from what is registered for this patient"
            raise RefusedError(Reason.DIFFERS, column, words)
    made.sex = person.sex if person.sex != Sex.UNKNOWN else made.sex
    made.birth_date = person.birth_date or made.birth_date
    return person


def _sort(
    mapped: Sequence[Mapped], before: Sequence[Reading], made: Plan, setting: Setting
) -> None:
    readings: list[Reading] = []
    not_agreed: list[DeviceNotAgreed] = []
    rates: list[RateCharted] = []
    places: dict[type[Any], list[Any]] = {
        Reading: readings,
        DeviceNotAgreed: not_agreed,
        RateCharted: rates,
        Given: made.given,
        Weight: made.weights,
        Lab: made.labs,
        Visit: made.visits,
        Person: [],
    }
    for each in mapped:
        places[type(each)].append(each)
    made.refused += [Refusal(each.row, each.error) for each in not_agreed]
    stretches = running.stretches_of(rates, running=made.known.running)
    made.given += stretches.given
    made.ends = stretches.ends
    made.refused += stretches.refused
    still_open = sum(given.stopped_at is None for given in stretches.given)
    if still_open:
        made.warnings.append("a medicine has no charted end: it counts as running")
    sets, contradictions = grouping.grouped(readings, not_agreed, before=before)
    made.refused += contradictions
    for each_set in sets:
        _add_entry(each_set, made, setting)


def _add_entry(each: GroupedSet, made: Plan, setting: Setting) -> None:
    digests = sorted(made.digest_of[id(row)] for row in each.rows)
    data: dict[str, Any] = {reading.field: reading.value for reading in each.readings}
    method = next((reading.method for reading in each.readings if reading.method), "")
    if method:
        data["blood_pressure_method"] = method
    data |= {"client_id": uuid5(NAMESPACE, f"set {' '.join(digests)}"), "taken_at": each.taken_at}
    try:
        entry = Entry.parse(data, now=setting.now)
    except EntryRefusedError as refused:
        for row in each.rows:
            words = refused.errors[0].message
            made.refused.append(Refusal(row, RefusedError(Reason.CONTRADICTION, "value", words)))
        return
    made.entries.append(replace(entry, as_entered=_as_entered(each)))
    made.set_of |= {id(row): entry.client_id for row in each.rows}


def _as_entered(each: GroupedSet) -> dict[str, Any]:
    """Value, unit and name as charted, by field; a list where several rows said the same."""
    kept: dict[str, list[dict[str, str]]] = {}
    for reading in each.readings:
        row = reading.row
        said = {
            "value": row["value"] or row["value_text"] or row["gcs"],
            "unit": row["unit_as_charted"] or row["unit"],
            "charted_as": row["charted_as"],
        }
        if reading.field == oxygen.DEVICE:
            said["value"] = row["value_text"] or row["value"]
        kept.setdefault(reading.field, []).append({k: v for k, v in said.items() if v})
    return {field: said[0] if len(said) == 1 else said for field, said in kept.items()}
