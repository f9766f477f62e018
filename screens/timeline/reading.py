"""Read a patient's course from the database: a constant number of queries, however long it is."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from charting import state as charting_state
from charting.models import PatientState
from grading.models import Assessment
from grading.services import SCALE as CRS_SCALE
from patients.windows import course_start
from screens.strip import zone_of
from screens.timeline import columns, density, facts
from screens.timeline.course import Carried, Course, Fine, Moment, interval_minutes
from screens.timeline.density import EVERY_SET_UP_TO, Part
from vitals.models import ObservationSet

LONGEST_SPAN: Final = timedelta(days=31)
BASELINE_WITHIN: Final = timedelta(hours=48)
_STEP: Final = timedelta(minutes=5)
_LEAD_IN: Final = timedelta(hours=12)
_BUCKETS: Final = 360  # of a whole course; two hours each of thirty days
_GLANCE: Final = 200  # sets that a page tells in words
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
    span = _span(state, now=now)
    sets, moments = _moments(state.pk, span, fine)
    near = Fine(fine.begin, fine.end) if fine and sets > EVERY_SET_UP_TO else None
    return replace(_course(state, span, moments, now=now), set_count=sets, fine=near)


def glance(state: PatientState, *, now: datetime) -> Course:
    """Return the course with its newest sets and those before the dose, and no others.

    So much as a page says in words; however dense the course, it costs the same.
    """
    span = _span(state, now=now)
    zero = _day_zero(state, at=span[1])
    newest = _rows(state.pk, Q(taken_at__range=span), with_carried=False, newest=_GLANCE)
    before = (
        _rows(state.pk, Q(taken_at__range=(zero - BASELINE_WITHIN, zero)), with_carried=False,
              newest=_GLANCE)
        if zero else ()
    )  # fmt: skip
    moments = sorted({m.set_id: m for m in (*before, *newest)}.values(), key=lambda m: m.at)
    sets = _sets(state.pk, span).count()
    return replace(_course(state, span, moments, now=now), set_count=sets)


def _span(state: PatientState, *, now: datetime) -> facts.Span:
    """Up to now, or of one who has left up to the last set; a month at most."""
    upto, last = _rounded_up(now), state.latest_taken_at
    end = upto if state.ward_id is not None or last is None else min(upto, last + _LEAD_IN)
    return end - LONGEST_SPAN, end


def _day_zero(state: PatientState, *, at: datetime) -> datetime | None:
    opened = course_start(charting_state.doses_of(state), at=at)
    return opened.started_at if opened else None


def _course(
    state: PatientState, span: facts.Span, moments: Sequence[Moment], *, now: datetime
) -> Course:
    end = span[1]
    doses = charting_state.doses_of(state)
    day_zero = _day_zero(state, at=end)
    drugs = facts.drugs(state.pk, span)
    neuro, labs = facts.neuro(state.pk, span), facts.labs(state.pk, span)
    known = [m.at for m in moments] + [d.at for d in drugs if d.at >= span[0]]
    known += [n.at for n in neuro] + [each.at for each in labs]
    known += [dose.started_at for dose in doses if dose.started_at >= span[0]]
    return Course(
        zone=zone_of(state),
        now=_rounded_up(now),
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
        watched=facts.watched(state.pk, span),
        born=state.patient.birth_date,
        baseline_systolic_mmhg=facts.baseline_systolic(
            state, day_zero=day_zero, within=BASELINE_WITHIN
        ),
    )


def _sets(patient_id: int, span: facts.Span) -> QuerySet[ObservationSet]:
    return ObservationSet.objects.for_patient(patient_id).in_force().filter(taken_at__range=span)


def _moments(patient_id: int, span: facts.Span, fine: Part | None) -> tuple[int, list[Moment]]:
    """How many sets there are, and those to draw; two queries."""
    few = _sets(patient_id, span).order_by()[: EVERY_SET_UP_TO + 1].count()
    if few <= EVERY_SET_UP_TO:
        return few, list(_rows(patient_id, Q(taken_at__range=span), with_carried=True))
    every = columns.read(patient_id, begin=span[0], end=span[1])
    wanted = density.telling(every, Part(*span, _BUCKETS))
    if fine is not None:
        near = replace(fine, begin=max(fine.begin, span[0]), end=min(fine.end, span[1]))
        inside = every.between(near.begin, near.end)
        is_full = len(inside) > EVERY_SET_UP_TO
        wanted |= density.telling(every, near) if is_full else set(inside)
    return len(every.at), list(columns.moments(every, wanted))


def _rows(
    patient_id: int, wanted: Q, *, with_carried: bool, newest: int | None = None
) -> Iterator[Moment]:
    columns = ["taken_at", "observation_set_id", "grade", "at_least", "pk"]
    columns += ["evidence"] * with_carried
    columns += [f"observation_set__{name}" for name in _SET]
    rows = (
        Assessment.objects.filter(wanted, patient_id=patient_id, scale=CRS_SCALE)
        .in_force()
        .order_by("taken_at", "observation_set_id")
        .values_list(*columns)
    )
    if newest is not None:
        rows = rows.reverse()[:newest]
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
        interval_minutes=interval_minutes(at_least),
        vasopressors=None if running is None else tuple(running),
        carried=tuple(
            Carried(row["field"], str(row["value"]), datetime.fromisoformat(row["taken_at"]))
            for row in evidence
            if row["carried"]
        ),
        **recorded,
    )


def _rounded_up(now: datetime) -> datetime:
    since = now.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    return now.astimezone(UTC) + (-since % _STEP)
