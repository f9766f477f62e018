"""Proof that the tables are whole: nothing charted falls between two rows or into both."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise, product

from grading.rules import crs_criteria, icans_criteria
from grading.rules.crs_findings import CrsFindings
from grading.rules.crs_oxygen import OXYGEN
from grading.rules.crs_pressure import PRESSURE
from grading.rules.icans_findings import IcansFindings
from grading.rules.verdict import VERIFICATION_TAGS, F, Rule
from grading.rules.vocabulary import (
    CANNULAS,
    CerebralEdema,
    Consciousness,
    OxygenDevice,
    Seizure,
    Vasopressor,
)

CRS_ROWS = crs_criteria.CRITERIA
ICANS_ROWS = icans_criteria.CRITERIA
# Both sides of the edge between low and high flow, and none at all.
_FLOWS = tuple(Decimal(flow) for flow in ("0", "0.1", "6", "6.1", "60"))
_MINUTES = (None, Decimal("4.9"), Decimal(5), Decimal("5.1"))

Situation = tuple[F, dict[str, int]]


def check_crs_tables(rules: Sequence[Rule[CrsFindings]] = CRS_ROWS) -> list[str]:
    """The gaps and overlaps of the CRS table; empty when it is whole."""
    return [*row_problems(rules), *misfits(rules, (*_crs_pressure(), *_crs_oxygen()))]


def check_icans_tables(rules: Sequence[Rule[IcansFindings]] = ICANS_ROWS) -> list[str]:
    """The gaps and overlaps of the ICANS table; empty when it is whole."""
    return [*row_problems(rules), *misfits(rules, (*_icans_scores(), *_icans_signs()))]


def row_problems(rules: Sequence[Rule[F]]) -> list[str]:
    """Rows that say too little, twice, or in the wrong order."""
    rows = [rule.criterion for rule in rules]
    problems = [
        f"row {row.id} appears twice" for row, other in combinations(rows, 2) if row.id == other.id
    ]
    problems += [f"row {row.id} has no source" for row in rows if not row.source]
    problems += [f"row {row.id} has no words" for row in rows if not row.words]
    problems += [
        f"row {row.id} has tag {row.verification_tag!r}"
        for row in rows
        if row.verification_tag not in VERIFICATION_TAGS
    ]
    problems += [f"row {row.id} has grade {row.grade}" for row in rows if not 0 <= row.grade <= 5]
    if any(earlier.grade < later.grade for earlier, later in pairwise(rows)):
        problems.append("the rows do not stand gravest first")
    return problems


def misfits(rules: Sequence[Rule[F]], situations: Iterable[Situation[F]]) -> list[str]:
    """Situations met by another number of rows, domain by domain, than they must be."""
    problems = []
    for findings, wanted in situations:
        for domain, count in wanted.items():
            met = [r.criterion.id for r in rules if r.domain == domain and r.met(findings)]
            if len(met) != count:
                problems.append(f"{domain}: {met or 'no row'} for {findings}")
    return problems


def _crs_pressure() -> Iterator[Situation[CrsFindings]]:
    drugs = tuple(Vasopressor)[:3]
    both = (False, True)
    for number, alone, bolus, low in product(range(4), both, both, both):
        findings = CrsFindings(
            vasopressors=frozenset(drugs[:number]),
            vasopressin=alone,
            fluid_bolus_given=bolus,
            hypotension_present=low,
        )
        yield findings, {PRESSURE: int(bool(number or alone or bolus or low))}


def _crs_oxygen() -> Iterator[Situation[CrsFindings]]:
    for device, flow in product(OxygenDevice, _FLOWS):
        given = device != OxygenDevice.ROOM_AIR and not (device in CANNULAS and flow == 0)
        yield CrsFindings(oxygen_device=device, oxygen_flow_lpm=flow), {OXYGEN: int(given)}


def _icans_scores() -> Iterator[Situation[IcansFindings]]:
    for score in range(11):
        wanted = {icans_criteria.SCORE: int(score < 10)}
        yield IcansFindings(age_years=40, ice_score=score), wanted
    for score in range(33):
        wanted = {icans_criteria.SCORE: int(score > 0)}
        yield IcansFindings(age_years=5, capd_score=score), wanted


def _icans_signs() -> Iterator[Situation[IcansFindings]]:
    awake = (Consciousness.ALERT, Consciousness.NEW_CONFUSION)
    for level in Consciousness:
        wanted = {icans_criteria.AROUSAL: int(level not in awake)}
        yield IcansFindings(consciousness=level), wanted
    for kind, minutes in product(Seizure, _MINUTES):
        wanted = {icans_criteria.SEIZURE: int(kind != Seizure.NONE)}
        yield IcansFindings(seizure=kind, seizure_minutes=minutes), wanted
    for edema in CerebralEdema:
        wanted = {icans_criteria.PRESSURE: int(edema != CerebralEdema.NONE)}
        findings = IcansFindings(cerebral_edema=edema, raised_pressure_signs=frozenset())
        yield findings, wanted
