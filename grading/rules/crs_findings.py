"""What the ASTCT CRS scale reads, and the choices a clinical lead may make about it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from grading.rules.ruleset import Choice
from grading.rules.vocabulary import (
    Inotrope,
    OxygenDevice,
    VasopressinAnalog,
    Vasopressor,
    VentilationReason,
)

VASOPRESSORS: frozenset[str] = frozenset(Vasopressor)
VASOPRESSIN: frozenset[str] = frozenset(VasopressinAnalog)
INOTROPES: frozenset[str] = frozenset(Inotrope)
_DEVICES: frozenset[str] = frozenset(OxygenDevice)
_REASONS: frozenset[str] = frozenset(VentilationReason)


@dataclass(frozen=True, slots=True)
class CrsFindings:
    """What was recorded at one time; None is "not recorded" and never "normal".

    Attributions and exclusions (`*_attributed_elsewhere`, `oxygen_for_comfort`,
    `baseline_home_oxygen_lpm`, `ventilation_reason`, `death_due_to_crs`) speak only when they
    are stated: their absence is neither an exclusion nor something missing. So does a flow of
    0 through a cannula: it states that nothing is given.

    Temperature in degrees Celsius, flow in L/min, saturation in percent.
    `fever_waiving_treatment_given`: an antipyretic or anti-cytokine drug after that fever.
    """

    temperature_celsius: Decimal | None = None
    fever_within_course: bool | None = None
    fever_waiving_treatment_given: bool | None = None
    waiving_agents: tuple[str, ...] = ()
    hours_since_last_fever: Decimal | None = None
    fever_attributed_elsewhere: bool | None = None
    hypotension_present: bool | None = None
    hypotension_attributed_elsewhere: bool | None = None
    fluid_bolus_given: bool | None = None
    vasopressors: frozenset[str] | None = None
    vasopressin: bool | None = None
    inotropes: frozenset[str] | None = None
    oxygen_device: str | None = None
    oxygen_flow_lpm: Decimal | None = None
    oxygen_for_comfort: bool | None = None
    baseline_home_oxygen_lpm: Decimal | None = None
    ventilation_reason: str | None = None
    spo2_percent: Decimal | int | None = None
    death_due_to_crs: bool | None = None


@dataclass(frozen=True, slots=True)
class CrsPolicy:
    """Where the published table is silent: one choice each, not yet clinically approved.

    CHOICES says what each decides. `vasopressor_overlap_minutes` is for whoever decides which
    infusions ran together; the table is told the answer.
    """

    vasopressin_alone_grade: int = 3
    inotropes_count: bool = False
    vasopressor_overlap_minutes: int = 60
    untreated_hypotension_grade: int = 2
    high_flow_device_at_low_flow_grade: int = 2
    fever_waiver_hours: int | None = 24
    treatment_before_fever_waives_it: bool = False
    ask_below_spo2_percent: int = 90

    def __post_init__(self) -> None:
        """Refuse a choice that would turn the order of the table around."""
        for name, low, high in (
            ("vasopressin_alone_grade", 2, 3),
            ("untreated_hypotension_grade", 0, 2),
            ("high_flow_device_at_low_flow_grade", 2, 3),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low} to {high}, not {getattr(self, name)}")


DEFAULT_POLICY = CrsPolicy()
CHOICES = (
    Choice("P1", "vasopressin_alone_grade", "Grade of vasopressin as the only agent"),
    Choice("P2", "inotropes_count", "Whether an inotrope counts as a vasopressor"),
    Choice(
        "P3",
        "vasopressor_overlap_minutes",
        "Minutes within which two vasopressors charted one after the other ran together",
    ),
    Choice("P4", "untreated_hypotension_grade", "Grade of hypotension that nobody treated"),
    Choice(
        "P5",
        "high_flow_device_at_low_flow_grade",
        "Grade of a high-flow device at 6 L/min or less, as infants have it",
    ),
    Choice(
        "P6",
        "fever_waiver_hours",
        "Hours after a fever in which it is not required, without any drug; None for never",
    ),
    Choice(
        "P7",
        "treatment_before_fever_waives_it",
        "Whether premedication waives fever in a patient who never had it",
    ),
    Choice(
        "ask",
        "ask_below_spo2_percent",
        "Saturation on room air below which the nurse is asked about oxygen; never a grade",
    ),
)


def checked(findings: CrsFindings) -> CrsFindings:
    """The findings with vasopressin moved to its own field.

    Raises ValueError for a drug, device or reason no rule knows, because a word that matches
    no row would otherwise grade as "nothing running"; TypeError for a binary float.
    """
    if isinstance(findings.temperature_celsius, float) or isinstance(
        findings.oxygen_flow_lpm, float
    ):
        raise TypeError("temperature and oxygen flow are Decimals, never binary floats")
    if findings.oxygen_device is not None and findings.oxygen_device not in _DEVICES:
        raise _unknown("oxygen device", {findings.oxygen_device}, _DEVICES)
    if findings.ventilation_reason is not None and findings.ventilation_reason not in _REASONS:
        raise _unknown("ventilation reason", {findings.ventilation_reason}, _REASONS)
    if findings.inotropes and not findings.inotropes <= INOTROPES:
        raise _unknown("inotrope", findings.inotropes - INOTROPES, INOTROPES)
    if findings.vasopressors and not findings.vasopressors <= VASOPRESSORS:
        return _vasopressin_apart(findings, findings.vasopressors)
    return findings


def _vasopressin_apart(findings: CrsFindings, running: frozenset[str]) -> CrsFindings:
    others = running - VASOPRESSIN
    if others - VASOPRESSORS:
        raise _unknown("vasopressor", others - VASOPRESSORS, VASOPRESSORS)
    return replace(findings, vasopressors=others, vasopressin=True)


def _unknown(what: str, given: set[str] | frozenset[str], known: frozenset[str]) -> ValueError:
    names = ", ".join(repr(str(name)) for name in sorted(given))
    elsewhere = "; it is an inotrope and has its own list" if given & INOTROPES else ""
    return ValueError(
        f"unknown {what} {names}{elsewhere}; known: {', '.join(sorted(map(str, known)))}"
    )
