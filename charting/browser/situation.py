"""All that a tablet needs of a patient to grade the next set as the door would.

Every moment is ISO text. What is in here was charted by `as_of`; what others chart later is
not, and a tablet says so beside its answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from alerts import rulebook
from alerts.policy import breaches
from charting import state
from charting.alerting_facts import BASELINE_WITHIN, FIELDS, LOOK_BACK, reading_of
from charting.browser import generate
from charting.browser.spans import Calendar, course_facts, run_of, spans
from charting.models import PatientState
from grading import course_state
from grading.course import EPISODE_CLOSES_AFTER, MAY_HIDE_FEVER_FOR, CourseState, DrugGiven
from grading.models import Assessment
from grading.reading import drugs_of
from grading.services import SCALE
from patients.models import Treatment
from patients.windows import course_start
from vitals.models import LabResult, NeuroAssessment, ObservationSet

# A set older than this is history: it pages nobody, and a tablet leaves it to the server.
BACK: Final = timedelta(hours=24)
AHEAD: Final = timedelta(hours=36)  # three times as long as a tablet may keep it
_WHAT: Final = ("waives_fever", "is_vasopressor", "is_vasopressin", "is_inotrope", "is_bolus")

Situation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the database says of several patients, by patient."""

    drugs: Mapping[int, Sequence[DrugGiven]]
    rows: Mapping[int, Sequence[Mapping[str, Any]]]
    counts: Mapping[int, Sequence[tuple[datetime, Decimal]]]
    courses: Mapping[int, Sequence[tuple[datetime, str | None]]]
    checks: Mapping[int, Sequence[Mapping[str, Any]]]


def situation_of(current: PatientState, now: datetime) -> Situation:
    """One patient's situation: five queries, besides those for a row that was read bare."""
    return situations_of([current], now=now)[current.pk]


def situations_of(states: Sequence[PatientState], *, now: datetime) -> dict[int, Situation]:
    """The situations of a ward by patient: five queries, however many patients there are.

    The rows should be read with `patient`, `ward` and `latest_assessment`.
    """
    read = _read(states, now=now)
    table = generate.digest()
    return {each.pk: _situation(each, read, table=table, now=now) for each in states}


def _situation(current: PatientState, read: _Read, *, table: str, now: datetime) -> Situation:
    latest = current.latest_assessment
    course = course_state.from_json(latest.course if latest else {})
    newest_at = current.latest_taken_at
    since = now - BACK if newest_at is None else max(newest_at, now - BACK)
    rows = read.rows.get(current.pk, ())
    calendar = Calendar(current.patient, state.doses_of(current), state.zone_of(current))
    stretches = spans(calendar, rows, since=since, until=now + AHEAD)
    line = rulebook.current().a01.neutrophils_below_10e9_per_liter
    recent = [row for row in rows if row["taken_at"] >= since - LOOK_BACK]
    return {
        "table": table,
        "as_of": now.isoformat(),
        "newest_at": _text(newest_at),
        "until": (now + AHEAD).isoformat(),
        **_course(course, latest),
        "drugs": [
            _drug(drug)
            for drug in read.drugs.get(current.pk, ())
            if _still_counts(drug, course, since=since)
        ],
        "spans": [
            span | _runs(recent, calendar, rows, at=datetime.fromisoformat(span["from"]))
            for span in stretches
        ],
        **_earlier(recent),
        "neutrophils": [
            {
                "at": at.isoformat(),
                "few": count < line,
            }
            for at, count in read.counts.get(current.pk, ())
        ],
        "resolved": _resolved(read.courses.get(current.pk, ())),
        "neuro": _neuro(read.checks.get(current.pk, ()), since=since),
    }


def _course(course: CourseState, latest: Assessment | None) -> Situation:
    """The course after the newest set: what is carried, and where the episode stands."""
    plain = course_state.to_json(course)
    return {
        "known": {
            group: {"values": row["values"], "at": row["at"]}
            for group, row in plain["known"].items()
        },
        "episode": plain["episode"],
        "fever": plain["fever"],
        "zero": plain["zero"],
    }


def _drug(drug: DrugGiven) -> Situation:
    return {
        "code": drug.code,
        "from": drug.started_at.isoformat(),
        "until": _text(drug.stopped_at),
        "is": [name for name in _WHAT if getattr(drug, name)],
    }


def _still_counts(drug: DrugGiven, course: CourseState, *, since: datetime) -> bool:
    """Whether a drug can still matter to a set after the newest one."""
    if not any(getattr(drug, name) for name in _WHAT):
        return False
    opened = course.episode_opened_at
    if drug.waives_fever and opened is not None and drug.started_at >= opened:
        return True
    if drug.stopped_at is None and not (drug.waives_fever or drug.is_bolus):
        return True
    longest = max(MAY_HIDE_FEVER_FOR, EPISODE_CLOSES_AFTER)
    return (drug.stopped_at or drug.started_at) >= since - longest - timedelta(seconds=1)


def _runs(
    recent: Sequence[Mapping[str, Any]],
    of: Calendar,
    rows: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> Situation:
    """The readings beyond a limit that a second one would confirm, by what was measured."""
    book, facts = rulebook.current(), course_facts(of, rows, at=at)
    readings = [(row["taken_at"], reading_of(row)) for row in recent]
    judges: dict[str, breaches.Judge] = {
        "pressure": lambda reading: breaches.pressure(reading, facts, book),
        "saturation": lambda reading: breaches.saturation(reading, book),
        "heart_rate": lambda reading: breaches.heart_rate(reading, facts, book),
    }
    return {
        "runs": {
            name: run_of((taken_at, judge(reading)) for taken_at, reading in readings)
            for name, judge in judges.items()
        }
    }


def _earlier(recent: Sequence[Mapping[str, Any]]) -> Situation:
    """The last device that was charted, and when somebody was last worried."""
    readings = [reading_of(row) for row in recent]
    device = next((each for each in readings if each.oxygen_class is not None), None)
    worried = next((each for each in readings if each.worried or each.carer_worried), None)
    return {
        "device": device and {"at": device.taken_at.isoformat(), "class": device.oxygen_class},
        "worried_at": worried and worried.taken_at.isoformat(),
    }


def _resolved(courses: Iterable[tuple[datetime, str | None]]) -> Situation | None:
    """The last set of the last episode that ended, and the set that ended it."""
    found, before = None, None
    for taken_at, episode in courses:
        if before is not None and episode is None:
            found = {"open_at": before.isoformat(), "at": taken_at.isoformat()}
        before = None if episode is None else taken_at
    return found


def _neuro(checks: Sequence[Mapping[str, Any]], *, since: datetime) -> Situation:
    """The neuro checks of a day, newest first, and the CAPD score from before the infusion."""
    baseline = next((c for c in checks if c["is_baseline"] and c["capd_score"] is not None), None)
    return {
        "capd_baseline": baseline and baseline["capd_score"],
        "capd_baseline_at": baseline and baseline["taken_at"].isoformat(),
        "checks": [
            {
                "at": check["taken_at"].isoformat(),
                "ice_score": check["ice_score"],
                "capd_score": check["capd_score"],
            }
            for check in checks
            if check["taken_at"] >= since - LOOK_BACK
        ],
    }


def _read(states: Sequence[PatientState], *, now: datetime) -> _Read:
    ids = [current.pk for current in states]
    treatments = Treatment.objects.filter(patient__in=ids).in_force()
    hold = timedelta(hours=rulebook.current().a01.neutrophils_hold_hours)
    weeks = timedelta(days=rulebook.current().a05.within_days + 1) + BACK
    return _Read(
        drugs={pk: drugs_of(rows) for pk, rows in _by_patient(treatments).items()},
        rows=_grouped(_sets(states, now=now).values("patient_id", *FIELDS)),
        counts=_grouped_pairs(
            LabResult.objects.filter(
                patient__in=ids, analyte="neutrophils", taken_at__gt=now - hold - BACK
            )
            .in_force()
            .order_by("-taken_at")
            .values_list("patient_id", "taken_at", "canonical_value")
        ),
        courses=_grouped_pairs(
            Assessment.objects.filter(patient__in=ids, scale=SCALE, taken_at__gte=now - weeks)
            .in_force()
            .order_by("taken_at", "observation_set_id")
            .values_list("patient_id", "taken_at", "course__episode")
        ),
        checks=_grouped(
            NeuroAssessment.objects.filter(patient__in=ids)
            .filter(Q(is_baseline=True) | Q(taken_at__gte=now - BACK - LOOK_BACK))
            .in_force()
            .order_by("-taken_at", "-pk")
            .values("patient_id", "taken_at", "ice_score", "capd_score", "is_baseline")
        ),
    )


def _sets(states: Sequence[PatientState], *, now: datetime) -> Any:
    """The sets of two days, and those that each patient's baselines are made of."""
    wanted = Q(taken_at__gte=now - BACK - LOOK_BACK)
    for current in states:
        start = course_start(state.doses_of(current), at=now)
        if start is not None:
            wanted |= Q(
                patient=current.pk,
                taken_at__gte=start.started_at - BASELINE_WITHIN,
                taken_at__lt=start.started_at,
            )
    ids = [current.pk for current in states]
    sets = ObservationSet.objects.filter(patient__in=ids).in_force().filter(wanted)
    return sets.order_by("-taken_at", "-pk")


def _by_patient(treatments: Iterable[Treatment]) -> dict[int, list[Treatment]]:
    found: dict[int, list[Treatment]] = {}
    for treatment in treatments:
        found.setdefault(treatment.patient_id, []).append(treatment)
    return found


def _grouped(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], []).append(row)
    return found


def _grouped_pairs(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for patient_id, *pair in rows:
        found.setdefault(patient_id, []).append(tuple(pair))
    return found


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
