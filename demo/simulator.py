"""Let the demo ward live on: one patient after another is charted, as their course goes on."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerts.models import DueSet
from charting.models import PatientState
from demo import answering, labs, places, sampling, symptoms
from demo.courses import Given, Script, at_hour, hour_at
from demo.scripts import SCRIPTS
from demo.seed import nurse_of
from demo.telling import SEED, Teller
from patients.models import Stay, Treatment
from staff.models import User
from vitals.models import LabResult

# For so long in turn one patient is charted only when late, so that "overdue" can be seen.
_TURN: Final = timedelta(minutes=90)
_LEFT_LATE_FOR: Final = timedelta(minutes=35)
_ROUND_COMES_EARLY: Final = timedelta(minutes=4)
_ANSWERED_AFTER: Final = timedelta(minutes=20)
_PARACETAMOL_CHANCE: Final = 0.1
_FEVER_CELSIUS: Final = 38.5


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whom it charted, None for nobody, and whether more are due already."""

    patient_id: int | None
    more_are_due: bool


@dataclass(frozen=True, slots=True)
class _Bed:
    """A patient of the demo who is on a ward now; a set or a neuro check is due at `due_at`."""

    script: Script
    stay: Stay
    due_at: datetime | None

    @property
    def origin(self) -> datetime:
        """The hour 0 of the script, from the admission that it placed."""
        admitted = self.stay.admitted_at.astimezone(places.TIME_ZONE)
        return at_hour(-self.script.admitted, origin=admitted)


def step(*, now: datetime, chance: random.Random, speed: float = 1.0) -> Step:
    """Chart one more set; `speed` is how many times faster than life courses run from hour 0."""
    beds = _occupied()
    waiting = [bed for bed in beds if _may_be_charted(bed, beds, now=now, speed=speed)]
    if not waiting:
        return Step(None, more_are_due=False)
    late = sorted((bed for bed in waiting if _is_due(bed, now=now)), key=_due_at)
    chosen = late[0] if late else _somebody(waiting, now=now, chance=chance, speed=speed)
    _go_on(chosen, now=now, hour=_hour(chosen, now=now, speed=speed), chance=chance)
    return Step(chosen.stay.patient_id, more_are_due=len(late) > 1)


def _occupied() -> list[_Bed]:
    scripts = {script.person.mrn: script for script in SCRIPTS}
    stays = (
        Stay.objects.filter(discharged_at=None, patient__mrn__in=scripts)
        .select_related("patient", "ward")
        .order_by("patient__mrn")
    )
    planned = DueSet.objects.values_list("patient_id", "due_at", "neuro_due_at")
    due = {patient_id: min(at, neuro_at or at) for patient_id, at, neuro_at in planned}
    return [_Bed(scripts[stay.patient.mrn], stay, due.get(stay.patient_id)) for stay in stays]


def _hour(bed: _Bed, *, now: datetime, speed: float) -> float:
    hour = hour_at(now, origin=bed.origin)
    return hour * speed if hour > 0 else hour


def _may_be_charted(bed: _Bed, beds: Sequence[_Bed], *, now: datetime, speed: float) -> bool:
    if not bed.script.phases:
        return False
    if bed.script.is_silent(_hour(bed, now=now, speed=speed)):
        return False
    turn = int(now.timestamp() // _TURN.total_seconds())
    if bed is not beds[turn % len(beds)] or bed.due_at is None:
        return True
    return now >= bed.due_at + _LEFT_LATE_FOR


def _due_at(bed: _Bed) -> datetime:
    assert bed.due_at is not None  # only asked of beds that are due
    return bed.due_at


def _is_due(bed: _Bed, *, now: datetime) -> bool:
    return bed.due_at is not None and bed.due_at - _ROUND_COMES_EARLY <= now


def _somebody(beds: Sequence[_Bed], *, now: datetime, chance: random.Random, speed: float) -> _Bed:
    """Between rounds, the sicker somebody is the more often they are seen."""
    weights = [1 + 2 * bed.script.level_at(_hour(bed, now=now, speed=speed)) for bed in beds]
    return chance.choices(beds, weights)[0]


def _go_on(bed: _Bed, *, now: datetime, hour: float, chance: random.Random) -> None:
    """Give and report what the script has by now, then take the set."""
    nurse = User.objects.get(username=nurse_of(bed.stay.ward.code))
    oncologist = User.objects.get(username="oncologist")
    teller = Teller(bed.script, bed.stay.patient_id, bed.origin, nurse)
    patient_id = bed.stay.patient_id
    answering.answer(patient_id=patient_id, by=oncologist, until=now - _ANSWERED_AFTER)
    at = _after_the_last_set(patient_id, now=now)
    for given in bed.script.given:
        _give(teller, given, hour=hour, at=at, now=now)
    _check(teller, hour=hour, now=now)
    real = min(hour, hour_at(now, origin=bed.origin))
    _report(teller, hour=real, now=now)
    for asked in symptoms.checks_between(
        bed.script, start=max(0.0, real - 24), end=real, origin=bed.origin
    ):
        teller.look(asked, now=now)
    values = sampling.values_at(
        bed.script, hour=hour, at=now.astimezone(places.TIME_ZONE), seed=SEED
    )
    teller.chart(values, at=now, now=now)
    if float(values["temperature_celsius"]) >= _FEVER_CELSIUS:
        _perhaps_paracetamol(teller, hour=hour, now=now, chance=chance)


def _check(teller: Teller, *, hour: float, now: datetime) -> None:
    """Make the neuro checks that the script has by now, and the routine one when it is due."""
    for neuro in teller.script.neuro:
        if 0 < neuro.at <= hour:
            teller.check(neuro, now=now, at=min(teller.moment(neuro.at), now))
    is_due = DueSet.objects.filter(
        pk=teller.patient_id, neuro_due_at__lte=now + _ROUND_COMES_EARLY
    ).exists()
    routine = teller.script.routine_neuro(hour)
    if is_due and routine is not None:
        teller.check(routine, now=now, at=now)


def _after_the_last_set(patient_id: int, *, now: datetime) -> datetime:
    """A moment before now for what is given, that comes after every set if there is one."""
    latest = PatientState.objects.values_list("latest_taken_at", flat=True).get(pk=patient_id)
    return now if latest is None else latest + (now - latest) / 2


def _give(teller: Teller, given: Given, *, hour: float, at: datetime, now: datetime) -> None:
    if 0 < given.at <= hour and not _has(teller, given):
        teller.give(given, now=now, at=at)
    if given.until is not None and 0 < given.until <= hour:
        teller.stop(given, now=now, at=at)


def _has(teller: Teller, given: Given) -> bool:
    client_id = teller.name("given", given.code, given.at)
    return Treatment.objects.filter(client_id=client_id).exists()


def _report(teller: Teller, *, hour: float, now: datetime) -> None:
    """Report each draw's results once."""
    start = max(0.0, hour - 24)
    fresh = labs.results_between(
        teller.script, start=start, end=hour, origin=teller.origin, seed=SEED
    )
    reported = LabResult.objects.filter(patient_id=teller.patient_id)
    last = reported.order_by("-taken_at").values_list("taken_at", flat=True).first()
    for result in fresh:
        if last is None or result.at > last:
            teller.report(result, now=now)


def _perhaps_paracetamol(
    teller: Teller, *, hour: float, now: datetime, chance: random.Random
) -> None:
    recent = Treatment.objects.filter(
        patient_id=teller.patient_id, code="paracetamol", started_at__gt=now - timedelta(hours=6)
    )
    if chance.random() < _PARACETAMOL_CHANCE and not recent.exists():
        given = Given("paracetamol", hour, dose="15", unit="mg/kg", note="For the fever")
        teller.give(given, now=now, at=now)
