"""Put what rows of a mapped table say in its place: new, known already, or a contradiction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from charting.entry import READERS, Entry, EntryRefusedError
from charting.entry_values import doses_among
from charting.neuro import checked_findings
from charting.symptoms import Report
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Row
from interop.csv.mapped import (
    Given,
    InSet,
    Lab,
    Mapped,
    NeuroPart,
    PastDose,
    Person,
    Setting,
    SymptomFound,
    Weight,
    WholeSet,
)
from interop.csv.outcomes import Reason, Refusal, RefusedError
from interop.tables.held import OF_TABLES, lacks, says_the_same
from interop.tables.wide import set_number

if TYPE_CHECKING:
    from interop.csv.planning import Plan

_DIFFERS: Final = "is stored with other values: correct it there, or give the row a new number"


@dataclass(frozen=True, slots=True)
class NeuroCheck:
    """A neuro check put together from its rows."""

    client_id: UUID
    taken_at: datetime
    findings: dict[str, Any]


@dataclass(slots=True)
class Beside:
    """What a plan stores beside sets, results and treatments."""

    doses: list[PastDose] = field(default_factory=list)
    checks: list[NeuroCheck] = field(default_factory=list)
    reports: list[tuple[UUID, Report]] = field(default_factory=list)


def place(mapped: Sequence[Mapped], made: "Plan", setting: Setting) -> list[Mapped]:
    """Settle what tables say; return what goes the way of every other row."""
    left: list[Mapped] = []
    sets: dict[str, list[InSet]] = defaultdict(list)
    checks: dict[str, list[NeuroPart]] = defaultdict(list)
    for each in mapped:
        if each.row.kind not in OF_TABLES:
            left.append(each)
        elif isinstance(each, InSet):
            sets[each.key].append(each)
        elif isinstance(each, NeuroPart):
            checks[each.key].append(each)
        elif isinstance(each, WholeSet):
            left += _whole(each, made)
        else:
            left += _single(each, made)
    for key, parts in sets.items():
        _set(key, parts, made, setting)
    for key, found in checks.items():
        _check(key, found, made, setting)
    return left


def _single(each: Mapped, made: "Plan") -> list[Mapped]:
    """What stands for itself: kept for storing unless it is known."""
    row = each.row
    if _is_held(each, made):
        made.duplicates.append(row)
        return []
    if isinstance(each, PastDose):
        made.beside.doses.append(each)
        return []
    said = _said(each)
    if said is None:
        return [each]
    if not _is_new(row["set"], [row], said, made):
        return []
    number = set_number(row["set"])
    if isinstance(each, SymptomFound):
        report = Report(each.symptom, each.is_present, each.at, each.grade)
        made.beside.reports.append((number or _mark(row, made), report))
        return []
    if number is not None and isinstance(each, Lab):
        each.result.client_id = number
    elif number is not None:
        made.number_of[id(row)] = number
    return [each]


def _is_held(each: Mapped, made: "Plan") -> bool:
    """Whether a fact without a number of its own is known, by what it says and when."""
    held, patient = made.known.held, made.known.patient
    if isinstance(each, PastDose):
        return (each.therapy, each.started_at) in held.doses
    if isinstance(each, Weight):
        return (each.at, each.weight_kg) in held.weights
    if not isinstance(each, Person) or patient is None:
        return False
    if each.birth_date is not None:
        return patient.birth_date == each.birth_date
    return patient.sex == each.sex


def _said(each: Mapped) -> dict[str, Any] | None:
    """The columns by which a stored fact is told to be the same one."""
    if isinstance(each, Lab):
        # By the value, not its code: what stood under the wrong code left under the right one.
        what = "analyte" if each.result.analyte else "loinc"
        names = (what, "value", "text", "unit", "comparator")
        return {"taken_at": each.at} | {name: getattr(each.result, name) for name in names}
    if isinstance(each, Given):
        return {
            "code": each.code, "started_at": each.started_at, "stopped_at": each.stopped_at,
            "dose_value": each.dose_value, "dose_unit": each.dose_unit,
        }  # fmt: skip
    if isinstance(each, SymptomFound):
        return {"symptom": each.symptom, "is_present": each.is_present, "taken_at": each.at}
    return None


def _is_new(key: str, rows: Iterable[Row], said: dict[str, Any], made: "Plan") -> bool:
    """Whether no fact has this number; else the rows are duplicates, or contradict it."""
    fact = made.known.held.fact(key)
    if made.known.held.is_foreign(key):
        _refuse(rows, made, f"{key} is the number of a fact of another patient")
    elif fact is None:
        return True
    elif says_the_same(fact, said):
        made.duplicates += rows
    else:
        _refuse(rows, made, f"{key} {_DIFFERS}")
    return False


def _whole(each: WholeSet, made: "Plan") -> list[Mapped]:
    row, values = each.row, dict(each.entry.values)
    said = values | {"taken_at": each.entry.taken_at}
    if row["set"] and not _is_new(row["set"], [row], said, made):
        return []
    made.entries.append(each.entry)
    made.set_of[id(row)] = each.entry.client_id
    made.labs += each.labs
    if each.weight and (each.weight.at, each.weight.weight_kg) not in made.known.held.weights:
        made.weights.append(each.weight)
    return []


def _set(key: str, parts: list[InSet], made: "Plan", setting: Setting) -> None:
    fact = made.known.held.fact(key)
    if made.known.held.is_foreign(key):
        _refuse((p.row for p in parts), made, f"{key} is the number of another patient's set")
        return
    fresh = []
    for part in _agreeing(parts, made):
        if fact is None or lacks(fact, [part.field]):
            fresh.append(part)
        elif says_the_same(fact, _as_stored(part)):
            made.duplicates.append(part.row)
        else:
            _refuse([part.row], made, f"set {key} {_DIFFERS}")
    if fresh:
        number = set_number(key) if fact is None else None
        _add(fresh, number, made, setting)


def _as_stored(part: InSet) -> dict[str, Any]:
    """The columns that keep a value: vasopressors stand apart from their doses."""
    if part.field != "vasopressors":
        return {part.field: part.value}
    names = READERS["vasopressors"]("vasopressors", part.value)
    return {"vasopressors": names, "vasopressor_doses": doses_among(part.value) or None}


def _agreeing(parts: list[InSet], made: "Plan") -> list[InSet]:
    """Those of one time and with one value a field; the first said counts."""
    first = parts[0]
    known: dict[str, Any] = {}
    kept = []
    for part in parts:
        if part.at != first.at:
            _refuse([part.row], made, f"its set {part.key} was taken at {first.at:%Y-%m-%d %H:%M}")
        elif known.setdefault(part.field, part.value) != part.value:
            _refuse([part.row], made, f"its set {part.key} has another {part.field} as well")
        else:
            kept.append(part)
    return kept


def _add(parts: list[InSet], number: UUID | None, made: "Plan", setting: Setting) -> None:
    digests = " ".join(sorted(made.digest_of[id(part.row)] for part in parts))
    data: dict[str, Any] = {part.field: part.value for part in parts}
    method = next((part.method for part in parts if part.method), "")
    if method:
        data.setdefault("blood_pressure_method", method)
    data |= {
        "client_id": number or uuid5(NAMESPACE, f"set {digests}"), "taken_at": parts[0].at,
    }  # fmt: skip
    try:
        entry = Entry.parse(data, now=setting.now)
    except EntryRefusedError as refused:
        _refuse((p.row for p in parts), made, refused.errors[0].message, Reason.CONTRADICTION)
        return
    kept = {part.field: _as_entered(part.row) for part in parts}
    made.entries.append(replace(entry, as_entered={**entry.as_entered, **kept}))
    made.set_of |= {id(part.row): entry.client_id for part in parts}


def _as_entered(row: Row) -> dict[str, str]:
    said = {"value": row["value"], "unit": row["unit"], "charted_as": row["charted_as"]}
    return {name: text for name, text in said.items() if text}


def _check(key: str, parts: list[NeuroPart], made: "Plan", setting: Setting) -> None:
    rows = [part.row for part in parts]
    findings = {part.name: part.value for part in parts}
    if len({part.at for part in parts}) > 1 or len(findings) < len(parts):
        _refuse(rows, made, f"the rows of neuro check {key} contradict each other")
        return
    try:
        checked = checked_findings(findings, taken_at=parts[0].at, now=setting.now)
    # Items that are no items at all raise what reading them raises.
    except (EntryRefusedError, AttributeError, TypeError, ValueError, ArithmeticError) as refused:
        _refuse(rows, made, f"the neuro check cannot be: {refused}"[:300])
        return
    said = {name: value for name, value in checked.items() if name in findings}
    if not _is_new(key, rows, said | {"taken_at": parts[0].at}, made):
        return
    number = set_number(key) or _mark(rows[0], made)
    made.beside.checks.append(NeuroCheck(number, parts[0].at, findings))


def _mark(row: Row, made: "Plan") -> UUID:
    return uuid5(NAMESPACE, made.digest_of[id(row)])


def _refuse(
    rows: Iterable[Row], made: "Plan", words: str, reason: Reason = Reason.VALUES_DISAGREE
) -> None:
    made.refused += [Refusal(row, RefusedError(reason, "set", words)) for row in rows]
