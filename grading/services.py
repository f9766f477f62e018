"""Grade sets in order and store the answers; re-grade what a late fact changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final

from audit import appending
from grading import also, course, course_state, hypotension, organs, reading, scales
from grading.course import CourseState, DrugGiven, Reading
from grading.models import Assessment, columns_of
from grading.organs import Recorded
from grading.rules import crs_astct
from grading.rules.crs_findings import DEFAULT_POLICY, CrsPolicy
from grading.rules.verdict import Verdict
from grading.support_reading import Around
from grading.withdrawal import withdrawal_of
from patients.models import Patient, Treatment
from staff.prepared import Prepared
from vitals.models import ObservationSet

SCALE: Final = scales.CRS
_ANSWER: Final = ("grade", "at_least", "outcome", "because", "missing", "flags", "ruleset")

Key = tuple[int | None, str]  # a set and a scale


@dataclass(frozen=True, slots=True)
class Course:
    """What grading needs of one patient, read once: drugs, birthday, the ward's clock.

    `policy` is what decides where the published table is silent.
    """

    patient: Patient
    drugs: Sequence[DrugGiven]
    zone: tzinfo
    policy: CrsPolicy = DEFAULT_POLICY


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of sets: their ASTCT grades in order, and those of every other scale."""

    crs: list[Assessment]
    others: list[Assessment]

    def others_of(self, observations: ObservationSet) -> tuple[Assessment, ...]:
        """The other scales of one set."""
        return tuple(row for row in self.others if row.observation_set_id == observations.pk)


@dataclass(frozen=True, slots=True)
class _Step:
    """One set as the fold read and graded it."""

    observations: ObservationSet
    before: CourseState
    read: Reading
    verdict: Verdict
    after: CourseState


def course_of(patient: Patient, *, zone: tzinfo, policy: CrsPolicy = DEFAULT_POLICY) -> Course:
    """Read the patient's treatments in force."""
    return Course(patient, reading.drugs_of(_GIVEN(patient=patient.pk)), zone, policy)


def assess(
    sets: Sequence[ObservationSet],
    *,
    of: Course,
    after: CourseState,
    now: datetime,
    replacing: Mapping[int, int] | None = None,
    reason: str = "",
) -> list[Assessment]:
    """Grade sets by ASTCT alone, oldest first, each in the light of those before.

    Nothing is stored yet. `after` is the state before the first of them. `replacing`
    names, by set id, the assessment that the new one supersedes, and `reason` says why.
    """
    old: dict[Key, int] = {(key, SCALE): value for key, value in (replacing or {}).items()}
    return [
        _row(step.observations, _crs_columns(step), of=of, now=now, old=old, reason=reason)
        for step in _steps(sets, of=of, after=after)
    ]


def grade_next(
    observations: ObservationSet, *, of: Course, after: CourseState, now: datetime
) -> Graded:
    """Grade and store the newest set of a patient in every scale it can be graded in."""
    at = observations.taken_at
    recorded = _recorded(of, since=at, until=at)
    graded = _grade([observations], of=of, after=after, recorded=recorded, now=now)
    _store(graded)
    return graded


def state_before(patient: Patient, *, at: datetime) -> CourseState:
    """Return the course state after the last set taken before a moment."""
    last = (
        Assessment.objects.filter(patient=patient, scale=SCALE, taken_at__lt=at)
        .in_force()
        .order_by("-taken_at", "-observation_set_id")
        .only("course")
        .first()
    )
    return course_state.from_json(last.course if last else {})


def reassess_from(of: Course, *, at: datetime, now: datetime, reason: str) -> Graded:
    """Grade every set taken at or after a moment again, superseding what was said before.

    A set that stopped counting loses its grades with it: its assessments are withdrawn.
    """
    old = _in_force(of, Assessment.objects.filter(taken_at__gte=at))
    sets = list(
        ObservationSet.objects.filter(patient=of.patient, taken_at__gte=at)
        .in_force()
        .order_by("taken_at", "pk")
    )
    graded = _grade(
        sets,
        of=of,
        after=state_before(of.patient, at=at),
        recorded=_recorded(of, since=at),
        now=now,
        old=old,
        reason=reason,
    )
    said_again = {(row.observation_set_id, row.scale) for row in (*graded.crs, *graded.others)}
    _withdraw([pk for key, pk in old.items() if key not in said_again], now, reason)
    _store(graded)
    return graded


def reassess_other_scales(
    of: Course, *, at: datetime, now: datetime, reason: str, until: datetime | None = None
) -> list[Assessment]:
    """Grade again, in the scales that read symptoms and organs, the sets a finding reaches.

    For findings taken from `at` to `until`, or at that one moment: the sets up to 24 h after.
    Only what reads otherwise now is superseded, and the ASTCT grade never is.
    """
    reach = (at, (until or at) + organs.REACH)
    sets = list(
        ObservationSet.objects.filter(patient=of.patient, taken_at__range=reach)
        .in_force()
        .order_by("taken_at", "pk")
    )
    if not sets:
        return []
    was = Assessment.objects.filter(
        patient=of.patient, observation_set__in=sets, scale__in=scales.READ_SYMPTOMS
    ).in_force()
    before = {(row.observation_set_id, row.scale): row for row in was}
    graded = _grade(
        sets,
        of=of,
        after=state_before(of.patient, at=sets[0].taken_at),
        recorded=_recorded(of, since=at, until=sets[-1].taken_at),
        now=now,
        old={key: row.pk for key, row in before.items()},
        reason=reason,
    )
    fresh = [
        row
        for row in graded.others
        if row.scale in scales.READ_SYMPTOMS
        and _reads_otherwise(row, before.get((row.observation_set_id, row.scale)))
    ]
    return appending.append(fresh)


def _grade(
    sets: Sequence[ObservationSet],
    *,
    of: Course,
    after: CourseState,
    recorded: Recorded,
    now: datetime,
    old: Mapping[Key, int] | None = None,
    reason: str = "",
) -> Graded:
    """Grade sets in every scale, oldest first; nothing is stored yet."""
    crs: list[Assessment] = []
    others: list[Assessment] = []
    weights = also.Weights(of.patient.pk)
    row = partial(_row, of=of, now=now, old=old or {}, reason=reason)
    for step in _steps(sets, of=of, after=after):
        crs.append(row(step.observations, _crs_columns(step)))
        rows = also.columns(_around(step, of, recorded), weights)
        others += [row(step.observations, columns) for columns in rows]
    return Graded(crs, others)


def _steps(sets: Sequence[ObservationSet], *, of: Course, after: CourseState) -> Iterator[_Step]:
    state = after
    for observations in sets:
        values = reading.values_of(observations)
        at = observations.taken_at
        on = at.astimezone(of.zone).date()
        limit = hypotension.limit_mmhg(of.patient.birth_date, on=on)
        read = course.read(state, values, drugs=of.drugs, hypotension_below=limit)
        verdict = crs_astct.grade_crs(read.findings, of.policy)
        before, state = state, course.advance(state, read, verdict, at=at, drugs=of.drugs)
        yield _Step(observations, before, read, verdict, state)


def _recorded(of: Course, *, since: datetime, until: datetime | None = None) -> Recorded:
    """What symptoms and values say around sets, where a scale that is stored asks for it."""
    if scales.READ_SYMPTOMS.isdisjoint(also.stored()):
        return Recorded()
    return organs.recorded(of.patient.pk, since=since, until=until)


def _around(step: _Step, of: Course, recorded: Recorded) -> Around:
    at = step.observations.taken_at
    return Around(
        at=at,
        read=step.read,
        before=step.before,
        after=step.after,
        drugs=of.drugs,
        age_years=of.patient.age_years(at.astimezone(of.zone).date()),
        recorded=recorded,
    )


def _crs_columns(step: _Step) -> dict[str, Any]:
    return also.presumed(columns_of(step.verdict), step.read) | {
        "scale": SCALE,
        "evidence": _evidence(step.read, step.observations),
        "course": course_state.to_json(step.after),
    }


def _row(
    observations: ObservationSet,
    columns: Mapping[str, Any],
    *,
    of: Course,
    now: datetime,
    old: Mapping[Key, int],
    reason: str,
) -> Assessment:
    superseded = old.get((observations.pk, columns["scale"]))
    return Assessment(
        patient=of.patient,
        observation_set=observations,
        taken_at=observations.taken_at,
        assessed_at=now,
        supersedes_id=superseded,
        reason=reason if superseded else "",
        **columns,
    )


def _store(graded: Graded) -> None:
    appending.append([*graded.crs, *graded.others])


def _in_force(of: Course, rows: Any) -> dict[Key, int]:
    in_force = rows.filter(patient=of.patient, observation_set__isnull=False).in_force()
    found = in_force.order_by().values_list("observation_set_id", "scale", "pk")
    return {(set_id, scale): pk for set_id, scale, pk in found}


def _withdraw(gone: Iterable[int], now: datetime, reason: str) -> None:
    rows = Assessment.objects.filter(pk__in=list(gone))
    withdrawn = [withdrawal_of(row, now=now, reason=reason) for row in rows]
    appending.append(withdrawn)


def _reads_otherwise(new: Assessment, old: Assessment | None) -> bool:
    return old is None or any(getattr(new, name) != getattr(old, name) for name in _ANSWER)


def _evidence(read: Reading, observations: ObservationSet) -> list[dict[str, Any]]:
    """The values the grade rests on, with set and time; `carried` when measured earlier."""
    return [
        {
            "field": name,
            "value": str(value) if not isinstance(value, bool | list | int) else value,
            "taken_at": known.taken_at.isoformat(),
            "set": known.set_id,
            "carried": known.set_id != observations.pk,
        }
        for known in read.known.values()
        for name, value in known.values.items()
        if name in reading.CRS_FIELDS
    ]


_GIVEN: Final = Prepared(lambda patient: Treatment.objects.filter(patient_id=patient).in_force())
