"""The monitored patients of some wards, each with its alerts: two queries, however many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from alerts.models import Alert, AlertState, DueSet
from alerts.policy import Severity
from charting.models import PatientState
from vitals import schedule


@dataclass(frozen=True, slots=True)
class Watched:
    """One patient as lists show them: the state row and the alerts not closed."""

    state: PatientState
    alerts: tuple[Alert, ...]
    shares_surname: bool = False


def states() -> QuerySet[PatientState]:
    """State rows with all that a list shows of them, in one query.

    What a grade rests on is large and not for lists; it is left in the database.
    """
    return PatientState.objects.select_related(
        "patient",
        "patient__due_set",
        "ward",
        "bed",
        "latest_set",
        "latest_assessment",
        "latest_icans",
        "latest_confirmation",
    ).defer(
        "latest_assessment__course",
        "latest_assessment__evidence",
        "latest_icans__course",
        "latest_icans__evidence",
        "latest_icans__because",
    )


# What lists and tiles show, and nothing else: most columns of a set are not on the board.
_SHOWN = (
    "doses", "at_least_before",
    "patient__mrn", "patient__family_name", "patient__given_name", "patient__birth_date",
    *(f"patient__due_set__{name}" for name in (
        "due_at", "interval_minutes", "neuro_due_at", "neuro_interval_minutes", "labs_due_at",
        "labs_interval_minutes", "paused_until", "sleep_from", "sleep_until", "icu_until",
        "home_until", "palliative_until",
    )),
    "ward__name", "ward__code", "ward__time_zone", "bed__label",
    *(f"latest_set__{name}" for name in (
        "taken_at", "temperature_celsius", "heart_rate_bpm", "respirations_per_minute",
        "systolic_mmhg", "diastolic_mmhg", "spo2_percent", "oxygen_device", "oxygen_flow_lpm",
        "worried",
    )),
    *(f"latest_assessment__{name}" for name in ("grade", "at_least", "outcome", "flags")),
    *(f"latest_icans__{name}" for name in ("grade", "at_least", "outcome", "taken_at")),
    *(f"latest_confirmation__{name}" for name in ("decision", "grade")),
)  # fmt: skip


def watched(ward_ids: Iterable[int], *, now: datetime) -> list[Watched]:
    """Return the patients now on these wards, most urgent first."""
    wards = frozenset(ward_ids)
    rows = list(states().defer(None).only(*_SHOWN).filter(ward_id__in=wards))
    alerts = open_alerts(wards)
    names = [_surname(state) for state in rows]
    found = [
        Watched(state, tuple(alerts[state.pk]), shares_surname=names.count(name) > 1 and name != "")
        for state, name in zip(rows, names, strict=True)
    ]
    return sorted(found, key=lambda each: urgency(each, now=now))


def open_alerts(ward_ids: frozenset[int]) -> defaultdict[int, list[Alert]]:
    """Return the alerts not closed on these wards, by patient, gravest first."""
    by_patient: defaultdict[int, list[Alert]] = defaultdict(list)
    rows = Alert.objects.on_wards(ward_ids).not_closed().select_related("acknowledged_by", "ward")
    for alert in rows.order_by("severity", "raised_at", "pk"):
        by_patient[alert.patient_id].append(alert)
    return by_patient


def urgency(each: Watched, *, now: datetime) -> tuple[bool, int, float, str, int]:
    """Order: an unanswered P1, then the grade that the values force, then how overdue."""
    assessment = each.state.latest_assessment
    due = due_of(each.state)
    ratio = overdue_ratio(due, now=now) if due else 0.0
    bed = each.state.bed.label if each.state.bed else ""
    grade = assessment.at_least if assessment else 0
    return (not unanswered_p1(each.alerts), -grade, -ratio, bed, each.state.pk)


def unanswered_p1(alerts: Sequence[Alert]) -> bool:
    """Whether somebody is in danger and nobody has answered."""
    return any(a.severity == Severity.P1 and a.state == AlertState.OPEN for a in alerts)


def due_of(state: PatientState) -> DueSet | None:
    """Return when the patient's next set is due; None when none was planned."""
    due: DueSet | None = getattr(state.patient, "due_set", None)
    return due


def overdue_ratio(due: DueSet, *, now: datetime) -> float:
    """Minutes late per minute of interval; 0 while not late."""
    return schedule.overdue_ratio(now=now, due_at=due.due_at, interval_minutes=due.interval_minutes)


def _surname(state: PatientState) -> str:
    return state.patient.family_name.strip().casefold()
