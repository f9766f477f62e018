"""JSON cases of the CTCAE laboratory and symptom terms, read into their findings and graded."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import (
    CaseRefused,
    Reader,
    celsius,
    number,
    one_of,
    read_all,
    shown,
    yes_or_no,
)
from grading.rules.ctcae_lab import Edition, LabFindings, grade_lab
from grading.rules.ctcae_lab_names import plain
from grading.rules.ctcae_symptom import SymptomFindings, grade_symptom
from grading.rules.ctcae_symptom_findings import Intervention, SeizureType
from grading.rules.verdict import Verdict
from grading.rules.vocabulary import Labeled

_MOST = 1_000_000_000


class _Kind(Labeled):
    CORRECTED = "albumin_corrected", "corrected for albumin"
    IONIZED = "ionised", "ionized"


def text(name: str, value: Any) -> str:
    """A word or phrase, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise CaseRefused([f"{name} must be text, not {shown(value)}"])
    return value


def _unit(name: str, value: Any) -> str | None:
    """A unit; one left blank was not recorded."""
    return None if isinstance(value, str) and not value.strip() else text(name, value)


def _edition(name: str, value: Any) -> Edition:
    """An edition, named "5.0", "5" or as a number."""
    said = str(value) if isinstance(value, str | int | Decimal) else ""
    for edition in Edition:
        if said in (edition.value, edition.value[:1], f"{edition.value[:1]}.0"):
            return edition
    raise CaseRefused([f"{name} must be one of {', '.join(Edition)}, not {shown(value)}"])


def _above_zero(name: str, value: Any) -> Decimal:
    got: Decimal = number(0, _MOST)(name, value)
    if got == 0:
        raise CaseRefused([f"{name} must be above 0, not {shown(value)}"])
    return got


LAB_FIELD_OF = {
    "term": "term",
    "ctcae_version": "edition",
    "value": "value",
    "unit": "unit",
    "lln": "lln",
    "uln": "uln",
    "baseline": "baseline",
    "baseline_abnormal": "baseline_abnormal",
    "pct_change_from_baseline": "percent_change",
    "symptomatic": "symptomatic",
    "anticoagulated": "anticoagulated",
    "kind": "kind",
}
_LAB: dict[str, Reader] = {
    "term": text,
    "ctcae_version": _edition,
    "value": number(0, _MOST),
    "unit": _unit,
    "lln": number(0, _MOST),
    "uln": _above_zero,
    "baseline": _above_zero,
    "baseline_abnormal": yes_or_no,
    "pct_change_from_baseline": number(-100, _MOST),
    "symptomatic": yes_or_no,
    "anticoagulated": yes_or_no,
    "kind": one_of(_Kind, {"ionized": _Kind.IONIZED}),
}
_CALCIUM = frozenset({"hypocalcemia", "hypercalcemia"})


def grade_lab_case(
    case: Mapping[str, Any], age_years: Decimal | None, assume_normal: bool
) -> Verdict:
    """The CTCAE grade of a laboratory case; raises CaseRefused.

    By the convention of laboratory case files a baseline that is absent was normal, calcium is
    corrected for albumin, and symptoms or anticoagulation nobody mentioned count as present.
    """
    values = read_all(case, _LAB, frozenset())
    filled = {LAB_FIELD_OF[key]: value for key, value in values.items() if value is not None}
    if "term" not in filled:
        raise CaseRefused(["term must be given: the CTCAE term to grade"])
    kind = filled.pop("kind", None)
    total = plain(filled["term"]) in _CALCIUM
    if total and kind == _Kind.IONIZED:
        filled["term"] = f"{filled['term']} (ionized)"
    try:
        verdict = grade_lab(LabFindings(**filled, unstated_counts=assume_normal))
    except ValueError as refused:
        raise CaseRefused([str(refused)]) from refused
    if total and kind is None and not assume_normal:
        # Ionized and total calcium have limits of their own: neither can be told from the other.
        return replace(verdict, grade=None, at_least=0, because=(), missing=("kind",))
    return verdict


SYMPTOM_FIELD_OF = {
    "term": "term",
    "temperature_c": "temperature_celsius",
    "hours_above_40": "hours_above_40",
    "anc_10e9_l": "neutrophils_10e9_l",
    "minutes_at_or_above_38": "minutes_at_or_above_38",
    "ef_percent": "ejection_fraction_percent",
    "drop_points": "drop_points",
    "bsa_percent": "body_surface_percent",
    "severe_symptoms": "severe_symptoms",
    "limits_self_care": "limits_self_care",
    "limits_instrumental": "limits_instrumental",
    "stools_over_baseline_per_day": "stools_over_baseline_per_day",
    "hospitalised": "hospitalized",
    "life_threatening": "life_threatening",
    "symptomatic": "symptomatic",
    "intervention": "intervention",
    "type": "seizure_type",
    "brief": "brief",
    "new_onset": "new_onset",
    "multiple_despite_treatment": "multiple_despite_treatment",
    "prolonged_repetitive": "prolonged_repetitive",
}
_SYMPTOM: dict[str, Reader] = dict.fromkeys(SYMPTOM_FIELD_OF, yes_or_no) | {
    "term": text,
    "temperature_c": celsius,
    "hours_above_40": number(0, 100_000, "h"),
    "anc_10e9_l": number(0, 1000, "10^9/L"),
    "minutes_at_or_above_38": number(0, 1_000_000, "min"),
    "ef_percent": number(0, 100, "%"),
    "drop_points": number(0, 100),
    "bsa_percent": number(0, 100, "%"),
    "stools_over_baseline_per_day": number(0, 100),
    "intervention": one_of(Intervention),
    "type": one_of(SeizureType),
}
_ASSUMED: dict[str, Any] = {
    "hours_above_40": Decimal(0),
    "minutes_at_or_above_38": Decimal(0),
    "drop_points": Decimal(0),
    "severe_symptoms": False,
    "limits_self_care": False,
    "limits_instrumental": False,
    "hospitalized": False,
    "life_threatening": False,
    "symptomatic": False,
    "intervention": Intervention.NONE,
    "brief": True,
    "new_onset": False,
    "multiple_despite_treatment": False,
    "prolonged_repetitive": False,
}


def grade_symptom_case(
    case: Mapping[str, Any], age_years: Decimal | None, assume_normal: bool
) -> Verdict:
    """The CTCAE grade of a symptom case; raises CaseRefused."""
    values = read_all(case, _SYMPTOM, frozenset())
    filled = {SYMPTOM_FIELD_OF[key]: value for key, value in values.items()}
    if filled.get("term") is None:
        raise CaseRefused(["term must be given: the CTCAE term to grade"])
    if assume_normal:
        filled = _ASSUMED | filled
    try:
        return grade_symptom(SymptomFindings(**filled))
    except ValueError as refused:
        raise CaseRefused([str(refused)]) from refused
