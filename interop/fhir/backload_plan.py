"""Plan what one patient's resources become: the shared plan of rows, and facts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from charting.entry import Entry, EntryRefusedError
from charting.history import PastWord
from charting.neuro import checked_findings
from charting.symptoms import faults
from interop.csv.cells import minute
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome
from interop.csv.planning import Known, Plan, plan
from interop.fhir import own
from interop.fhir.decoded import Absent, Dose, PartRow, Person, Visit
from interop.fhir.files import Item
from interop.fhir.identity import client_id
from interop.fhir.reading import Read
from interop.fhir.reasons import NotChartedError, Refusal, Why, of_row, outcome_of


@dataclass(slots=True)
class Arrived:
    """One resource on its way: what it says, and in the end what became of it."""

    item: Item
    read: Read
    refusals: list[Refusal] = field(default_factory=list)
    is_stored: bool = False
    is_duplicate: bool = False
    set_id: UUID | None = None

    @property
    def outcome(self) -> Outcome:
        """Stored when any part is; else what a person may mend goes before what is wrong."""
        if self.is_stored:
            return Outcome.STORED
        if any(each.outcome is Outcome.QUARANTINED for each in self.refusals):
            return Outcome.QUARANTINED
        if self.refusals:
            return Outcome.REJECTED
        return Outcome.DUPLICATE if self.is_duplicate else Outcome.REJECTED

    def refuse(self, why: Why, path: str, words: str) -> None:
        """Add a reason why it was not charted."""
        self.refusals.append(Refusal(path, why.value, words, outcome_of(why)))


@dataclass(slots=True)
class Load:
    """Everything of one patient that will be stored together, or not at all."""

    mrn: str
    plan: Plan
    arrived: list[Arrived]
    person: Person | None = None
    visits: list[Visit] = field(default_factory=list)
    doses: list[tuple[Arrived, Dose]] = field(default_factory=list)
    histories: list[dict[str, Any]] = field(default_factory=list)
    own: list[Entry] = field(default_factory=list)
    words: list[tuple[Arrived, PastWord]] = field(default_factory=list)

    @property
    def holds_anything(self) -> bool:
        """Whether there is something to store."""
        return any(each.is_stored for each in self.arrived)


def load_of(mrn: str, arrived: Sequence[Arrived], *, known: Known, setting: Setting) -> Load:
    """Return the plan for one patient's resources, each of which is given its outcome."""
    rows: list[tuple[Arrived, PartRow]] = []
    for each in arrived:
        each.refusals += each.read.decoded.refusals
        rows += [(each, part) for part in each.read.decoded.rows]
    load = Load(mrn, plan(mrn, [part.row for _, part in rows], known=known, setting=setting),
                list(arrived))  # fmt: skip
    _settle_rows(rows, load.plan)
    for each in arrived:
        _beside(each, load, setting)
    _absences(load, setting)
    load.plan.entries += load.own
    return load


def _settle_rows(rows: Sequence[tuple[Arrived, PartRow]], made: Plan) -> None:
    refused = {id(each.row): each.error for each in made.refused}
    duplicates = {id(row) for row in made.duplicates}
    labs = {id(lab.row): lab.result for lab in made.labs}
    for each, part in rows:
        mark = id(part.row)
        if mark in refused:
            each.refusals.append(of_row(refused[mark], part.path))
        elif mark in duplicates:
            each.is_duplicate = True
        else:
            each.is_stored = True
            each.set_id = each.set_id or made.set_of.get(mark)
            if mark in labs:
                labs[mark].reference_low, labs[mark].reference_high = part.low, part.high
                labs[mark].client_id = own.fact_id(each.item.resource) or labs[mark].client_id
                each.set_id = labs[mark].client_id
    if any(part.status == "preliminary" for _, part in rows):
        _mark_preliminary(rows, made)


def _mark_preliminary(rows: Sequence[tuple[Arrived, PartRow]], made: Plan) -> None:
    """Keep in what was entered that a reading was not final where it came from."""
    sets = {
        made.set_of[id(part.row)]: part.status
        for _, part in rows
        if part.status == "preliminary" and id(part.row) in made.set_of
    }
    made.entries = [
        replace(entry, as_entered={**entry.as_entered, "status": sets[entry.client_id]})
        if entry.client_id in sets
        else entry
        for entry in made.entries
    ]


def _beside(each: Arrived, load: Load, setting: Setting) -> None:
    """What no row says: who somebody is, stays, doses, medicines, our own sets and alerts."""
    decoded = each.read.decoded
    if decoded.person is not None:
        _person(each, decoded.person, load)
    if decoded.visit is not None:
        _visit(each, decoded.visit, load, setting)
    if decoded.given is not None:
        given = decoded.given
        digest = given.row.digest(zone=setting.zone_key)
        if digest in load.plan.known.digests or digest in load.plan.digest_of.values():
            each.is_duplicate = True
            return
        if given.started_at > setting.now:
            each.refuse(Why.FUTURE, decoded.kind, f"{given.started_at} is in the future")
            return
        load.plan.digest_of[id(given.row)] = digest
        load.plan.given.append(given)
        load.plan.stored.append(given.row)
        each.is_stored = True
    if decoded.dose is not None:
        load.doses.append((each, decoded.dose))
        each.is_stored = True
    if decoded.own is not None:
        _own_set(each, decoded.own, load, setting)
    _told(each, load, setting)


def _told(each: Arrived, load: Load, setting: Setting) -> None:
    """What this system alone sends: alerts that are over, checks, symptoms, words on grades."""
    decoded = each.read.decoded
    if decoded.history is not None:
        load.histories.append(decoded.history)
        each.is_stored = True
    if decoded.check is not None or decoded.report is not None:
        _finding(each, load, setting)
    if decoded.word is not None:
        load.words.append((each, decoded.word))
        each.is_stored = True


def _person(each: Arrived, person: Person, load: Load) -> None:
    before = load.plan.known.patient
    born, sex = (before.birth_date, before.sex) if before else (None, "unknown")
    if load.person is not None:
        born, sex = born or load.person.birth_date, load.person.sex
    differs = (born and person.birth_date and born != person.birth_date) or (
        "unknown" not in (sex, person.sex) and sex != person.sex
    )
    if differs:
        words = "birth date or sex differ from those registered under this number"
        each.refuse(Why.DIFFERS, "Patient", words)
        return
    is_known = before is not None and (
        before.birth_date == person.birth_date or person.birth_date is None
    )
    each.is_duplicate = is_known or load.person is not None
    each.is_stored = not each.is_duplicate
    load.person = load.person or person


def _visit(each: Arrived, visit: Visit, load: Load, setting: Setting) -> None:
    if not visit.is_over:
        words = "is not over: a file never opens a stay"
        each.refuse(Why.NO_END, "Encounter.period.end", words)
    elif setting.ward is None:
        each.refuse(Why.NO_WARD, "Encounter.location", "a stay is on a ward: name it with --ward")
    else:
        load.visits.append(visit)
        each.is_stored = True


def _finding(each: Arrived, load: Load, setting: Setting) -> None:
    """A neuro check or a symptom, if its door would take it."""
    check, report = each.read.decoded.check, each.read.decoded.report
    try:
        if check is not None:
            checked_findings(check.findings, taken_at=check.taken_at, now=setting.now)
        elif wrong := faults(report[1], now=setting.now):
            raise EntryRefusedError(wrong)
    except EntryRefusedError as refused:
        error = refused.errors[0]
        each.refuse(Why.IMPOSSIBLE, "Observation.component", f"{error.field}: {error.message}")
        return
    if check is not None:
        load.plan.beside.checks.append(check)
    else:
        load.plan.beside.reports.append(report)
    each.set_id = check.client_id if check is not None else report[0]
    each.is_stored = True


def _own_set(each: Arrived, said: dict[str, Any], load: Load, setting: Setting) -> None:
    try:
        entry = entry_of(said, setting)
    except NotChartedError as error:
        each.refusals.append(error.refusal)
        return
    each.set_id = entry.client_id
    load.own.append(entry)
    each.is_stored = True


def entry_of(said: dict[str, Any], setting: Setting) -> Entry:
    """The entry of a set that this system sent out; raises NotChartedError."""
    values = dict(said["values"])
    for dose in values.pop("vasopressor_doses", None) or ():
        from decimal import Decimal

        pressors = [each for each in values.get("vasopressors") or () if each != dose["drug"]]
        exact = {**dose, "dose": Decimal(str(dose["dose"]))}
        values["vasopressors"] = [*pressors, exact]
    data = {**values, "client_id": said["client_id"], "taken_at": said["taken_at"]}
    if said["charted_at"]:
        data["charted_at"] = said["charted_at"]
    try:
        return Entry.parse(data, now=setting.now)
    except EntryRefusedError as refused:
        error = refused.errors[0]
        words = f"{error.field}: {error.message}"
        raise NotChartedError(Why.IMPOSSIBLE, "Observation.component", words) from refused


def _absences(load: Load, setting: Setting) -> None:
    """Join what was not measured to the set of its minute, or make it a set of its own."""
    for each in load.arrived:
        for absent in each.read.decoded.absents:
            _absence(each, absent, load, setting)


def _absence(each: Arrived, absent: Absent, load: Load, setting: Setting) -> None:
    mark = client_id(f"{each.read.mark} {absent.path} absent")
    kept = {absent.field: {"absent": absent.said}}
    try:
        entry = Entry.parse(
            {"client_id": mark, "taken_at": absent.at, "skipped": {absent.field: absent.skip}},
            now=setting.now,
        )
    except EntryRefusedError as refused:
        error = refused.errors[0]
        each.refuse(Why.FUTURE, absent.path, f"{error.field}: {error.message}")
        return
    each.is_stored = True
    for index, other in enumerate(load.plan.entries):
        if minute(other.taken_at) == minute(entry.taken_at):
            each.set_id = other.client_id
            if absent.field not in other.values:
                skipped = {**other.values.get("skipped", {}), absent.field: absent.skip}
                load.plan.entries[index] = replace(
                    other,
                    values={**other.values, "skipped": skipped},
                    as_entered={**other.as_entered, **kept},
                )
            return
    each.set_id = entry.client_id
    load.plan.entries.append(replace(entry, as_entered=kept))
