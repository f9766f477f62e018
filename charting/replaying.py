"""Run rulebooks over a patient's stored history, set by set; reads only, and tells nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from alerts import noise, policy
from alerts.models import Alert, ClosedAs
from alerts.noise import Band, Event
from alerts.policy import Family, Rulebook, labs, neuro
from alerts.replay import Ground, Ledger
from charting import state
from charting.alerting_facts import GradedSet, facts_of
from charting.alerting_labs import lab_facts, results_of
from charting.alerting_neuro import neuro_facts
from charting.alerting_settle import OF_AN_EPISODE
from charting.alerting_treatment import dose_conditions
from charting.entry import READERS, Entry
from charting.models import PatientState
from grading import services as grading
from grading.models import Assessment
from patients.medicines import TreatmentCode
from patients.models import Treatment
from vitals.models import LabResult, NeuroAssessment, ObservationSet

_NO_EPISODE: Final = Ground({})


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a history: `act` lets a ledger decide by a rulebook."""

    at: datetime
    order: tuple[int, int]  # at the same moment: kind, then row
    act: Callable[[Ledger, Rulebook], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a patient's history asks for under each rulebook, and how ill it shows them."""

    alerts: tuple[list[list[Event]], ...]
    marks: list[tuple[datetime, Band]]
    facts: int


def replay(current: PatientState, *, books: Sequence[Rulebook], now: datetime) -> Replayed:
    """Fold the whole history once under each rulebook; a later fact changes no earlier alert.

    Facts in force, each as if it had been entered when it was true. An alert ends as the
    rules say, and where a person really closed one of its family.
    """
    graded = _graded(current)
    facts = [
        *_sets(current, graded),
        *_checks(current),
        *_results(current),
        *_doses(current),
    ]
    steps = sorted([*facts, *_closings(current)], key=lambda step: (step.at, step.order))
    ledgers = [Ledger(book.steps) for book in books]
    for step in steps:
        for ledger, book in zip(ledgers, books, strict=True):
            step.act(ledger, book)
    for ledger in ledgers:
        ledger.standing(at=now)  # what silence has confirmed since the last fact
    marks = [(row.taken_at, noise.band_of(row.grade, row.at_least)) for row in graded]
    return Replayed(tuple(ledger.alerts for ledger in ledgers), marks, len(facts))


def _graded(current: PatientState) -> list[Assessment]:
    rows = Assessment.objects.filter(patient_id=current.pk, scale=grading.SCALE).in_force()
    return list(rows.select_related("observation_set").order_by("taken_at", "observation_set_id"))


def _sets(current: PatientState, graded: Sequence[Assessment]) -> list[Step]:
    drugs = grading.course_of(current.patient, zone=state.zone_of(current)).drugs
    befores = [None, *(row.grade for row in graded)]
    return [
        _set(current, GradedSet(row, drugs, _doubts(current, row.observation_set)), before)
        for row, before in zip(graded, befores, strict=False)
        if row.observation_set is not None
    ]


def _set(current: PatientState, graded: GradedSet, grade_before: int | None) -> Step:
    observations = graded.assessment.observation_set
    assert observations is not None, "a CRS grade is of a set"
    worried = bool(observations.worried or observations.carer_worried)

    def act(ledger: Ledger, book: Rulebook) -> None:
        facts = facts_of(current, graded, grade_before=grade_before, book=book)
        found = policy.conditions(facts, book)
        opened_at = facts.course.episode_opened_at
        closings = policy.closings(
            ledger.standing(at=graded.at),
            facts=facts,
            found=found,
            resolved=opened_at is None,
            book=book,
        )
        ground = Ground(dict.fromkeys(OF_AN_EPISODE, opened_at), worried)
        ledger.settle(found, closings, ground=ground, at=graded.at)

    return Step(graded.at, (0, observations.pk), act)


def _doubts(current: PatientState, observations: ObservationSet | None) -> int:
    """How many values the entry asked about, as it does when they are charted."""
    if observations is None:
        return 0
    recorded = {name: getattr(observations, name, None) for name in READERS}
    values = {name: value for name, value in recorded.items() if value is not None}
    entry = Entry(observations.client_id, observations.taken_at, values)
    age = state.age_months(current, at=observations.taken_at)
    return len(entry.doubts(age_months=age))


def _checks(current: PatientState) -> list[Step]:
    rows = NeuroAssessment.objects.filter(patient_id=current.pk).in_force()
    return [_check(current, row) for row in rows.order_by("taken_at", "pk")]


def _check(current: PatientState, check: NeuroAssessment) -> Step:
    def act(ledger: Ledger, book: Rulebook) -> None:
        facts = neuro_facts(current, check)
        closings = neuro.closings(ledger.standing(at=check.taken_at), facts=facts)
        found = neuro.conditions(facts, book)
        ledger.settle(found, closings, ground=_NO_EPISODE, at=check.taken_at)

    return Step(check.taken_at, (1, check.pk), act)


def _results(current: PatientState) -> list[Step]:
    rows = LabResult.objects.filter(patient_id=current.pk, analyte__in=labs.RULES_OF).in_force()
    return [_result(current, row) for row in rows.order_by("taken_at", "pk")]


def _result(current: PatientState, result: LabResult) -> Step:
    at = result.taken_at

    def act(ledger: Ledger, book: Rulebook) -> None:
        known = Q(taken_at__lt=at) | Q(taken_at=at, pk__lte=result.pk)
        rows = results_of(current, labs.needed_for(result.analyte), at=at).filter(known)
        facts = lab_facts(current, rows, at=at, book=book)
        closings = labs.closings(ledger.standing(at=at), facts=facts)
        found = labs.of_result(result.analyte, facts, book)
        ledger.settle(found, closings, ground=_NO_EPISODE, at=at)

    return Step(at, (2, result.pk), act)


def _doses(current: PatientState) -> list[Step]:
    rows = Treatment.objects.filter(patient_id=current.pk, code=TreatmentCode.TOCILIZUMAB)
    return [_dose(current, row) for row in rows.in_force().order_by("started_at", "pk")]


def _dose(current: PatientState, dose: Treatment) -> Step:
    def act(ledger: Ledger, book: Rulebook) -> None:
        found = dose_conditions(current, dose, book=book)
        ledger.settle(found, [], ground=_NO_EPISODE, at=dose.started_at)

    return Step(dose.started_at, (3, dose.pk), act)


def _closings(current: PatientState) -> list[Step]:
    """Where people closed alerts, and where time closed those about doses."""
    by_people = Q(closed_as=ClosedAs.BY_PERSON)
    of_doses = Q(closed_as=ClosedAs.RESOLVED, family=Family.DRUG_TIMING)
    rows = Alert.objects.filter(by_people | of_doses, patient_id=current.pk)
    return [
        _closing(Family(family), closed_at, pk)
        for pk, family, closed_at in rows.values_list("pk", "family", "closed_at")
        if closed_at is not None
    ]


def _closing(family: Family, closed_at: datetime, pk: int) -> Step:
    def act(ledger: Ledger, _book: Rulebook) -> None:
        ledger.close(family, at=closed_at)

    return Step(closed_at, (4, pk), act)
