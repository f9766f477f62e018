"""Three-valued questions about oxygen that the scales with an FiO2 limit ask."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.answers import Answer, both, neither
from grading.rules.crs_oxygen import plain
from grading.rules.support_findings import SupportFindings
from grading.rules.vocabulary import (
    CANNULAS,
    LOW_FLOW_DEVICES,
    POSITIVE_PRESSURE,
    OxygenDevice,
    VentilationReason,
)

OXYGEN = "hypoxia"
HIGH_FIO2_FRACTION = Decimal("0.40")  # at or above; below it is low
AIR_FRACTION = Decimal("0.21")
ESTIMATE_FROM_YEARS = 1  # the estimate by flow is unusable in infants


@dataclass(frozen=True, slots=True)
class Oxygen:
    """The questions, under the choices that change their answers.

    `cannula_below_limit_lpm`: up to this flow a cannula whose FiO2 nobody charted is taken as
    below 0.40. `masks_ventilate`: whether CPAP and BiPAP are ventilator support.
    """

    cannula_below_limit_lpm: Decimal | int = 4
    masks_ventilate: bool = False

    def ventilated(self, findings: SupportFindings) -> Answer:
        """Whether a ventilator supports breathing for hypoxia."""
        if findings.oxygen_for_comfort or _another_reason(findings):
            return False
        if findings.oxygen_device is None:
            return None
        if findings.oxygen_device == OxygenDevice.INVASIVE_VENTILATION:
            return True
        return self.masks_ventilate and findings.oxygen_device in POSITIVE_PRESSURE

    def high(self, findings: SupportFindings) -> Answer:
        """Whether oxygen is given at an FiO2 of 0.40 or above, without a ventilator."""
        if self.ventilated(findings):
            return False
        return both(oxygen_given(findings), self._high_fraction(findings))

    def not_known_high(self, findings: SupportFindings) -> Answer:
        """Whether oxygen is given and nothing says 0.40: the least that it can be."""
        if self.ventilated(findings) or self.high(findings):
            return False
        return oxygen_given(findings)

    def estimated(self, findings: SupportFindings) -> bool:
        """Whether the device or its flow stands in for an FiO2 that nobody charted."""
        given = oxygen_given(findings) and findings.fio2_fraction is None
        return bool(given) and self._high_fraction(findings) is not None

    def _high_fraction(self, findings: SupportFindings) -> Answer:
        device, flow = findings.oxygen_device, findings.oxygen_flow_lpm
        if device == OxygenDevice.NON_REBREATHER:
            return True
        if findings.fio2_fraction is not None:
            return findings.fio2_fraction >= HIGH_FIO2_FRACTION
        if findings.age_years is None or findings.age_years < ESTIMATE_FROM_YEARS:
            return None
        if device == OxygenDevice.BLOW_BY:
            return False
        low_flow = flow is not None and flow <= self.cannula_below_limit_lpm
        return False if device == OxygenDevice.NASAL_CANNULA and low_flow else None


def oxygen_given(findings: SupportFindings) -> Answer:
    """Whether oxygen or positive pressure is given for a deficit of this illness."""
    device = findings.oxygen_device
    if findings.oxygen_for_comfort:
        return False
    excluded = (_another_reason(findings), _unchanged_from_home(findings))
    return both(neither(*excluded), _device_gives(device, findings))


def _device_gives(device: str | None, findings: SupportFindings) -> Answer:
    if findings.fio2_fraction is not None and findings.fio2_fraction > AIR_FRACTION:
        return True
    if device is None:
        return None
    if device in CANNULAS and findings.oxygen_flow_lpm == 0:
        return False
    return device != OxygenDevice.ROOM_AIR


def _another_reason(findings: SupportFindings) -> Answer:
    """Positive pressure for a stated reason other than hypoxia."""
    if findings.ventilation_reason in (None, VentilationReason.HYPOXIA):
        return False
    if findings.oxygen_device is None:
        return None
    return findings.oxygen_device in POSITIVE_PRESSURE


def _unchanged_from_home(findings: SupportFindings) -> Answer:
    """Low-flow oxygen at or below what the patient uses at home."""
    if not findings.baseline_home_oxygen_lpm:
        return False
    device, flow = findings.oxygen_device, findings.oxygen_flow_lpm
    within = None if flow is None else flow <= findings.baseline_home_oxygen_lpm
    return both(None if device is None else device in LOW_FLOW_DEVICES, within)


def used_for_hypoxia(findings: SupportFindings, device: str) -> Answer:
    """Whether this device is used for hypoxia."""
    if findings.oxygen_for_comfort or _another_reason(findings):
        return False
    return None if findings.oxygen_device is None else findings.oxygen_device == device


def say_oxygen(findings: SupportFindings) -> tuple[str, ...]:
    """Device, flow, FiO2 and the reason for pressure, as recorded."""
    device = findings.oxygen_device
    said = [OxygenDevice(device).label] if device is not None else []
    if findings.oxygen_flow_lpm is not None:
        said.append(f"{plain(findings.oxygen_flow_lpm)} L/min")
    if findings.fio2_fraction is not None:
        said.append(f"FiO2 {findings.fio2_fraction:f}")
    if device in POSITIVE_PRESSURE and findings.ventilation_reason is not None:
        said.append(f"for {findings.ventilation_reason}")
    return (" ".join(said),) if said else ()
