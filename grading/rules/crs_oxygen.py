"""The hypoxia column of the ASTCT 2019 CRS table."""

from decimal import Decimal

from grading.rules.crs_findings import CrsFindings, CrsPolicy
from grading.rules.verdict import Criterion, Rule
from grading.rules.vocabulary import (
    CANNULAS,
    MASKS,
    POSITIVE_PRESSURE,
    OxygenDevice,
    VentilationReason,
)

LOW_FLOW_MAX_LPM = Decimal("6")  # up to and including; above it is high flow
OXYGEN = "hypoxia"

_TABLE = "Lee 2019, ASTCT CRS table"
_SILENT = "Lee 2019, ASTCT CRS table (silent on this)"

Answer = bool | None


def oxygen_rows(policy: CrsPolicy) -> tuple[Rule[CrsFindings], ...]:
    """The rows for oxygen under a policy."""
    infant = policy.high_flow_device_at_low_flow_grade
    rows = (
        (
            "crs-4-pressure",
            4,
            "Positive pressure ventilation for hypoxia",
            _positive_pressure,
            "V2",
        ),
        ("crs-3-mask", 3, "Facemask, non-rebreather or Venturi mask", _mask, "V2"),
        ("crs-3-high-flow", 3, "Nasal oxygen above 6 L/min", _above_low_flow, "V2"),
        ("crs-2-low-flow", 2, "Nasal cannula at 6 L/min or less", _low_flow_cannula, "V2"),
        ("crs-2-blow-by", 2, "Blow-by oxygen", _blow_by, "V2"),
        (
            f"crs-{infant}-high-flow-device",
            infant,
            "High-flow device at 6 L/min or less",
            _low_flow_on_high_flow_device,
            "P",
        ),
    )
    return tuple(
        Rule(
            criterion=Criterion(name, grade, words, _SILENT if tag == "P" else _TABLE, tag),
            domain=OXYGEN,
            met=met,
            needs=("oxygen_device", "oxygen_flow_lpm"),
            inputs=_say_oxygen,
        )
        for name, grade, words, met, tag in rows
    )


def _unchanged_from_home(findings: CrsFindings) -> Answer:
    """Low-flow oxygen at or below what the patient uses at home."""
    if not findings.baseline_home_oxygen_lpm:
        return False
    if findings.oxygen_flow_lpm is None:
        return None
    return findings.oxygen_flow_lpm <= findings.baseline_home_oxygen_lpm


def _positive_pressure(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    if findings.oxygen_device is None:
        return None
    reason = findings.ventilation_reason
    return findings.oxygen_device in POSITIVE_PRESSURE and (
        reason is None or reason == VentilationReason.HYPOXIA
    )


def _mask(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    return None if findings.oxygen_device is None else findings.oxygen_device in MASKS


def _above_low_flow(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    if findings.oxygen_device is None:
        return None
    if findings.oxygen_device not in CANNULAS:
        return False
    if findings.oxygen_flow_lpm is None:
        return None
    if findings.oxygen_device == OxygenDevice.NASAL_CANNULA and _unchanged_from_home(findings):
        return False
    return findings.oxygen_flow_lpm > LOW_FLOW_MAX_LPM


def _low_flow_cannula(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    if findings.oxygen_device is None:
        return None
    if findings.oxygen_device != OxygenDevice.NASAL_CANNULA:
        return False
    unchanged = _unchanged_from_home(findings)
    if unchanged is None:
        return None
    return not unchanged and _given_at_low_flow(findings)


def _low_flow_on_high_flow_device(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    if findings.oxygen_device is None:
        return None
    if findings.oxygen_device != OxygenDevice.HIGH_FLOW_NASAL_CANNULA:
        return False
    return _given_at_low_flow(findings)


def _given_at_low_flow(findings: CrsFindings) -> bool:
    # A cannula in use with no flow written down is at least low flow.
    flow = findings.oxygen_flow_lpm
    return flow is None or 0 < flow <= LOW_FLOW_MAX_LPM


def _blow_by(findings: CrsFindings) -> Answer:
    if findings.oxygen_for_comfort:
        return False
    if findings.oxygen_device is None:
        return None
    if findings.oxygen_device != OxygenDevice.BLOW_BY:
        return False
    unchanged = _unchanged_from_home(findings)
    return None if unchanged is None else not unchanged


def plain(number: Decimal | int) -> str:
    """A number as a nurse writes it: no exponent, no trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _say_oxygen(findings: CrsFindings) -> tuple[str, ...]:
    device = OxygenDevice(findings.oxygen_device or OxygenDevice.ROOM_AIR)
    if device in POSITIVE_PRESSURE:
        reason = findings.ventilation_reason
        return (device.label + (f" for {reason}" if reason else ""),)
    flow = findings.oxygen_flow_lpm
    return (f"{device.label} {plain(flow)} L/min" if flow is not None else device.label,)
