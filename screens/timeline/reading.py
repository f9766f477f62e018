"""Read a patient's course from the database: five queries, however long it is."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from alerts.models import Alert
from charting import state as charting_state
from charting.models import PatientState
from grading.models import Assessment
from grading.rules.icans_astct import SCALE as ICANS_SCALE
from grading.services import SCALE as CRS_SCALE
from patients.medicines import CLASS_OF, TreatmentCode
from patients.models import Treatment
from patients.windows import course_start
from screens import labels
from screens.strip import zone_of
from screens.timeline.course import Course, Drug, Lab, Mark, Moment, Neuro
from vitals import schedule
from vitals.models import LabResult
from vitals.schedule import Situation

LONGEST_SPAN: Final = timedelta(days=31)
_STEP: Final = timedelta(minutes=5)
_LEAD_IN: Final = timedelta(hours=12)
_SET: Final = (
    "temperature_celsius",
    "heart_rate_bpm",
    "respirations_per_minute",
    "systolic_mmhg",
    "diastolic_mmhg",
    "mean_arterial_mmhg",
    "spo2_percent",
    "oxygen_device",
    "oxygen_flow_lpm",
    "consciousness",
    "vasopressors",
)


def read(state: PatientState, *, now: datetime) -> Course:
    """Return the course up to now, or of one who has left up to the last set; a month at most.

    `now` is rounded up to five minutes, so that the figure does not change each second.
    """
    zone, upto = zone_of(state), _rounded_up(now)
    last = state.latest_taken_at
    end = upto if state.ward_id is not None or last is None else min(upto, last + _LEAD_IN)
    span = (end - LONGEST_SPAN, end)
    doses = charting_state.doses_of(state)
    opened = course_start(doses, at=end)
    moments = _moments(state.pk, span)
    drugs = _drugs(state.pk, span)
    neuro, labs = _neuro(state.pk, span), _labs(state.pk, span)
    known = [m.at for m in moments] + [d.at for d in drugs]
    known += [n.at for n in neuro] + [each.at for each in labs]
    known += [dose.started_at for dose in doses if dose.started_at >= span[0]]
    return Course(
        zone=zone,
        now=upto,
        start=max(span[0], min(known, default=end - _LEAD_IN) - _LEAD_IN / 6),
        end=end,
        day_zero=opened.started_at if opened else None,
        doses=[dose for dose in doses if dose.started_at <= end],
        moments=moments,
        neuro=neuro,
        labs=labs,
        drugs=drugs,
        marks=_marks(state.pk, span),
    )


def _moments(patient_id: int, span: tuple[datetime, datetime]) -> list[Moment]:
    rows = (
        Assessment.objects.filter(patient_id=patient_id, scale=CRS_SCALE, taken_at__range=span)
        .in_force()
        .order_by("taken_at", "observation_set_id")
        .values_list(
            "taken_at",
            "observation_set_id",
            "grade",
            "at_least",
            *(f"observation_set__{name}" for name in _SET),
        )
    )
    return [_moment(row) for row in rows]


def _moment(row: tuple[Any, ...]) -> Moment:
    at, set_id, grade, at_least, *values = row
    recorded: dict[str, Any] = dict(zip(_SET, values, strict=True))
    running = recorded.pop("vasopressors")
    return Moment(
        at=at,
        set_id=set_id,
        grade=grade,
        at_least=at_least,
        interval_minutes=schedule.vitals_minutes(
            Situation(at_least=at_least, in_high_risk=True, sets_at_grade=schedule.SETTLED)
        ),
        vasopressors=None if running is None else tuple(running),
        **recorded,
    )


def _neuro(patient_id: int, span: tuple[datetime, datetime]) -> list[Neuro]:
    rows = (
        Assessment.objects.filter(patient_id=patient_id, scale=ICANS_SCALE, taken_at__range=span)
        .in_force()
        .order_by("taken_at", "pk")
        .values_list(
            "taken_at",
            "grade",
            "at_least",
            "neuro_check__ice_score",
            "neuro_check__capd_score",
            "neuro_check__seizure",
            "neuro_check__consciousness",
        )
    )
    return [Neuro(*row) for row in rows]


def _labs(patient_id: int, span: tuple[datetime, datetime]) -> list[Lab]:
    rows = (
        LabResult.objects.filter(patient_id=patient_id, taken_at__range=span)
        .in_force()
        .order_by("taken_at", "pk")
    )
    return [
        Lab(
            at=row.taken_at,
            analyte=row.analyte,
            label=row.display,
            value=row.canonical_value if row.canonical_unit else row.value,
            unit=row.canonical_unit or row.unit,
            comparator=row.comparator,
            text=row.text,
        )
        for row in rows
    ]


def _drugs(patient_id: int, span: tuple[datetime, datetime]) -> list[Drug]:
    rows: Iterable[Treatment] = (
        Treatment.objects.filter(patient_id=patient_id, started_at__range=span)
        .in_force()
        .order_by("started_at", "pk")
    )
    return [
        Drug(
            at=row.started_at,
            code=row.code,
            label=TreatmentCode(row.code).label,
            family=CLASS_OF[row.code].value,
            stopped_at=row.stopped_at,
            dose=dose(row.dose_value, row.dose_unit),
            note=row.note,
        )
        for row in rows
    ]


def dose(value: Decimal | None, unit: str) -> str:
    """Return “560 mg”; nothing when no dose was recorded."""
    return f"{labels.number(value)} {unit}" if value is not None else ""


def _marks(patient_id: int, span: tuple[datetime, datetime]) -> list[Mark]:
    rows = Alert.objects.filter(patient_id=patient_id, raised_at__range=span).order_by("raised_at")
    return [
        Mark(alert.raised_at, alert.code, alert.severity, labels.sentence(alert.words))
        for alert in rows
    ]


def _rounded_up(now: datetime) -> datetime:
    since = now.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    return now.astimezone(UTC) + (-since % _STEP)
