"""What the CTCAE laboratory terms read, and the choices a clinical lead may make about them."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.ruleset import Choice
from grading.rules.vocabulary import Labeled


class Edition(Labeled):
    """The editions of CTCAE whose limits are held; each is graded by its own table."""

    V4 = "4.03", "CTCAE 4.03"
    V5 = "5.0", "CTCAE 5.0"
    V6 = "6.0", "CTCAE 6.0"


@dataclass(frozen=True, slots=True)
class LabFindings:
    """One laboratory value for one term; None is "not recorded" and never "normal".

    `value`, `lln`, `uln` and `baseline` are in `unit`, as the laboratory reported them; nothing
    is converted. `percent_change` is the change from baseline, negative for a fall.
    `unstated_counts` is the reading of laboratory case files: symptoms and anticoagulation
    that nobody stated count as present, and a baseline that nobody recorded is left out.
    """

    term: str
    edition: str = Edition.V5
    value: Decimal | None = None
    unit: str | None = None
    lln: Decimal | None = None
    uln: Decimal | None = None
    baseline: Decimal | None = None
    baseline_abnormal: bool | None = None
    percent_change: Decimal | None = None
    symptomatic: bool | None = None
    anticoagulated: bool | None = None
    unstated_counts: bool = False

    @property
    def fall_percent(self) -> Decimal | None:
        """The fall from baseline in percent, as stated or as the two values give it."""
        if self.percent_change is not None:
            return -self.percent_change
        if self.baseline is None or self.value is None:
            return None
        return (self.baseline - self.value) * 100 / self.baseline

    @property
    def gain_percent(self) -> Decimal | None:
        """The gain over baseline in percent."""
        fall = self.fall_percent
        return None if fall is None else -fall

    @property
    def hemoglobin_limit(self) -> Decimal | None:
        """What hemoglobin rises above: ULN, or the baseline where that lay above it."""
        if self.uln is None or (self.baseline is None and not self.unstated_counts):
            return None
        return self.uln if self.baseline is None else max(self.uln, self.baseline)


@dataclass(frozen=True, slots=True)
class CtcaeLabPolicy:
    """Where the published table is silent: one choice each, not yet clinically approved.

    CHOICES says what each decides.
    """

    triglyceride_limit_counts: bool = False
    sodium_gap_closed: bool = True


DEFAULT_LAB_POLICY = CtcaeLabPolicy()
CHOICES = (
    Choice(
        "triglyceride",
        "triglyceride_limit_counts",
        "Whether exactly 150 mg/dL or 1.71 mmol/L is grade 1 (printed without a sign)",
    ),
    Choice(
        "sodium",
        "sodium_gap_closed",
        "Whether sodium between 129 and 130 mmol/L counts with 125-129 in CTCAE 5.0, which "
        "leaves a gap that 6.0 closes",
    ),
)


def check_findings(findings: LabFindings) -> None:
    """Raise ValueError naming the field and bound of a value that no laboratory reports."""
    if findings.edition not in frozenset(Edition):
        listed = ", ".join(Edition)
        raise ValueError(f"ctcae_version must be one of {listed}, not {findings.edition}")
    for name in ("value", "lln"):
        given = getattr(findings, name)
        if given is not None and not (given.is_finite() and given >= 0):
            raise ValueError(f"{name} must be a finite number of 0 or more, not {given}")
    for name in ("uln", "baseline"):
        given = getattr(findings, name)
        if given is not None and not (given.is_finite() and given > 0):
            raise ValueError(f"{name} must be a finite number above 0, not {given}")
    change = findings.percent_change
    if change is not None and not (change.is_finite() and change >= -100):
        raise ValueError(f"percent change must be a finite number of -100 or more, not {change}")
