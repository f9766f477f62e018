"""What a board shows, as plain rows: six queries, however many patients and long a past."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from alerts.models import Alert, NurseAssignment
from charting.models import PatientState
from grading.models import Assessment
from grading.services import SCALE
from patients.medicines import CLASS_OF, TreatmentClass
from patients.models import PlannedDose, Treatment
from screens.boards import trend
from staff.models import User, Ward
from vitals.models import LabResult, NeuroAssessment

_A_DAY: Final = timedelta(hours=25)  # the longest a calendar day is
TOCILIZUMAB: Final = "tocilizumab"
# What runs through a line and has to be watched.
_RUNNING: Final = frozenset(
    code
    for code, each in CLASS_OF.items()
    if each in {TreatmentClass.VASOPRESSOR, TreatmentClass.VASOPRESSIN, TreatmentClass.INOTROPE}
) | {"maintenance_fluid"}


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


_DUE: Final = "patient__due_set__"
_SET: Final = "latest_set__"
_COLUMNS: Final = (
    "pk", "doses", "bed_id", "bed__label",
    "patient__mrn", "patient__family_name", "patient__given_name",
    *(_DUE + name for name in (
        "due_at", "interval_minutes", "overdue_at", "neuro_due_at", "neuro_interval_minutes",
        "labs_due_at", "labs_interval_minutes", "paused_until", "sleep_from", "sleep_until",
        "icu_until", "home_until", "palliative_until",
    )),
    *(_SET + name for name in (
        "taken_at", "temperature_celsius", "heart_rate_bpm", "respirations_per_minute",
        "systolic_mmhg", "diastolic_mmhg", "spo2_percent", "oxygen_device", "oxygen_flow_lpm",
        "worried",
    )),
    "latest_assessment__grade", "latest_assessment__at_least", "latest_assessment__flags",
    "latest_icans__grade", "latest_icans__at_least", "latest_icans__taken_at",
    "latest_confirmation__decision", "latest_confirmation__grade",
    "before", "has_neuro_baseline",
)  # fmt: skip
# Grade and lower bound as one number, for a subquery has one column (trend.decoded).
_CODE: Final = F("at_least") * 2 + Case(
    When(grade=None, then=Value(1)), default=Value(0), output_field=IntegerField()
)
_USER: Final = ("first_name", "last_name", "username")


def facts_of(ward: Ward, *, now: datetime, neutrophils_hold: timedelta) -> list[Facts]:
    """Return the facts of everybody on the ward now; six queries."""
    rows = [Row._make(values) for values in _states().filter(ward_id=ward.pk)]
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


@cache
def _states() -> "QuerySet[PatientState, tuple[Any, ...]]":
    """Every state row with what belongs to it; built once, for to name forty columns takes time."""
    baselines = NeuroAssessment.objects.filter(
        patient_id=OuterRef("pk"), is_baseline=True
    ).in_force()
    return (
        PatientState.objects.annotate(
            before=Coalesce(_standing_before(), _first_since()),
            has_neuro_baseline=Exists(baselines),
        )
        .order_by()
        .values_list(*_COLUMNS)
    )


def _standing_before() -> Subquery:
    """The grade that stood when the six hours up to the newest set began, if one was known then."""
    newest = OuterRef("latest_taken_at")
    rows = _grades().filter(
        taken_at__lte=newest - trend.OVER, taken_at__gt=newest - trend.LOOKS_BACK
    )
    return Subquery(rows.order_by("-taken_at").values(code=_CODE)[:1])


def _first_since() -> Subquery:
    """The oldest grade of the six hours up to the newest set, that set apart."""
    newest = OuterRef("latest_taken_at")
    rows = _grades().filter(taken_at__gt=newest - trend.OVER, taken_at__lt=newest)
    return Subquery(rows.order_by("taken_at").values(code=_CODE)[:1])


def _grades() -> "QuerySet[Assessment]":
    """CRS grades of the outer patient that are in force."""
    return Assessment.objects.filter(patient_id=OuterRef("pk"), scale=SCALE).in_force()


def _alerts(ward: Ward) -> defaultdict[int, list[AlertRow]]:
    found: defaultdict[int, list[AlertRow]] = defaultdict(list)
    rows = Alert.objects.filter(ward=ward).not_closed().order_by("severity", "raised_at", "pk")
    for *plain, has, puts in _with_names(
        rows,
        ("patient_id", "code", "rule", "severity", "state", "version", "rung", "raised_at",
         "is_provisional"),
        ("acknowledged_by", "snoozed_by"),
    ):  # fmt: skip
        owner = has if plain[4] == "acknowledged" else puts if plain[4] == "snoozed" else None
        found[plain[0]].append(AlertRow._make([*plain, owner]))
    return found


def _nurses(ward: Ward, *, now: datetime) -> defaultdict[int, list[tuple[int, str]]]:
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = NurseAssignment.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), patient__state__ward=ward, starts_at__lte=now
    ).order_by("starts_at", "pk")
    for patient_id, nurse_id, who in _with_names(rows, ("patient_id", "nurse_id"), ("nurse",)):
        found[patient_id].append((nurse_id, name_of(*who)))
    return found


def _with_names(
    rows: "QuerySet[Any]", plain: Sequence[str], people: Sequence[str]
) -> Iterable[list[Any]]:
    """Plain columns, then for each person first name, last name and user name; None for nobody."""
    names = [f"{person}__{name}" for person in people for name in _USER]
    for values in rows.values_list(*plain, *names):
        kept = list(values[: len(plain)])
        for index in range(len(people)):
            at = len(plain) + index * len(_USER)
            who = values[at : at + len(_USER)]
            kept.append(None if who[-1] is None else tuple(who))
        yield kept


def _treatments(
    ward: Ward, *, now: datetime
) -> tuple[defaultdict[int, int], defaultdict[int, int]]:
    """Doses of tocilizumab, and what runs now, by patient."""
    given, running = defaultdict[int, int](int), defaultdict[int, int](int)
    rows = (
        Treatment.objects.filter(patient__state__ward=ward, started_at__lte=now)
        .filter(
            Q(code=TOCILIZUMAB)
            | (Q(code__in=_RUNNING) & (Q(stopped_at=None) | Q(stopped_at__gt=now)))
        )
        .in_force()
    )
    for patient_id, code in rows.order_by().values_list("patient_id", "code"):
        (given if code == TOCILIZUMAB else running)[patient_id] += 1
    return given, running


def _neutrophils(ward: Ward, *, since: datetime, until: datetime) -> dict[int, Decimal | None]:
    """The newest count of each patient that still holds."""
    rows = LabResult.objects.filter(
        patient__state__ward=ward, analyte="neutrophils", taken_at__gt=since, taken_at__lte=until
    ).in_force()
    return dict(rows.order_by("taken_at", "pk").values_list("patient_id", "canonical_value"))


def _planned(ward: Ward, *, now: datetime) -> defaultdict[int, list[tuple[str, str, datetime]]]:
    """Doses planned for about now: product, kind and moment; the tile says which are today."""
    found: defaultdict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
    rows = PlannedDose.objects.filter(
        patient__state__ward=ward, planned_at__gt=now - _A_DAY, planned_at__lt=now + _A_DAY
    ).in_force()
    values = rows.order_by("planned_at", "pk").values_list(
        "patient_id", "therapy", "kind", "planned_at"
    )
    for patient_id, therapy, kind, planned_at in values:
        found[patient_id].append((therapy, kind, planned_at))
    return found


def _more_than_once(names: Iterable[str]) -> frozenset[str]:
    seen, again = set[str](), set[str]()
    for name in names:
        (again if name in seen else seen).add(name)
    return frozenset(again - {""})
