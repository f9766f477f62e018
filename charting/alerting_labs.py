"""A laboratory result came in: what the newest results of the patient ask for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from alerts import rulebook, services
from alerts.policy import Rulebook, labs
from alerts.policy.facts import LabFacts, LabValue
from alerts.services import Raised
from audit.facts import ClinicalFactQuerySet
from charting import state
from charting.alerting_neuro import ice_baseline
from charting.alerting_settle import Ground, end_of_check, settle, standing_of
from charting.models import PatientState
from patients.windows import course_start
from vitals.models import LabResult, NeuroAssessment

# A newer result than this may still tell how the patient is.
TOO_LATE_TO_ALERT: Final = timedelta(hours=24)
# How far back a trend is looked for; two falls of a daily value take three days.
LOOK_BACK: Final = timedelta(hours=96)
_FULL_ICE: Final = 10


def alert_on_labs(current: PatientState, result: LabResult, *, now: datetime) -> tuple[Raised, ...]:
    """Close and raise what a new result asks for; history, and what has no rule, asks nothing."""
    if now - result.taken_at > TOO_LATE_TO_ALERT:
        return ()
    book, open_now = rulebook.current(), services.open_alerts(current.pk)
    standing = standing_of(open_now)
    found, closings = [], end_of_check(current, standing, now=now)
    needed = labs.needed_for(result.analyte)
    if needed:
        facts = lab_facts(current, results_of(current, needed, at=now), at=now, book=book)
        found = labs.of_result(result.analyte, facts, book)
        closings += labs.closings(standing, facts=facts)
    return settle(
        current,
        found=found,
        closings=closings,
        among=open_now,
        ground=Ground({"lab": result.pk}),
        now=now,
    )


def results_of(
    current: PatientState, needed: Collection[str], *, at: datetime
) -> ClinicalFactQuerySet[LabResult]:
    """The results in force that the rules look back on from a moment, newest first."""
    return (
        LabResult.objects.filter(
            patient_id=current.pk,
            analyte__in=needed,
            canonical_value__isnull=False,
            taken_at__gt=at - LOOK_BACK,
        )
        .in_force()
        .order_by("-taken_at", "-pk")
    )


def lab_facts(
    current: PatientState, rows: Iterable[LabResult], *, at: datetime, book: Rulebook
) -> LabFacts:
    """What the rules read of these results (results_of): two queries more at most."""
    results: dict[str, list[LabValue]] = defaultdict(list)
    for row in rows:
        results[row.analyte].append(_value(row))
    return LabFacts(
        results={analyte: tuple(values) for analyte, values in results.items()},
        creatinine_baseline=_creatinine_baseline(current, at=at)
        if "creatinine" in results
        else None,
        neuro_score_fell=_neuro_score_fell(current, at=at)
        if _few_platelets(results, book)
        else None,
    )


def _few_platelets(results: Mapping[str, Sequence[LabValue]], book: Rulebook) -> bool:
    """Whether the newest count is one with which a lower neuro score is urgent."""
    newest = next(iter(results.get("platelets", ())), None)
    return newest is not None and newest.value <= book.a23.platelets_below


def _value(row: LabResult) -> LabValue:
    assert row.canonical_value is not None  # asked for in the query
    limit = row.reference_high
    times = row.value / limit if row.value is not None and limit else None
    return LabValue(row.taken_at, row.canonical_value, row.comparator, times)


def _creatinine_baseline(current: PatientState, *, at: datetime) -> Decimal | None:
    """The last creatinine from before day 0; None when there is none."""
    start = course_start(state.doses_of(current), at=at)
    if start is None:
        return None
    return (
        LabResult.objects.filter(
            patient_id=current.pk, analyte="creatinine", taken_at__lte=start.started_at
        )
        .in_force()
        .order_by("-taken_at", "-pk")
        .values_list("canonical_value", flat=True)
        .first()
    )


def _neuro_score_fell(current: PatientState, *, at: datetime) -> bool | None:
    """Whether the newest ICE score is below the patient's baseline; None without a score."""
    score = (
        NeuroAssessment.objects.filter(
            patient_id=current.pk, ice_score__isnull=False, taken_at__lte=at
        )
        .in_force()
        .order_by("-taken_at", "-pk")
        .values_list("ice_score", flat=True)
        .first()
    )
    if score is None:
        return None
    baseline = ice_baseline(current.pk, before=at)
    return score < (_FULL_ICE if baseline is None else baseline)
