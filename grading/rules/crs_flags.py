"""What the CRS grader asks a person to look at; a flag never changes a grade."""

from enum import StrEnum

from grading.rules.crs_criteria import has_fever
from grading.rules.crs_findings import CrsFindings, CrsPolicy
from grading.rules.crs_oxygen import LOW_FLOW_MAX_LPM, OXYGEN
from grading.rules.crs_pressure import PRESSURE
from grading.rules.verdict import Rule
from grading.rules.vocabulary import CANNULAS, POSITIVE_PRESSURE, OxygenDevice


class CrsFlag(StrEnum):
    """Each flag is the sentence a person reads."""

    MASKED = "possible masked CRS: hypotension or hypoxia with no fever in this course"
    PREMEDICATED = (
        "possible masked CRS: no fever in this course, but a drug that hides fever was given"
    )
    REVIEW_PRESSURE = "review: hypotension without fever"
    REVIEW_OXYGEN = "review: hypoxia without fever"
    FEVER_UNKNOWN = "review: hypotension or hypoxia, and fever is not known; take a temperature"
    VASOPRESSIN_ALONE = "vasopressin is the only agent; the published table is silent: confirm"
    INOTROPE = "inotrope running; not counted as a vasopressor: confirm"
    INFANT_FLOW = "high-flow device at 6 L/min or less under-grades infants: confirm"
    UNTREATED = "hypotension charted with no bolus and no vasopressor: confirm"
    ASK_OXYGEN = "ask: low saturation on room air; does the patient need oxygen?"
    REASON_UNKNOWN = "reason for ventilation not recorded: taken as hypoxia"
    COMFORT_PRESSURE = "review: positive pressure marked as oxygen for comfort"
    FLOW_ON_AIR = "review: an oxygen flow is charted with room air"
    NO_FLOW = "review: a cannula is charted at 0 L/min; not counted as oxygen"


def crs_flags(
    findings: CrsFindings,
    *,
    policy: CrsPolicy,
    required_fever: bool | None,
    met: list[Rule[CrsFindings]],
) -> tuple[str, ...]:
    """Everything worth a second look.

    `required_fever` is whether fever is present or no longer required; `met` the rows met
    before fever was considered.
    """
    flags = _about_fever(findings, required_fever, {rule.domain for rule in met})
    flags += _about_pressure(findings, policy, {rule.criterion.id for rule in met})
    flags += _about_oxygen(findings, policy)
    return tuple(flags)


def _about_fever(
    findings: CrsFindings, required_fever: bool | None, domains: set[str]
) -> list[str]:
    pressure, oxygen = PRESSURE in domains, OXYGEN in domains
    if required_fever or not (pressure or oxygen):
        return []
    if has_fever(findings) is None:
        return [CrsFlag.FEVER_UNKNOWN]
    flags: list[str] = []
    if findings.fever_within_course is False:
        treated = findings.fever_waiving_treatment_given
        flags.append(CrsFlag.PREMEDICATED if treated else CrsFlag.MASKED)
    if pressure:
        flags.append(CrsFlag.REVIEW_PRESSURE)
    if oxygen:
        flags.append(CrsFlag.REVIEW_OXYGEN)
    return flags


def _about_pressure(findings: CrsFindings, policy: CrsPolicy, rows: set[str]) -> list[str]:
    flags: list[str] = []
    if f"crs-{policy.vasopressin_alone_grade}-vasopressin" in rows:
        flags.append(CrsFlag.VASOPRESSIN_ALONE)
    if findings.inotropes and not policy.inotropes_count:
        flags.append(CrsFlag.INOTROPE)
    if f"crs-{policy.untreated_hypotension_grade}-untreated" in rows:
        flags.append(CrsFlag.UNTREATED)
    return flags


def _about_oxygen(findings: CrsFindings, policy: CrsPolicy) -> list[str]:
    device, flow = findings.oxygen_device, findings.oxygen_flow_lpm
    flags: list[str] = []
    if device == OxygenDevice.ROOM_AIR:
        spo2 = findings.spo2_percent
        if spo2 is not None and spo2 < policy.ask_below_spo2_percent:
            flags.append(CrsFlag.ASK_OXYGEN)
        if flow:
            flags.append(CrsFlag.FLOW_ON_AIR)
    elif device in POSITIVE_PRESSURE:
        if findings.oxygen_for_comfort:
            flags.append(CrsFlag.COMFORT_PRESSURE)
        elif findings.ventilation_reason is None:
            flags.append(CrsFlag.REASON_UNKNOWN)
    elif device in CANNULAS and flow is not None:
        if flow == 0:
            flags.append(CrsFlag.NO_FLOW)
        elif device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA and flow <= LOW_FLOW_MAX_LPM:
            flags.append(CrsFlag.INFANT_FLOW)
    return flags
