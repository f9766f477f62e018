"""The seam where laboratory results become what the CTCAE terms read: limits, baseline, unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from grading import lab_terms
from grading.rules.ctcae_lab import Edition, LabFindings
from grading.rules.ctcae_lab_rows import Term
from patients.models import Patient
from vitals.analytes import ANALYTES, spelled
from vitals.models import LabResult

# A baseline is the newest value before the first dose, if no older than this.
BASELINE_WITHIN: Final = timedelta(days=30)
ALBUMIN, CALCIUM = "albumin", "calcium"
# Corrected calcium mg/dL = calcium + 0.8 x (4.0 - albumin g/dL).
_NORMAL_ALBUMIN_G_DL: Final = Decimal("4.0")
_CALCIUM_PER_ALBUMIN: Final = Decimal("0.8")
# Creatinine is stored under a code for each of its units: 1 mg/dL is 88.42 umol/L.
_CREATININE: Final = {"mg/dL": Decimal(1), "umol/L": 1 / Decimal("88.42")}
_TWO_CODES: Final = {"creatinine": _CREATININE, "creatinine_si": _CREATININE}


@dataclass(frozen=True, slots=True)
class LabCourse:
    """What grading results needs of one patient: when the first dose was, the ward's clock."""

    patient: Patient
    anchor_at: datetime | None
    zone: tzinfo
    edition: Edition


@dataclass(frozen=True, slots=True)
class Beside:
    """The other results that decide: baselines by substance, albumins by ward-local day."""

    baselines: Mapping[frozenset[str], LabResult] = field(default_factory=dict)
    albumins: Mapping[Any, LabResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Findings of one term, with the results beside the graded one that they rest on."""

    findings: LabFindings
    evidence: tuple[dict[str, Any], ...] = ()
    note: str = ""


def beside(results: Iterable[LabResult], of: LabCourse) -> Beside:
    """Read what else decides about these results, in two queries at most."""
    graded = [row for row in results if row.analyte in lab_terms.ANALYTES]
    return Beside(_baselines(graded, of), _albumins(graded, of))


def read(result: LabResult, term: Term, *, of: LabCourse, near: Beside) -> Read:
    """The findings of one result for one term; nothing is converted, nothing invented."""
    unit = spelled(result.unit)
    base = _baseline_of(result, of=of, near=near)
    value, low, high = (
        exact(each) for each in (result.value, result.reference_low, result.reference_high)
    )
    findings = LabFindings(
        term=term.name,
        edition=of.edition,
        value=value,
        unit=unit or None,
        # A limit below 0 is none of a laboratory, and an upper one of 0 is no limit.
        lln=low if low is not None and low >= 0 else None,
        uln=high if high is not None and high > 0 else None,
        baseline=_in_unit(base, unit) if base else None,
        baseline_abnormal=_was_abnormal(base, term) if base else None,
        symptomatic=result.symptomatic,
        anticoagulated=result.anticoagulated,
    )
    return Read(findings, (_said("baseline", base),) if base else ())


def corrected(read_: Read, result: LabResult, *, of: LabCourse, near: Beside) -> Read | None:
    """Total calcium corrected for the albumin of the same day; None where there is none."""
    albumin = near.albumins.get(_day(result, of.zone))
    value, unit = read_.findings.value, read_.findings.unit
    if albumin is None or albumin.canonical_value is None or value is None or unit is None:
        return None
    per_unit = ANALYTES[CALCIUM].factors.get(unit)
    if per_unit is None:
        return None
    missing = _NORMAL_ALBUMIN_G_DL - albumin.canonical_value
    value = value + exact(_CALCIUM_PER_ALBUMIN * missing / per_unit, places=4)
    findings = replace(read_.findings, value=max(exact(value), Decimal(0)))
    note = f"corrected for albumin {exact(albumin.value)} {albumin.unit} of the same day"
    return Read(findings, (*read_.evidence, _said("albumin", albumin)), note)


def exact(value: Any, *, places: int = 6) -> Any:
    """Drop the zeros that a column adds, so that a value reads as it was reported."""
    if value is None:
        return None
    return round(Decimal(value), places).normalize() + 0


def is_baseline(result: LabResult, anchor_at: datetime | None) -> bool:
    """Whether a result lies where a baseline is looked for."""
    if anchor_at is None or result.value is None or result.comparator:
        return False
    return anchor_at - BASELINE_WITHIN <= result.taken_at < anchor_at


def _baselines(graded: list[LabResult], of: LabCourse) -> dict[frozenset[str], LabResult]:
    if of.anchor_at is None:
        return {}
    wanted = {
        code
        for row in graded
        if row.taken_at >= of.anchor_at
        for code in lab_terms.substances(row.analyte)
    }
    rows = (
        LabResult.objects.filter(
            patient=of.patient,
            analyte__in=wanted,
            taken_at__gte=of.anchor_at - BASELINE_WITHIN,
            taken_at__lt=of.anchor_at,
            value__gt=0,
            comparator="",
        )
        .in_force()
        .order_by("taken_at", "pk")
    )
    return {lab_terms.substances(row.analyte): row for row in rows}


def _albumins(graded: list[LabResult], of: LabCourse) -> dict[Any, LabResult]:
    days = [row.taken_at for row in graded if row.analyte == CALCIUM]
    if not days:
        return {}
    rows = (
        LabResult.objects.filter(
            patient=of.patient,
            analyte=ALBUMIN,
            taken_at__range=(min(days) - timedelta(days=1), max(days) + timedelta(days=1)),
            canonical_value__isnull=False,
            comparator="",
        )
        .in_force()
        .order_by("taken_at", "pk")
    )
    return {_day(row, of.zone): row for row in rows}


def _baseline_of(result: LabResult, *, of: LabCourse, near: Beside) -> LabResult | None:
    if of.anchor_at is None or result.taken_at < of.anchor_at:
        return None
    return near.baselines.get(lab_terms.substances(result.analyte))


def _in_unit(base: LabResult, unit: str) -> Decimal | None:
    """The baseline in the unit of the result: multiples of it need no printed limit."""
    assert base.value is not None
    own = spelled(base.unit)
    if own == unit:
        same: Decimal = exact(base.value)
        return same
    factors = _TWO_CODES.get(base.analyte, ANALYTES[base.analyte].factors)
    if own not in factors or unit not in factors:
        return None
    converted: Decimal = exact(base.value * factors[own] / factors[unit])
    return converted


def _was_abnormal(base: LabResult, term: Term) -> bool | None:
    """Whether the baseline lay beyond its own laboratory's limit; None where none was given."""
    assert base.value is not None
    if lab_terms.is_high(term):
        high = base.reference_high
        return None if high is None else base.value > high
    return None if base.reference_low is None else base.value < base.reference_low


def _day(result: LabResult, zone: tzinfo) -> Any:
    return result.taken_at.astimezone(zone).date()


def _said(name: str, row: LabResult) -> dict[str, Any]:
    return {
        "field": name,
        "value": f"{exact(row.value)} {row.unit}".strip(),
        "taken_at": row.taken_at.isoformat(),
        "lab": row.pk,
        "carried": True,
    }
