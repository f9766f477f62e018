"""Read a patient's course from the database: a constant number of queries, however long it is."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from charting import state as charting_state
from charting.models import PatientState
from grading.models import Assessment
from grading.services import SCALE as CRS_SCALE
from patients.windows import course_start
from screens.strip import zone_of
from screens.timeline import density, facts
from screens.timeline.course import Carried, Course, Fine, Moment
from screens.timeline.density import EVERY_SET_UP_TO, Part
from vitals import schedule
from vitals.schedule import Situation

LONGEST_SPAN: Final = timedelta(days=31)
BASELINE_WITHIN: Final = timedelta(hours=48)
_STEP: Final = timedelta(minutes=5)
_LEAD_IN: Final = timedelta(hours=12)
_BUCKETS: Final = 360  # of a whole course; two hours each of thirty days
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
    "note",
)


def read(state: PatientState, *, now: datetime, fine: Part | None = None) -> Course:
    """Return the course up to now, or of one who has left up to the last set; a month at most.

    `now` is rounded up to five minutes, so that the figure does not change each second. Of a
    course too dense to draw, only the sets that hold all there is to see are read; between
    the ends of `fine`, all of them, or as many as its buckets ask for.
    """
    zone, upto = zone_of(state), _rounded_up(now)
    last = state.latest_taken_at
    end = upto if state.ward_id is not None or last is None else min(upto, last + _LEAD_IN)
    span = (end - LONGEST_SPAN, end)
    doses = charting_state.doses_of(state)
    opened = course_start(doses, at=end)
    day_zero = opened.started_at if opened else None
    sets = density.count(state.pk, begin=span[0], end=end)
    moments = _moments(state.pk, span, sets, fine)
    drugs = facts.drugs(state.pk, span)
    neuro, labs = facts.neuro(state.pk, span), facts.labs(state.pk, span)
    known = [m.at for m in moments] + [d.at for d in drugs if d.at >= span[0]]
    known += [n.at for n in neuro] + [each.at for each in labs]
    known += [dose.started_at for dose in doses if dose.started_at >= span[0]]
    return Course(
        zone=zone,
        now=upto,
        start=max(span[0], min(known, default=end - _LEAD_IN) - _LEAD_IN / 6),
        end=end,
        day_zero=day_zero,
        doses=[dose for dose in doses if dose.started_at <= end],
        moments=moments,
        neuro=neuro,
        labs=labs,
        drugs=drugs,
        marks=facts.marks(state.pk, span),
        said=facts.said(state.pk, span),
        places=facts.places(state.pk),
        born=state.patient.birth_date,
        baseline_systolic_mmhg=facts.baseline_systolic(
            state, day_zero=day_zero, within=BASELINE_WITHIN
        ),
        set_count=sets,
        fine=Fine(fine.begin, fine.end) if fine and sets > EVERY_SET_UP_TO else None,
    )


def _moments(patient_id: int, span: facts.Span, sets: int, fine: Part | None) -> list[Moment]:
    if sets <= EVERY_SET_UP_TO:
        return list(_rows(patient_id, Q(taken_at__range=span), with_carried=True))
    wanted = density.telling(patient_id, Part(*span, _BUCKETS))
    inside = Q()
    if fine is not None:
        begin, end = max(fine.begin, span[0]), min(fine.end, span[1])
        part = Part(begin, end, fine.buckets)
        if density.count(patient_id, begin=begin, end=end) > EVERY_SET_UP_TO:
            wanted |= density.telling(patient_id, part)
        else:
            inside = Q(taken_at__range=(begin, end))
    kept = Q(taken_at__range=span) & Q(observation_set_id__in=wanted)
    return list(_rows(patient_id, kept | inside if inside else kept, with_carried=False))


def _rows(patient_id: int, wanted: Q, *, with_carried: bool) -> Iterator[Moment]:
    columns = ["taken_at", "observation_set_id", "grade", "at_least", "pk"]
    columns += ["evidence"] * with_carried
    columns += [f"observation_set__{name}" for name in _SET]
    rows = (
        Assessment.objects.filter(wanted, patient_id=patient_id, scale=CRS_SCALE)
        .in_force()
        .order_by("taken_at", "observation_set_id")
        .values_list(*columns)
    )
    for row in rows.iterator():
        at, set_id, grade, at_least, pk, *rest = row
        evidence = rest.pop(0) if with_carried else ()
        yield _moment((at, set_id, grade, at_least, pk), rest, evidence)


def _moment(
    graded: tuple[Any, ...], values: Collection[Any], evidence: Collection[dict[str, Any]]
) -> Moment:
    at, set_id, grade, at_least, assessment_id = graded
    recorded: dict[str, Any] = dict(zip(_SET, values, strict=True))
    running = recorded.pop("vasopressors")
    return Moment(
        at=at,
        set_id=set_id,
        grade=grade,
        at_least=at_least,
        assessment_id=assessment_id,
        interval_minutes=_INTERVALS[at_least],
        vasopressors=None if running is None else tuple(running),
        carried=tuple(
            Carried(row["field"], str(row["value"]), datetime.fromisoformat(row["taken_at"]))
            for row in evidence
            if row["carried"]
        ),
        **recorded,
    )


# Every grade's interval once it has been seen for a while.
_INTERVALS: Final = {
    at_least: schedule.vitals_minutes(
        Situation(at_least=at_least, in_high_risk=True, sets_at_grade=schedule.SETTLED)
    )
    for at_least in range(6)
}


def _rounded_up(now: datetime) -> datetime:
    since = now.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    return now.astimezone(UTC) + (-since % _STEP)
