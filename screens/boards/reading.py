"""What a board shows, as plain rows: six queries, however many patients and long a past."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from screens.boards import questions
from staff.models import User, Ward

_A_DAY: Final = timedelta(hours=25)  # the longest a calendar day is


class Row(NamedTuple):
    """The columns of one patient's state; None is not recorded."""

    pk: int
    doses: list[dict[str, Any]]
    bed_id: int | None
    bed: str | None
    mrn: str
    family_name: str
    given_name: str
    due_at: datetime | None
    interval_minutes: int | None
    overdue_at: datetime | None
    neuro_due_at: datetime | None
    neuro_interval_minutes: int | None
    labs_due_at: datetime | None
    labs_interval_minutes: int | None
    paused_until: datetime | None
    sleep_from: datetime | None
    sleep_until: datetime | None
    icu_until: datetime | None
    home_until: datetime | None
    palliative_until: datetime | None
    set_at: datetime | None
    temperature_celsius: Decimal | None
    heart_rate_bpm: int | None
    respirations_per_minute: int | None
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    spo2_percent: Decimal | None
    oxygen_device: str | None
    oxygen_flow_lpm: Decimal | None
    worried: bool | None
    grade: int | None
    at_least: int | None
    grade_flags: list[str] | None
    icans: int | None
    icans_at_least: int | None
    icans_at: datetime | None
    said_decision: str | None
    said_grade: int | None
    before: int | None
    has_neuro_baseline: bool


class AlertRow(NamedTuple):
    """An alert that is not closed, and who has it."""

    patient_id: int
    code: str
    rule: str
    severity: str
    state: str
    version: int
    rung: int
    raised_at: datetime
    is_provisional: bool
    owner: tuple[str, str, str] | None


class Facts(NamedTuple):
    """Everything a tile is made of; equal facts make equal tiles until a known moment."""

    row: Row
    alerts: tuple[AlertRow, ...]
    nurses: tuple[tuple[int, str], ...]
    tocilizumab: int
    running: int
    neutrophils: Decimal | None
    planned: tuple[tuple[str, str, datetime], ...]
    shares_surname: bool


def facts_of(ward: Ward, *, now: datetime, neutrophils_hold: timedelta) -> list[Facts]:
    """Return the facts of everybody on the ward now; six queries."""
    rows = [Row._make(values) for values in questions.STATES(ward=ward.pk)]
    alerts = _alerts(ward)
    nurses = _nurses(ward, now=now)
    given, running = _treatments(ward, now=now)
    planned = _planned(ward, now=now)
    counts = _neutrophils(ward, since=now - neutrophils_hold, until=now)
    shared = _more_than_once(row.family_name.strip().casefold() for row in rows)
    return [
        Facts(
            row,
            tuple(alerts[row.pk]),
            tuple(nurses[row.pk]),
            given[row.pk],
            running[row.pk],
            counts.get(row.pk),
            tuple(planned[row.pk]),
            shares_surname=row.family_name.strip().casefold() in shared,
        )
        for row in rows
    ]


def name_of(first: str, last: str, username: str) -> str:
    """The name of a person, as User.display_name says it."""
    return User(first_name=first, last_name=last, username=username).display_name()


def _alerts(ward: Ward) -> defaultdict[int, list[AlertRow]]:
    found: defaultdict[int, list[AlertRow]] = defaultdict(list)
    for *plain, has, puts in _named(questions.ALERTS(ward=ward.pk), people=2):
        owner = has if plain[4] == "acknowledged" else puts if plain[4] == "snoozed" else None
        found[plain[0]].append(AlertRow._make([*plain, owner]))
    return found


def _nurses(ward: Ward, *, now: datetime) -> defaultdict[int, list[tuple[int, str]]]:
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for patient_id, nurse_id, who in _named(questions.NURSES(ward=ward.pk, now=now), people=1):
        found[patient_id].append((nurse_id, name_of(*who)))
    return found


def _named(rows: Iterable[tuple[Any, ...]], *, people: int) -> Iterable[list[Any]]:
    """Each row with its people as one value at the end; None for nobody."""
    for values in rows:
        plain = len(values) - people * len(questions.NAME)
        whos = (
            values[at : at + len(questions.NAME)]
            for at in range(plain, len(values), len(questions.NAME))
        )
        yield [*values[:plain], *(None if who[-1] is None else who for who in whos)]


def _treatments(
    ward: Ward, *, now: datetime
) -> tuple[defaultdict[int, int], defaultdict[int, int]]:
    """Doses of tocilizumab, and what runs now, by patient."""
    given, running = defaultdict[int, int](int), defaultdict[int, int](int)
    for patient_id, code in questions.TREATMENTS(ward=ward.pk, now=now):
        (given if code == questions.TOCILIZUMAB else running)[patient_id] += 1
    return given, running


def _neutrophils(ward: Ward, *, since: datetime, until: datetime) -> dict[int, Decimal | None]:
    """The newest count of each patient that still holds."""
    return dict(questions.NEUTROPHILS(ward=ward.pk, since=since, until=until))


def _planned(ward: Ward, *, now: datetime) -> defaultdict[int, list[tuple[str, str, datetime]]]:
    """Doses planned for about now: product, kind and moment; the tile says which are today."""
    found: defaultdict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
    rows = questions.PLANNED(ward=ward.pk, after=now - _A_DAY, before=now + _A_DAY)
    for patient_id, therapy, kind, planned_at in rows:
        found[patient_id].append((therapy, kind, planned_at))
    return found


def _more_than_once(names: Iterable[str]) -> frozenset[str]:
    seen, again = set[str](), set[str]()
    for name in names:
        (again if name in seen else seen).add(name)
    return frozenset(again - {""})
