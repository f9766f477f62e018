"""The seam where rows become what the alert rules read of a set and its course."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any, Final

from django.db.models import Q

from alerts.policy import CourseFacts, Facts, Reading, Rulebook, SetFacts
from charting import state
from charting.models import PatientState
from grading import course_state, hypotension
from grading.course import CARRY_MINUTES, CourseState, DrugGiven
from grading.models import Assessment
from grading.rules.crs_oxygen import LOW_FLOW_MAX_LPM
from grading.rules.vocabulary import CANNULAS, MASKS, POSITIVE_PRESSURE
from grading.services import SCALE
from patients.age import completed_months
from patients.windows import Dose, course_start, window_status
from staff.prepared import Prepared
from vitals.models import LabResult, ObservationSet
from vitals.vocabulary import OxygenDevice, VentilationReason

LOOK_BACK: Final = timedelta(hours=24)
BASELINE_WITHIN: Final = timedelta(hours=48)
BASELINE_SETS: Final = 3
GRADE_CRITICAL: Final = (
    "temperature_celsius", "systolic_mmhg", "spo2_percent", "oxygen_device",
)  # fmt: skip
FIELDS: Final = (
    "taken_at", "temperature_celsius", "heart_rate_bpm", "respirations_per_minute",
    "systolic_mmhg", "diastolic_mmhg", "mean_arterial_mmhg", "spo2_percent", "oxygen_device",
    "oxygen_flow_lpm", "oxygen_for_comfort", "baseline_home_oxygen_lpm", "ventilation_reason",
    "hypotension", "vasopressors", "consciousness", "worried", "carer_worried",
)  # fmt: skip
_FROM_HOME: Final = ("nasal_cannula", "blow_by")


@dataclass(frozen=True, slots=True)
class GradedSet:
    """A set with its grade and the drugs the grading read, as the door has them at hand."""

    assessment: Assessment
    drugs: Sequence[DrugGiven]
    unusual_values: int = 0

    @property
    def at(self) -> datetime:
        """When the set was taken."""
        return self.assessment.taken_at

    @property
    def course(self) -> CourseState:
        """The state of the course after the set."""
        return course_state.from_json(self.assessment.course)


def facts_of(
    current: PatientState, graded: GradedSet, *, grade_before: int | None, book: Rulebook
) -> Facts:
    """Read what the rules need: one query, one more with fever, one as an episode begins."""
    rows = _rows(current, before=graded)
    course = graded.course
    seen = _set_facts(graded, course, rows, grade_before=grade_before)
    return Facts(seen, _course_facts(current, graded, course, rows, seen, book))


def _set_facts(
    graded: GradedSet,
    course: CourseState,
    rows: Sequence[Mapping[str, Any]],
    *,
    grade_before: int | None,
) -> SetFacts:
    assessment = graded.assessment
    assert assessment.observation_set is not None, "a CRS grade is of a set"
    values = {name: getattr(assessment.observation_set, name) for name in FIELDS}
    running = course.known.get("vasopressors")
    if running is not None:
        values["vasopressors"] = running.values.get("vasopressors")
    since = graded.at - LOOK_BACK
    return SetFacts(
        newest=reading_of(values),
        earlier=tuple(reading_of(row) for row in rows if row["taken_at"] >= since),
        at_least=assessment.at_least,
        grade=assessment.grade,
        grade_before=grade_before,
        fever=course.last_fever_at == graded.at,
        rests_on_pressure=assessment.at_least == 2 and rests_on_pressure(course, graded),
        unusual_values=graded.unusual_values,
    )


def _course_facts(
    current: PatientState,
    graded: GradedSet,
    course: CourseState,
    rows: Sequence[Mapping[str, Any]],
    seen: SetFacts,
    book: Rulebook,
) -> CourseFacts:
    at, zone = graded.at, state.zone_of(current)
    doses = state.doses_of(current)
    born, today = current.patient.birth_date, at.astimezone(zone).date()
    began = course.episode_opened_at == at
    hold = timedelta(hours=book.a01.neutrophils_hold_hours)
    return CourseFacts(
        window=window_status(doses, at=at, zone=zone).state,
        age_months=completed_months(born, on=today),
        hypotension_below_mmhg=hypotension.limit_mmhg(born, on=today),
        neutrophils_10e9_per_liter=_neutrophils(current.pk, at=at, hold=hold)
        if seen.fever and (seen.at_least < book.a03.from_grade or seen.rests_on_pressure)
        else None,
        hours_since_masking_drug=hours_since_masking_drug(graded.drugs, at=at),
        baseline_systolic_mmhg=baseline_of("systolic_mmhg", rows, doses, at=at),
        baseline_heart_rate_bpm=baseline_of("heart_rate_bpm", rows, doses, at=at),
        recurs=began and _recurs(current.pk, at=at, within=timedelta(days=book.a05.within_days)),
        episode_opened_at=course.episode_opened_at,
    )


def reading_of(values: Mapping[str, Any]) -> Reading:
    """One row, stored or charted just now, as the rules read it."""
    pressors = values["vasopressors"]
    return Reading(
        taken_at=values["taken_at"],
        temperature_celsius=values["temperature_celsius"],
        heart_rate_bpm=values["heart_rate_bpm"],
        respirations_per_minute=values["respirations_per_minute"],
        systolic_mmhg=values["systolic_mmhg"],
        mean_mmhg=_mean(values),
        spo2_percent=values["spo2_percent"],
        oxygen_class=oxygen_class(values),
        hypotension=values["hypotension"],
        vasopressors=None if pressors is None else len(pressors),
        consciousness=values["consciousness"],
        worried=bool(values["worried"]),
        carer_worried=bool(values["carer_worried"]),
        is_complete=all(values[name] not in (None, "") for name in GRADE_CRITICAL),
    )


def oxygen_class(values: Mapping[str, Any]) -> int | None:
    """0 air, comfort, or home oxygen unchanged; 1 low flow; 2 high flow or mask; 3 pressure."""
    device = values.get("oxygen_device")
    if not device:
        return None
    if device == OxygenDevice.ROOM_AIR or values.get("oxygen_for_comfort"):
        return 0
    if device in POSITIVE_PRESSURE:
        reason = values.get("ventilation_reason")
        return 3 if not reason or reason == VentilationReason.HYPOXIA else 0
    if device in MASKS:
        return 2
    flow, home = values.get("oxygen_flow_lpm"), values.get("baseline_home_oxygen_lpm")
    if flow == 0 or (device in _FROM_HOME and flow is not None and home and flow <= home):
        return 0
    above = flow is not None and flow > LOW_FLOW_MAX_LPM
    return 2 if device in CANNULAS and above else 1


def rests_on_pressure(course: CourseState, graded: GradedSet) -> bool:
    """Whether nothing but a measured pressure makes it a grade 2: nobody acted or judged."""
    pressure = course.known.get("pressure")
    oxygen = course.known.get("oxygen_device")
    if pressure is None or "hypotension" in pressure.values:
        return False
    home = course.known.get("baseline_home_oxygen_lpm")
    on_oxygen = oxygen and oxygen_class({**(home.values if home else {}), **oxygen.values})
    bolus = pressure.values.get("fluid_bolus_ml") or any(
        drug.is_bolus and timedelta(0) <= graded.at - drug.started_at <= CARRY_MINUTES
        for drug in graded.drugs
    )
    vasopressin = course.known.get("vasopressin")
    given = vasopressin is not None and vasopressin.values["vasopressin"]
    return not (on_oxygen or bolus or given)


def hours_since_masking_drug(drugs: Iterable[DrugGiven], *, at: datetime) -> Decimal | None:
    """Hours since the last drug that hides fever; zero while one runs, None without any."""
    ended = [
        min(drug.stopped_at or drug.started_at, at)
        for drug in drugs
        if drug.waives_fever and drug.started_at <= at
    ]
    if not ended:
        return None
    return Decimal((at - max(ended)) // timedelta(seconds=1)) / 3600


def _mean(values: Mapping[str, Any]) -> Decimal | None:
    """The mean pressure as measured, else a third of the way from diastolic to systolic."""
    measured = values["mean_arterial_mmhg"]
    if measured is not None:
        return Decimal(measured)
    systolic, diastolic = values["systolic_mmhg"], values["diastolic_mmhg"]
    if systolic is None or diastolic is None:
        return None
    return Decimal(systolic + 2 * diastolic) / 3


def _rows(current: PatientState, *, before: GradedSet) -> list[dict[str, Any]]:
    """Sets before this one, newest first: of the last 24 h, and those a baseline is made of.

    Of two sets of one minute the one stored first is the earlier.
    """
    assert before.assessment.observation_set_id is not None, "a CRS grade is of a set"
    at = before.at
    start = course_start(state.doses_of(current), at=at)
    # Without a dose the baseline's span is empty, which asks for no set more.
    first = at if start is None else min(start.started_at, at)
    return _EARLIER(
        patient=current.pk,
        newest=before.assessment.observation_set_id,
        at=at,
        since=at - LOOK_BACK,
        baseline_since=first if start is None else start.started_at - BASELINE_WITHIN,
        baseline_until=first,
    )


def baseline_of(
    name: str, rows: Iterable[Mapping[str, Any]], doses: Sequence[Dose], *, at: datetime
) -> int | None:
    """The median of at least 3 sets of the 48 h before day 0; None when there are fewer."""
    start = course_start(doses, at=at)
    if start is None:
        return None
    since = start.started_at - BASELINE_WITHIN
    values = [
        row[name]
        for row in rows
        if since <= row["taken_at"] < start.started_at and row[name] is not None
    ]
    return median_low(values) if len(values) >= BASELINE_SETS else None


def _neutrophils(patient_id: int, *, at: datetime, hold: timedelta) -> Decimal | None:
    """The newest count that still holds; None when there is none."""
    return _COUNTS.first(patient=patient_id, since=at - hold, at=at)


def _recurs(patient_id: int, *, at: datetime, within: timedelta) -> bool:
    """Whether an episode resolved so recently: a set inside one, followed by one outside."""
    a_day_more = within + timedelta(days=1)
    earlier = (
        Assessment.objects.filter(
            patient_id=patient_id, scale=SCALE, taken_at__gte=at - a_day_more, taken_at__lt=at
        )
        .in_force()
        .order_by("taken_at", "observation_set_id")
        .values_list("taken_at", "course__episode")
    )
    was_open = False
    resolved_at = None
    for taken_at, opened in earlier:
        if was_open and opened is None:
            resolved_at = taken_at
        was_open = opened is not None
    return resolved_at is not None and at - resolved_at <= within


def _earlier(
    patient: int,
    newest: int,
    at: datetime,
    since: datetime,
    baseline_since: datetime,
    baseline_until: datetime,
) -> Any:
    wanted = (
        Q(taken_at__gte=since, taken_at__lt=at)
        | Q(taken_at=at, pk__lt=newest)
        | Q(taken_at__gte=baseline_since, taken_at__lt=baseline_until)
    )
    sets = ObservationSet.objects.for_patient(patient).in_force().filter(wanted)
    return sets.order_by("-taken_at", "-pk").values(*FIELDS)


_EARLIER: Final = Prepared(_earlier)
_COUNTS: Final = Prepared(
    lambda patient, since, at: (
        LabResult.objects.filter(
            patient_id=patient, analyte="neutrophils", taken_at__gt=since, taken_at__lte=at
        )
        .in_force()
        .order_by("-taken_at")
        .values_list("canonical_value", flat=True)[:1]
    )
)
