"""The words that every alert rule is told in: severities, families, rules, conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """P1: danger within minutes; P2: act within half an hour; P3: this hour; P4: know."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    def is_graver_than(self, other: "Severity") -> bool:
        """P1 is the gravest."""
        return self.value < other.value


class Family(StrEnum):
    """One open alert per patient and family."""

    FEVER = "fever"
    CRS_GRADE = "crs_grade"
    HEMODYNAMIC = "hemodynamic"
    OXYGEN = "oxygen"
    NEURO = "neuro"
    LAB_INFLAMMATION = "lab_inflammation"
    LAB_ORGAN = "lab_organ"
    DRUG_TIMING = "drug_timing"
    OBS_OVERDUE = "obs_overdue"
    DATA_QUALITY = "data_quality"
    WINDOW = "window"
    SYSTEM = "system"


class Rule(StrEnum):
    """The rule that raised an alert; alerts.policy.catalog says what each means."""

    A01 = "A01"
    A02 = "A02"
    A03 = "A03"
    A04 = "A04"
    A05 = "A05"
    A06 = "A06"
    A07 = "A07"
    A08 = "A08"
    A09 = "A09"
    A10 = "A10"
    A11 = "A11"
    A12 = "A12"
    A13 = "A13"
    A14 = "A14"
    A15 = "A15"
    A16 = "A16"
    A17 = "A17"
    A18 = "A18"
    A19 = "A19"
    A20 = "A20"
    A21 = "A21"
    A22 = "A22"
    A23 = "A23"
    A24 = "A24"
    A25 = "A25"
    A26 = "A26"
    A27 = "A27"
    A28 = "A28"
    A29 = "A29"
    A30 = "A30"
    A31 = "A31"
    A32 = "A32"
    A33 = "A33"
    A34 = "A34"
    A35 = "A35"
    A36 = "A36"
    A37 = "A37"
    A38 = "A38"
    A39 = "A39"
    A40 = "A40"
    A41 = "A41"
    A42 = "A42"
    A43 = "A43"
    A44 = "A44"
    A45 = "A45"


class Audience(StrEnum):
    """Who is told; resolved to people of the ward when the message is due."""

    CHARGE_NURSE = "charge_nurse"
    ONCOLOGIST = "oncologist"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that needs a person, as the facts stand now.

    Provisional: it rests on one reading near its limit, and is graver once a second
    reading confirms it, or once `confirm_within_minutes` pass without one
    (confirmed_by_silence). `values` are those that has_worsened compares with the ones
    of the last telling. `words` replace the rule's own; they hold no patient detail.
    """

    rule: Rule
    family: Family
    severity: Severity
    step: int  # grows when the same condition gets worse; a rise is always told again
    is_provisional: bool = False
    confirm_within_minutes: int | None = None
    values: Mapping[str, Decimal] = field(default_factory=dict, compare=False)
    words: str = field(default="", compare=False)
    since: datetime | None = field(default=None, compare=False)  # when it became true


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that is not closed, as far as its closing and its repeats need it.

    `worried`: somebody pressed the worry button since it was raised, so that only a
    person closes it.
    """

    rule: Rule
    severity: Severity
    raised_at: datetime | None = None
    is_provisional: bool = False
    is_acknowledged: bool = False
    worried: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """An open alert whose condition is gone, and why it closes; `into` is what includes it."""

    family: Family
    reason: str
    into: Family | None = None


TELL: Final[Mapping[Severity, tuple[Audience, ...]]] = {
    Severity.P1: (Audience.CHARGE_NURSE, Audience.ONCOLOGIST),
    Severity.P2: (Audience.CHARGE_NURSE,),
    Severity.P3: (),
    Severity.P4: (),
}
RESPOND_WITHIN_MINUTES: Final[Mapping[Severity, int]] = {
    Severity.P1: 5, Severity.P2: 15, Severity.P3: 60, Severity.P4: 24 * 60,
}  # fmt: skip
