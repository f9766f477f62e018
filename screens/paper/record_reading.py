"""Read what stands beside the picture of a summary: reasons, words, alerts, handwriting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from alerts.models import Alert
from charting.models import PatientState
from grading.models import Assessment, Confirmation, Decision, OtherCause
from grading.services import SCALE
from screens import alert_words, labels, words
from screens.paper.record import AlertRow, ClinicianSaid, Record, changed_sets, stamp
from screens.paper.written import Sample
from screens.timeline import reading
from screens.timeline.course import Course, Moment
from vitals.models import Handwriting

_MOST_WRITTEN: Final = 9


def read(state: PatientState, course: Course, *, now: datetime) -> Record:
    """Return the course with its words, all between the course's ends."""
    span = (course.start, course.end)
    newest = _newest(state, course, now=now)
    return Record(
        course=course,
        newest=newest,
        set_count=max(course.set_count, len(newest)),
        reasons=_reasons(state.pk, [m.set_id for m in changed_sets(course)]),
        said=_said(state.pk, span),
        alerts=_alerts(state.pk, span, now=now),
        written=_written(state.pk, course),
    )


def _written(patient_id: int, course: Course) -> list[Sample]:
    """The newest samples of the course and its baseline; what cannot be read is not drawn."""
    checks = {each.check_id: each for each in course.neuro if each.has_handwriting}
    baselines = [number for number, each in checks.items() if each.is_baseline][-1:]
    wanted = [*baselines, *(n for n in list(checks)[-_MOST_WRITTEN:] if n not in baselines)]
    if not wanted:
        return []
    rows = Handwriting.objects.filter(check_of_id__in=wanted, check_of__patient_id=patient_id)
    found = []
    for row in rows.order_by("check_of__taken_at", "check_of_id"):
        check, strokes = checks[row.check_of_id], row.as_strokes()
        baseline = ", baseline" if check.is_baseline else ""
        ice = "" if check.ice_score is None else f", ICE {check.ice_score}"
        found.append(Sample(check.at, strokes, f"{stamp(course, check.at)}{ice}{baseline}"))
    return found


def _newest(state: PatientState, course: Course, *, now: datetime) -> Sequence[Moment]:
    """Every set, or of a dense course the newest ones, none left out in between."""
    if not course.is_thinned:
        return course.moments
    found = reading.glance(state, now=now).moments
    before = [m for m in found if course.day_zero is not None and m.at <= course.day_zero]
    return found[len(before) :] if len(found) > len(before) else found


def _reasons(patient_id: int, sets: list[int]) -> dict[int, str]:
    rows = Assessment.objects.filter(
        patient_id=patient_id, scale=SCALE, observation_set_id__in=sets
    ).in_force()
    return {
        number: why(because, missing)
        for number, because, missing in rows.values_list("observation_set_id", "because", "missing")
    }


def why(because: list[dict[str, Any]], missing: list[str]) -> str:
    """Return what forces the grade, its values in it, and what was not recorded."""
    gravest = max((each["grade"] for each in because), default=0)
    found = [
        "; ".join(each["inputs"]) or each["words"] for each in because if each["grade"] == gravest
    ]
    if missing:
        found.append(f"not recorded: {', '.join(words.fields(missing))}")
    return ". ".join(labels.sentence(each) for each in found) or "No criterion met"


def _said(patient_id: int, span: tuple[datetime, datetime]) -> list[ClinicianSaid]:
    rows = (
        Confirmation.objects.filter(patient_id=patient_id, recorded_at__range=span)
        .in_force()
        .select_related("recorded_by", "seconded_by", "assessment")
        .order_by("recorded_at", "pk")
    )
    return [ClinicianSaid(row.recorded_at, _words(row)) for row in rows]


def _words(row: Confirmation) -> str:
    by = row.recorded_by.display_name() if row.recorded_by else "somebody"
    if row.decision == Decision.REJECTED:
        what = f"not this syndrome: {OtherCause(row.cause).label.lower()}"
    else:
        what = f"{Decision(row.decision).label.lower()}: grade {row.grade}"
    second = f", agreed by {row.seconded_by.display_name()}" if row.seconded_by else ""
    waits = ", waits for a second person" if row.waits_for_second else ""
    note = f". {row.note}" if row.note else ""
    return f"{by} {what}{second}{waits}{note}"


def _alerts(
    patient_id: int, span: tuple[datetime, datetime], *, now: datetime
) -> list[AlertRow]:  # fmt: skip
    rows = Alert.objects.filter(patient_id=patient_id, raised_at__range=span).select_related(
        "ward", "acknowledged_by", "snoozed_by"
    )
    return [
        AlertRow(row.raised_at, row.severity, labels.sentence(row.words), stands(row, now=now))
        for row in rows.order_by("raised_at", "pk")
    ]


def stands(alert: Alert, *, now: datetime) -> str:
    """Return how an alert stands, with its owner."""
    return (
        alert_words.closed(alert, now=now)
        or alert_words.snoozed(alert, now=now)
        or alert_words.acknowledged(alert, now=now)
        or "Nobody has answered"
    )
