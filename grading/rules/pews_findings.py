"""What National PEWS reads, and the choices a clinical lead may make about it."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.pews_bands import CHART_FROM_YEARS, DISTRESS, Chart
from grading.rules.ruleset import Choice
from grading.rules.vocabulary import Labeled, OxygenDevice


class Avpu(Labeled):
    """Level of consciousness; it triggers and is not scored."""

    ALERT = "A", "Alert"
    VOICE = "V", "Responds to voice"
    PAIN = "P", "Responds to pain"
    UNRESPONSIVE = "U", "Unresponsive"


@dataclass(frozen=True, slots=True)
class PewsFindings:
    """One full set for PEWS; None is "not recorded" and never "normal".

    Rates per minute, systolic pressure in mmHg, SpO2 in percent, capillary refill in seconds,
    flow in L/min, FiO2 in percent (21 to 100), temperature in Celsius. `chart` is set where a
    clinician chose the neighboring chart near a birthday.
    """

    age_years: Decimal | int | None = None
    chart: str | None = None
    respirations_per_minute: Decimal | int | None = None
    respiratory_distress: str | None = None
    spo2_percent: Decimal | int | None = None
    oxygen_device: str | None = None
    oxygen_flow_lpm: Decimal | None = None
    fio2_percent: Decimal | None = None
    heart_rate_bpm: Decimal | int | None = None
    systolic_mmhg: Decimal | int | None = None
    capillary_refill_seconds: Decimal | int | None = None
    temperature_celsius: Decimal | None = None
    avpu: str | None = None


@dataclass(frozen=True, slots=True)
class PewsPolicy:
    """Where the chart is silent: one choice each, not yet clinically approved.

    CHOICES says what each decides.
    """

    fractions_take_graver_band: bool = False
    below_age_years: int = 18


DEFAULT_PEWS_POLICY = PewsPolicy()
CHOICES = (
    Choice(
        "P14",
        "fractions_take_graver_band",
        "Whether a value between two whole numbers takes the graver of their bands (rule C1.4); "
        "if not, only whole numbers are scored and a fraction is refused",
    ),
    Choice("PEWS-age", "below_age_years", "PEWS below this age in years, an adult chart from it"),
)
WHOLE = (
    "respirations_per_minute",
    "spo2_percent",
    "heart_rate_bpm",
    "systolic_mmhg",
    "capillary_refill_seconds",
)
_CLOSED: dict[str, frozenset[str]] = {
    "chart": frozenset(Chart),
    "respiratory_distress": frozenset(DISTRESS),
    "oxygen_device": frozenset(OxygenDevice),
    "avpu": frozenset(Avpu),
}


def chart_for(age_years: Decimal | int) -> Chart:
    """The chart of an age, by completed years: it changes on the birthday itself.

    Raises ValueError for an age below 0.
    """
    if age_years < 0:
        raise ValueError(f"age_years must be 0 or more, not {age_years}")
    return [chart for chart, first in CHART_FROM_YEARS.items() if first <= age_years][-1]


def check_findings(findings: PewsFindings, policy: PewsPolicy) -> None:
    """Raise ValueError for a word no chart has, or a value the chart cannot score."""
    for name, known in _CLOSED.items():
        value = getattr(findings, name)
        if value is not None and value not in known:
            listed = ", ".join(sorted(map(str, known)))
            raise ValueError(f"unknown {name} {str(value)!r}; known: {listed}")
    for name in WHOLE:
        value = getattr(findings, name)
        if value is not None and value != int(value) and not policy.fractions_take_graver_band:
            raise ValueError(f"{name} must be a whole number, not {value}")
    flow = findings.oxygen_flow_lpm
    if flow and findings.oxygen_device == OxygenDevice.ROOM_AIR:
        raise ValueError(f"oxygen_flow_lpm {flow} does not go with room air: say the device")
    chart, age = findings.chart, findings.age_years
    if chart is not None and age is not None and not _neighbors(chart, age):
        raise ValueError(
            f"chart {chart} is not the chart of {age} years nor next to it: check the age"
        )


def _neighbors(chart: str, age_years: Decimal | int) -> bool:
    order = list(Chart)
    return abs(order.index(Chart(chart)) - order.index(chart_for(age_years))) <= 1
