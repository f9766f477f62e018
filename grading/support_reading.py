"""From one set of a course to what the tables of support read: doses, durations, fluid, organs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from grading import course, organs, pressor_doses
from grading.course import CARRY_MINUTES, CourseState, DrugGiven, Reading
from grading.organs import Recorded
from grading.rules.answers import Answer, both
from grading.rules.lee2014 import DEFAULT_LEE_POLICY
from grading.rules.mskcc import LONG_HOURS
from grading.rules.pressors import Infusion
from grading.rules.support_findings import BloodProduct, SupportFindings
from grading.support_course import BOLUSES_COUNT_FOR, SupportCourse
from patients.medicines import TreatmentClass

# What was given stands for now this long. A configuration default, not yet clinically approved.
GIVEN_LASTS: Final = timedelta(hours=24)
_ENOUGH_ON_DOSE: Final = DEFAULT_LEE_POLICY.high_dose_hours
_INTRAVENOUS: Final = frozenset({"iv", "i.v.", "intravenous"})
_PRODUCTS: Final = {
    "plasma": BloodProduct.FRESH_FROZEN_PLASMA,
    "cryoprecipitate": BloodProduct.CRYOPRECIPITATE,
    "fibrinogen_concentrate": BloodProduct.FIBRINOGEN_CONCENTRATE,
    "platelets": BloodProduct.PLATELETS,
    "red_cells": BloodProduct.RED_CELLS,
}
_PRESSOR_KINDS: Final = frozenset({TreatmentClass.VASOPRESSOR, TreatmentClass.VASOPRESSIN})


@dataclass(frozen=True, slots=True)
class Around:
    """One set with what is known around it; `weight_kg` is asked for only where a dose needs it."""

    at: datetime
    read: Reading
    before: CourseState
    after: CourseState
    drugs: Sequence[DrugGiven]
    age_years: int | None
    recorded: Recorded
    weight_kg: Decimal | None = None


def findings_of(around: Around) -> SupportFindings:
    """Return what was recorded; None is not recorded, and nothing here is read off a grade.

    What is charted when it is done (a bolus, an antipyretic, an antibiotic, a blood product)
    was not done when it is not charted. Death and its cause are for a person to state.
    """
    at, read = around.at, around.read
    crs = read.findings
    flat = {name: value for group in read.known.values() for name, value in group.values.items()}
    given = [drug for drug in around.drugs if drug.started_at <= at]
    infusions = _infusions(around, given)
    symptoms, grades = around.recorded.symptoms, around.recorded.grades
    return SupportFindings(
        age_years=around.age_years,
        temperature_celsius=crs.temperature_celsius,
        fever_attributed_elsewhere=crs.fever_attributed_elsewhere,
        constitutional_symptoms=organs.constitutional(symptoms, at),
        antipyretics_given=_antipyretic(given, around.before.episode_opened_at),
        hypotension_present=crs.hypotension_present,
        hypotension_attributed_elsewhere=crs.hypotension_attributed_elsewhere,
        fluid_bolus_given=crs.fluid_bolus_given,
        fluid_bolus_count=_boluses(around, given),
        fluid_responsive=flat.get("fluid_responsive"),
        vasopressors=infusions,
        vasopressin=crs.vasopressin,
        inotropes=crs.inotropes,
        vasopressor_intensity=flat.get("vasopressor_intensity") or None,
        hours_on_dose=_hours_on_dose(around, infusions, given),
        hours_on_vasopressor=_hours_on_vasopressor(around.after.support, given, at),
        hypotension_refractory=flat.get("hypotension_refractory"),
        oxygen_device=crs.oxygen_device,
        oxygen_flow_lpm=crs.oxygen_flow_lpm,
        fio2_fraction=_fraction(flat.get("fio2_percent")),
        oxygen_for_comfort=crs.oxygen_for_comfort,
        baseline_home_oxygen_lpm=crs.baseline_home_oxygen_lpm,
        ventilation_reason=crs.ventilation_reason,
        spo2_percent=crs.spo2_percent,
        organ_toxicities=organs.organ_toxicities(symptoms, grades, at),
        coagulopathy_products=_products(given, at),
        hospitalized_for_crs=flat.get("hospitalized_for_crs"),
        febrile_neutropenia=_febrile_neutropenia(around),
        iv_antibiotics_given=_antibiotics(given, at),
        life_threatening=flat.get("life_threatening"),
    )


def needs_weight(around: Around) -> bool:
    """Whether a dose that runs is charted in a unit that only a body weight makes readable."""
    charted = _charted_doses(around.read)
    units = [(drug, unit) for drug, (_, unit) in charted.items()]
    units += [(d.code, d.unit) for d in around.drugs if d.dose is not None and d.runs(around.at)]
    return any(pressor_doses.needs_weight(drug, unit) for drug, unit in units)


def _infusions(around: Around, given: Sequence[DrugGiven]) -> tuple[Infusion, ...] | None:
    names = around.read.findings.vasopressors
    if names is None:
        return None
    charted = _charted_doses(around.read)
    running = {d.code: d for d in given if d.runs(around.at)}
    inotropes = around.read.findings.inotropes or frozenset()
    return tuple(
        _infusion(drug, charted.get(drug), running.get(drug), around)
        for drug in sorted(names | inotropes)
    )


def _infusion(
    drug: str,
    charted: tuple[Decimal, str] | None,
    running: DrugGiven | None,
    around: Around,
) -> Infusion:
    """The dose said last, by the set or by the medicine's own row."""
    dose: Decimal | None = None
    unit = ""
    if running is not None and running.dose is not None:
        dose, unit = running.dose, running.unit
    if charted is not None:
        said_at = around.read.known["vasopressors"].taken_at
        if running is None or dose is None or said_at >= running.started_at:
            dose, unit = charted
    return pressor_doses.infusion(drug, dose, unit, weight_kg=around.weight_kg)


def _charted_doses(read: Reading) -> dict[str, tuple[Decimal, str]]:
    known = read.known.get("vasopressors")
    return pressor_doses.charted((known.values.get("vasopressor_doses") or ()) if known else ())


def _hours_on_dose(
    around: Around, infusions: Sequence[Infusion] | None, given: Sequence[DrugGiven]
) -> Decimal | None:
    """Hours at the dose of now or a higher one: of the drug that is high, else of the newest."""
    if not infusions:
        return None
    hours = {
        one.drug: _hours_of_drug(one, around, given) for one in infusions if one.dose is not None
    }
    high = [hours[one.drug] for one in infusions if pressor_doses.is_above_line(one)]
    if high:
        return max((each for each in high if each is not None), default=None)
    known = [each for each in hours.values() if each is not None]
    return min(known) if known and len(known) == len(hours) else None


def _hours_of_drug(one: Infusion, around: Around, given: Sequence[DrugGiven]) -> Decimal | None:
    answers = []
    held = around.after.support.doses.get(one.drug)
    if held is not None:
        answers.append(_seen(held.since, around.at, seen=held.seen, enough=_ENOUGH_ON_DOSE))
    rows = [
        drug for drug in given if drug.code == one.drug and _as_much(drug, one, around.weight_kg)
    ]
    since = _unbroken_since(rows, around.at, gap=timedelta(0))
    if since is not None:
        answers.append(_hours(since, around.at))
    return max((each for each in answers if each is not None), default=None)


def _as_much(drug: DrugGiven, one: Infusion, weight_kg: Decimal | None) -> bool:
    """Whether a row gave at least the dose of now, or both are above the line."""
    row = pressor_doses.infusion(drug.code, drug.dose, drug.unit, weight_kg=weight_kg)
    if row.dose is None or one.dose is None or row.unit != one.unit:
        return False
    both_high = pressor_doses.is_above_line(row) and pressor_doses.is_above_line(one)
    return row.dose >= one.dose or both_high


def _hours_on_vasopressor(
    support: SupportCourse, given: Sequence[DrugGiven], at: datetime
) -> Decimal | None:
    """Hours since the first vasopressor of an unbroken run, by the sets or the medicines.

    When nobody saw it start, the hours since it was first charted count once they suffice.
    """
    rows = [drug for drug in given if drug.kind in _PRESSOR_KINDS]
    since = _unbroken_since(rows, at, gap=CARRY_MINUTES)
    charted = support.pressors_since
    if since is not None:
        return _hours(since if charted is None else min(since, charted), at)
    if charted is None:
        return None
    return _seen(charted, at, seen=support.start_seen, enough=LONG_HOURS)


def _unbroken_since(rows: Sequence[DrugGiven], at: datetime, *, gap: timedelta) -> datetime | None:
    """Since when one of these rows after another ran up to now; None when none runs now."""
    since = min((row.started_at for row in rows if row.runs(at)), default=None)
    if since is None:
        return None
    for row in sorted(rows, key=lambda row: row.started_at, reverse=True):
        if row.started_at < since and (row.stopped_at is None or row.stopped_at + gap >= since):
            since = row.started_at
    return since


def _seen(since: datetime, at: datetime, *, seen: bool, enough: int) -> Decimal | None:
    hours = _hours(since, at)
    return hours if seen or hours >= enough else None


def _hours(since: datetime, at: datetime) -> Decimal:
    return Decimal((at - since) // timedelta(minutes=1)) / 60


def _boluses(around: Around, given: Sequence[DrugGiven]) -> int | None:
    """Boluses of this episode and these 24 h, if one was given within the hour.

    One that stands in a set and among the medicines within the hour is one.
    """
    within_the_hour = around.read.findings.fluid_bolus_given
    if within_the_hour is None:
        return None
    if not within_the_hour:
        return 0
    opened = around.before.episode_opened_at
    since = around.at - BOLUSES_COUNT_FOR
    since = since if opened is None else max(since, opened - CARRY_MINUTES)
    rows = [drug.started_at for drug in given if drug.is_bolus and drug.started_at >= since]
    only_charted = [
        at
        for at in around.after.support.boluses
        if at >= since and all(abs(at - row) > CARRY_MINUTES for row in rows)
    ]
    return max(1, len(rows) + len(only_charted))


def _antipyretic(given: Sequence[DrugGiven], opened: datetime | None) -> bool:
    """Whether an antipyretic was given in this episode; before one it is premedication."""
    return opened is not None and any(
        drug.kind == TreatmentClass.ANTIPYRETIC and drug.started_at >= opened for drug in given
    )


def _antibiotics(given: Sequence[DrugGiven], at: datetime) -> Answer:
    """Whether an antibiotic runs, or began within 24 h, by vein; None when no route was said."""
    routes = {
        drug.route.strip().lower()
        for drug in given
        if drug.code == "antibiotic" and (drug.runs(at) or at - drug.started_at <= GIVEN_LASTS)
    }
    if routes & _INTRAVENOUS:
        return True
    return None if "" in routes else False


def _products(given: Sequence[DrugGiven], at: datetime) -> frozenset[BloodProduct]:
    return frozenset(
        _PRODUCTS[drug.code]
        for drug in given
        if drug.code in _PRODUCTS and at - drug.started_at <= GIVEN_LASTS
    )


def _febrile_neutropenia(around: Around) -> Answer:
    """As stated; else fever of the last 24 h together with neutrophils below 1.0."""
    recorded = around.recorded
    stated, low = organs.neutropenic(recorded.symptoms, recorded.grades, around.at)
    if stated is not None:
        return stated
    fever: Answer = None
    last = around.after.last_fever_at
    if last is not None and around.at - last <= organs.REACH:
        fever = True
    elif around.read.findings.temperature_celsius is not None:
        fever = course.is_fever(around.read.findings)
    return both(fever, low)


def _fraction(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / 100
