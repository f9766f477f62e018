"""Grade sets in order and store the answers; re-grade what a late fact changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from grading import course, course_state, hypotension, reading
from grading.course import CourseState, DrugGiven, Reading
from grading.models import Assessment, columns_of
from grading.rules import crs_astct
from grading.rules.crs_findings import DEFAULT_POLICY, CrsPolicy
from grading.rules.crs_pressure import HYPOTENSION_PRESENT
from grading.rules.verdict import Verdict
from patients.models import Patient, Treatment
from vitals.models import ObservationSet

SCALE = "astct-crs"


@dataclass(frozen=True, slots=True)
class Course:
    """What grading needs of one patient, read once: drugs, birthday, the ward's clock.

    `policy` is what decides where the published table is silent.
    """

    patient: Patient
    drugs: Sequence[DrugGiven]
    zone: tzinfo
    policy: CrsPolicy = DEFAULT_POLICY


def course_of(patient: Patient, *, zone: tzinfo, policy: CrsPolicy = DEFAULT_POLICY) -> Course:
    """Read the patient's treatments in force."""
    given = Treatment.objects.filter(patient=patient).in_force()
    return Course(patient, reading.drugs_of(given), zone, policy)


def assess(
    sets: Sequence[ObservationSet],
    *,
    of: Course,
    after: CourseState,
    now: datetime,
    replacing: dict[int, int] | None = None,
    reason: str = "",
) -> list[Assessment]:
    """Grade sets, oldest first, each in the light of those before; nothing is stored yet.

    `after` is the state before the first of them. `replacing` names, by set id,
    the assessment that the new one supersedes, and `reason` says why.
    """
    state = after
    assessments = []
    for observations in sets:
        values = reading.values_of(observations)
        at = observations.taken_at
        read = course.read(
            state,
            values,
            drugs=of.drugs,
            hypotension_below=hypotension.limit_mmhg(
                of.patient.birth_date, on=at.astimezone(of.zone).date()
            ),
        )
        verdict = crs_astct.grade_crs(read.findings, of.policy)
        state = course.advance(state, read, verdict, at=at, drugs=of.drugs)
        old = (replacing or {}).get(observations.pk)
        assessments.append(
            Assessment(
                patient=of.patient,
                observation_set=observations,
                taken_at=at,
                scale=SCALE,
                evidence=_evidence(read, observations),
                course=course_state.to_json(state),
                assessed_at=now,
                supersedes_id=old,
                reason=reason if old else "",
                **_columns_of(verdict, read),
            )
        )
    return assessments


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


def reassess_from(of: Course, *, at: datetime, now: datetime, reason: str) -> list[Assessment]:
    """Grade every set taken at or after a moment again, superseding what was said before.

    A set that stopped counting loses its grade with it: its assessment is withdrawn.
    """
    old = {
        row.observation_set_id: row.pk
        for row in Assessment.objects.filter(
            patient=of.patient, scale=SCALE, taken_at__gte=at
        ).in_force()
    }
    sets = list(
        ObservationSet.objects.filter(patient=of.patient, taken_at__gte=at)
        .in_force()
        .order_by("taken_at", "pk")
    )
    _withdraw(of, {k: v for k, v in old.items() if k not in {s.pk for s in sets}}, now, reason)
    fresh = assess(
        sets,
        of=of,
        after=state_before(of.patient, at=at),
        now=now,
        replacing={key: value for key, value in old.items() if key is not None},
        reason=reason,
    )
    return Assessment.objects.bulk_create(fresh)


def _withdraw(of: Course, gone: dict[int | None, int], now: datetime, reason: str) -> None:
    rows = Assessment.objects.filter(pk__in=gone.values())
    Assessment.objects.bulk_create(
        [
            Assessment(
                patient=of.patient,
                observation_set_id=row.observation_set_id,
                taken_at=row.taken_at,
                scale=row.scale,
                ruleset=row.ruleset,
                at_least=0,
                assessed_at=now,
                supersedes=row,
                reason=reason,
                withdrawn=True,
            )
            for row in rows
        ]
    )


def _columns_of(verdict: Verdict, read: Reading) -> dict[str, Any]:
    """The verdict's columns; a presumed hypotension says so, and shows what it rests on."""
    columns = columns_of(verdict)
    below = read.presumed_hypotension_below_mmhg
    if below is None:
        return columns
    systolic = read.known["pressure"].values["systolic_mmhg"]
    presumed = f"systolic {systolic} mmHg, below {below} for this age"
    for reason in columns["because"]:
        reason["inputs"] = [
            presumed if words == HYPOTENSION_PRESENT else words for words in reason["inputs"]
        ]
    columns["flags"].append(
        f"Hypotension is presumed: systolic pressure below {below} mmHg for this age. "
        "A clinician has not judged it against the patient's own baseline."
    )
    return columns


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
    ]
