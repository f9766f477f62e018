"""What the scales of support ask a person to look at; a flag never changes a grade."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from grading.rules.organ import counted, worst_except
from grading.rules.support_findings import SupportFindings, has_fever
from grading.rules.support_oxygen import AIR_FRACTION, Oxygen, oxygen_given
from grading.rules.support_pressure import VASOPRESSIN, Pressure
from grading.rules.vocabulary import POSITIVE_PRESSURE, Inotrope, OxygenDevice, VentilationReason

ASK_BELOW_SPO2_PERCENT = 90  # on room air; a question, never a grade


@dataclass(frozen=True, slots=True)
class Questions:
    """What a policy makes of the questions that tables share."""

    pressure: Pressure
    oxygen: Oxygen
    blood_counts: bool = False


class SupportFlag(StrEnum):
    """Each flag is the sentence a person reads."""

    AFEBRILE = "review: no fever is charted now; this table does not ask for one: is this CRS?"
    DOSE_TABLE = "high or low dose judged by a flat adult dose table not yet checked: confirm"
    DOSE_DISAGREES = "the stated intensity and the doses disagree: confirm; the statement counts"
    INOTROPE_COUNTED = "inotrope charted among the vasopressors: counted as one: confirm"
    INOTROPE = "inotrope running; not counted as a vasopressor: confirm"
    VASOPRESSIN_ALONE = "vasopressin is the only agent; taken by the dose table: confirm"
    VASOPRESSIN_HIGH = "vasopressin counts as a high-dose vasopressor here: confirm"
    SEVERAL = "several vasopressors: grade 4 only when life-threatening is stated: confirm"
    REFRACTORY_LOW = "refractory hypotension stated without high-dose vasopressors: confirm"
    UNTREATED = "hypotension charted with no bolus and no vasopressor: confirm"
    NOT_RESPONDING = "hypotension not responding to fluid, and no vasopressor: confirm"
    PRESSURE_DISAGREES = "systolic pressure and the stated absence of hypotension disagree: confirm"
    CHILD = "the adult table is used below 18 years: confirm"
    ADULT = "the pediatric table is used from 18 years on: confirm"
    ESTIMATED = "FiO2 not charted: judged by device and flow: confirm"
    FRACTION_ON_AIR = "review: an FiO2 above 0.21 is charted with room air; counted as oxygen"
    REASON_UNKNOWN = "reason for ventilation not recorded: taken as hypoxia"
    OTHER_REASON = "ventilated for another reason than hypoxia: not counted: confirm"
    PRESSURE_MASK = "CPAP or BiPAP: the table does not say whether it is a ventilator: confirm"
    ASK_OXYGEN = "ask: low saturation on room air; does the patient need oxygen?"
    NOT_ORGAN = "blood counts and constitutional terms are not organ toxicities here: confirm"
    OTHER_ORGAN = "organ toxicity other than creatinine and liver tests: not in this table: confirm"
    CREATININE = "creatinine grade 4: the table stops at grade 3; is it life-threatening?"


def _afebrile(findings: SupportFindings, asked: Questions) -> bool:
    organs = counted(findings.organ_toxicities or frozenset(), blood_counts=False)
    something = asked.pressure.any(findings) or oxygen_given(findings) or worst_except(organs) > 1
    return bool(something) and has_fever(findings) is False


def _by_dose_table(findings: SupportFindings, asked: Questions) -> bool:
    running = asked.pressure.any(findings) and findings.vasopressor_intensity is None
    return bool(running) and asked.pressure.dose_answer(findings) is not None


def _doses_disagree(findings: SupportFindings, asked: Questions) -> bool:
    if findings.vasopressor_intensity is None or not asked.pressure.any(findings):
        return False
    by_dose = asked.pressure.dose_answer(findings)
    return by_dose is not None and by_dose != asked.pressure.stated_high(findings)


def _inotrope_listed(findings: SupportFindings) -> bool:
    inotropes = frozenset[str](Inotrope)
    return any(one.drug in inotropes for one in findings.vasopressors or ())


def _inotrope_counted(findings: SupportFindings, asked: Questions) -> bool:
    return asked.pressure.inotropes_count and _inotrope_listed(findings)


def _inotrope_not_counted(findings: SupportFindings, asked: Questions) -> bool:
    listed = not asked.pressure.inotropes_count and _inotrope_listed(findings)
    return bool(findings.inotropes) or listed


def _vasopressin_alone(findings: SupportFindings, asked: Questions) -> bool:
    return asked.pressure.running(findings) == {VASOPRESSIN}


def _untreated(findings: SupportFindings, asked: Questions) -> bool:
    return bool(asked.pressure.untreated(findings))


def _fraction_on_air(findings: SupportFindings, _: Questions) -> bool:
    fraction = findings.fio2_fraction
    on_air = findings.oxygen_device == OxygenDevice.ROOM_AIR
    return on_air and fraction is not None and fraction > AIR_FRACTION


def _reason_unknown(findings: SupportFindings, _: Questions) -> bool:
    return findings.oxygen_device in POSITIVE_PRESSURE and findings.ventilation_reason is None


def _other_reason(findings: SupportFindings, _: Questions) -> bool:
    stated = findings.ventilation_reason not in (None, VentilationReason.HYPOXIA)
    return stated and findings.oxygen_device in POSITIVE_PRESSURE


def _pressure_mask(findings: SupportFindings, _: Questions) -> bool:
    masks = POSITIVE_PRESSURE - {OxygenDevice.INVASIVE_VENTILATION}
    return findings.oxygen_device in masks and bool(oxygen_given(findings))


def _ask_oxygen(findings: SupportFindings, _: Questions) -> bool:
    spo2 = findings.spo2_percent
    on_air = findings.oxygen_device == OxygenDevice.ROOM_AIR
    return on_air and spo2 is not None and spo2 < ASK_BELOW_SPO2_PERCENT


def _not_organ(findings: SupportFindings, asked: Questions) -> bool:
    recorded = findings.organ_toxicities or frozenset()
    left_out = recorded - counted(recorded, blood_counts=asked.blood_counts)
    return worst_except(left_out) > 1


FlagTest = Callable[[SupportFindings, Questions], bool]
Flags = tuple[tuple[SupportFlag, FlagTest], ...]

FEVER_FLAGS: Flags = ((SupportFlag.AFEBRILE, _afebrile),)
PRESSURE_FLAGS: Flags = (
    (SupportFlag.INOTROPE_COUNTED, _inotrope_counted),
    (SupportFlag.INOTROPE, _inotrope_not_counted),
    (SupportFlag.UNTREATED, _untreated),
)
DOSE_FLAGS: Flags = (
    (SupportFlag.DOSE_TABLE, _by_dose_table),
    (SupportFlag.DOSE_DISAGREES, _doses_disagree),
)
VASOPRESSIN_FLAGS: Flags = ((SupportFlag.VASOPRESSIN_ALONE, _vasopressin_alone),)
OXYGEN_FLAGS: Flags = (
    (SupportFlag.FRACTION_ON_AIR, _fraction_on_air),
    (SupportFlag.REASON_UNKNOWN, _reason_unknown),
    (SupportFlag.OTHER_REASON, _other_reason),
    (SupportFlag.ASK_OXYGEN, _ask_oxygen),
)
FRACTION_FLAGS: Flags = (
    (SupportFlag.ESTIMATED, lambda findings, asked: asked.oxygen.estimated(findings)),
    (SupportFlag.PRESSURE_MASK, _pressure_mask),
)
ORGAN_FLAGS: Flags = ((SupportFlag.NOT_ORGAN, _not_organ),)
