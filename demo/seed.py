"""Fill the demo ward: each course's past through the bulk door, its last hours one by one."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from charting import assigning, bulk, planning, stays
from demo import accounts, answering, duty, labs, places, sampling, symptoms
from demo.courses import MINUTES, Given, Script, at_hour
from demo.scripts import SCRIPTS
from demo.telling import SEED, Teller
from patients.models import Patient
from staff.models import Bed, User, Ward
from vitals.vocabulary import Source

# Charted set by set, so that alerts, answers and due times stand as in life.
LIVE_FROM_HOUR: Final = -10.0
BEFORE_ADMISSION: Final = -10_000.0
# Alerts younger than this are left for whoever looks at the demo.
LEFT_OPEN: Final = timedelta(minutes=25)
# Whoever lies in a bed after this one has no nurse yet, as on a ward between two shifts.
LAST_ASSIGNED_BED: Final = "10"
SAVED_AFTER: Final = timedelta(minutes=2)
# Symptoms are told of the last days alone: the summary shows no more.
SYMPTOMS_ASKED_FOR_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling did: patients admitted now, and patients who were there before."""

    admitted: int
    present: int


def fill(*, now: datetime) -> Filled:
    """Make sure that wards, accounts and patients exist; what exists is left as it is."""
    origin = now.astimezone(places.TIME_ZONE).replace(second=0, microsecond=0)
    with transaction.atomic():
        wards = places.ensure_wards()
        staff = accounts.ensure(wards)
        duty.ensure(wards.values(), staff=staff, now=now)
    present = set(Patient.objects.values_list("mrn", flat=True))
    missing = [script for script in SCRIPTS if script.person.mrn not in present]
    for script in missing:
        _admit(script, ward=wards[script.person.ward], staff=staff, origin=origin)
    return Filled(admitted=len(missing), present=len(SCRIPTS) - len(missing))


def nurse_of(ward_code: str) -> str:
    """The user name under which the demo charts on a ward."""
    return "nurse" if ward_code == "7b" else "nurse2"


@transaction.atomic
def _admit(script: Script, *, ward: Ward, staff: dict[str, User], origin: datetime) -> None:
    """Admit one patient and tell the whole past: all of it or nothing."""
    charge, nurse = staff["charge"], staff[nurse_of(ward.code)]
    admitted = at_hour(script.admitted, origin=origin)
    patient = places.register(script, at=admitted, by=nurse)
    bed = Bed.objects.get(ward=ward, label=script.person.bed)
    stays.admit(patient, ward=ward, bed=bed, at=admitted, by=charge, now=admitted)
    teller = Teller(script, patient.pk, origin, nurse)
    teller.infuse()
    if script.person.bed <= LAST_ASSIGNED_BED:
        then = at_hour(LIVE_FROM_HOUR, origin=origin)
        assigning.assign(patient_id=patient.pk, nurse=nurse, by=charge, now=then)
    if script.phases:
        _tell_history(teller)
        _tell_last_hours(teller, answered_by=staff["oncologist"])
    for dose in script.planned:
        planning.plan_dose(
            patient_id=patient.pk,
            client_id=uuid.uuid4(),
            therapy=script.therapy,
            kind=dose.kind,
            planned_at=origin + timedelta(hours=dose.hours_ahead),
            planned_by=staff["oncologist"],
            now=origin,
        )


def _tell_history(teller: Teller) -> None:
    """The sets last, so that they are graded once and in the light of all the rest."""
    script, origin = teller.script, teller.origin
    then = at_hour(LIVE_FROM_HOUR, origin=origin)
    for given in _in_order(script.given):
        if given.at < LIVE_FROM_HOUR:
            teller.give(given, now=then)
            if given.until is not None and given.until < LIVE_FROM_HOUR:
                teller.stop(given, now=then)
    start, end = BEFORE_ADMISSION, LIVE_FROM_HOUR
    for result in labs.results_between(script, start=start, end=end, origin=origin, seed=SEED):
        teller.report(result)
    for neuro in script.neuro:
        if neuro.at < LIVE_FROM_HOUR:
            teller.check(neuro)
    lately = LIVE_FROM_HOUR - SYMPTOMS_ASKED_FOR_HOURS
    for asked in symptoms.checks_between(script, start=lately, end=end, origin=origin):
        teller.look(asked)
    taken = sampling.sets_between(script, start=start, end=end, origin=origin, seed=SEED)
    bulk.chart_many(
        patient_id=teller.patient_id,
        entries=[teller.entry(each.values, at=each.at, now=then) for each in taken],
        charted_by=teller.by,
        now=then,
        source=Source.SIMULATOR,
    )


def _tell_last_hours(teller: Teller, *, answered_by: User) -> None:
    """Everything of the last hours in the order it happened, alerts answered in between."""
    end = teller.origin.astimezone(UTC)
    leave_open = end - LEFT_OPEN
    before = teller.moment(LIVE_FROM_HOUR)
    for at, act in sorted(_acts(teller), key=lambda pair: pair[0]):
        # A check scripted for the very minute is no routine one.
        teller.check_when_due(after=before, until=at - MINUTES)
        _answer(teller, by=answered_by, until=min(at, leave_open))
        act()
        before = at.astimezone(UTC)
    teller.check_when_due(after=before, until=end)
    _answer(teller, by=answered_by, until=leave_open)


def _answer(teller: Teller, *, by: User, until: datetime) -> None:
    answering.answer(patient_id=teller.patient_id, by=by, until=until)


def _acts(teller: Teller) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Everything since LIVE_FROM_HOUR, each with its moment."""
    script, origin = teller.script, teller.origin
    for taken in sampling.sets_between(
        script, start=LIVE_FROM_HOUR, end=0, origin=origin, seed=SEED
    ):
        now = min(taken.at.astimezone(UTC) + SAVED_AFTER, origin)
        yield taken.at, partial(teller.chart, taken.values, at=taken.at, now=now)
    for given in script.given:
        if LIVE_FROM_HOUR <= given.at <= 0:
            at = at_hour(given.at, origin=origin)
            yield at, partial(teller.give, given, now=at)
        if given.until is not None and LIVE_FROM_HOUR <= given.until <= 0:
            at = at_hour(given.until, origin=origin)
            yield at, partial(teller.stop, given, now=at)
    for neuro in script.neuro:
        if LIVE_FROM_HOUR <= neuro.at <= 0:
            yield at_hour(neuro.at, origin=origin), partial(teller.check, neuro)
    for asked in symptoms.checks_between(script, start=LIVE_FROM_HOUR, end=0, origin=origin):
        yield asked.at, partial(teller.look, asked)
    for result in labs.results_between(
        script, start=LIVE_FROM_HOUR, end=0, origin=origin, seed=SEED
    ):
        yield result.at, partial(teller.report, result, now=origin)


def _in_order(given: tuple[Given, ...]) -> list[Given]:
    return sorted(given, key=lambda each: each.at)
