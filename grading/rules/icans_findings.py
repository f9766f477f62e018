"""What the ASTCT ICANS scale reads, and the choices a clinical lead may make about it."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.ruleset import Choice
from grading.rules.vocabulary import (
    CerebralEdema,
    Consciousness,
    RaisedPressureSign,
    Seizure,
    UnableReason,
)

CAPD_ITEMS = 8
NOT_ASSESSABLE_WHEN = frozenset({UnableReason.SEDATED, UnableReason.PARALYZED})
_CLOSED: dict[str, frozenset[str]] = {
    "consciousness": frozenset(Consciousness),
    "seizure": frozenset(Seizure),
    "cerebral_edema": frozenset(CerebralEdema),
    "ice_unable_reason": frozenset(UnableReason),
    "capd_unable_reason": frozenset(UnableReason),
}
_SIGNS: frozenset[str] = frozenset(RaisedPressureSign)


@dataclass(frozen=True, slots=True)
class IcansFindings:
    """What was recorded at one time; None is "not recorded" and never "normal".

    ICE 0 to 10 (best 10), CAPD 0 to 32 (best 0), age in years, seizure in minutes.
    `ice_score_at_most` and `capd_score_at_least` carry what a score sheet with items left out
    already forces. Exclusions (`*_other_cause`, `*_due_to_hemorrhage`, `capd_baseline`,
    the reasons, `developmental_delay`, `death_due_to_icans`) speak only when stated.
    """

    age_years: Decimal | int | None = None
    ice_score: int | None = None
    ice_score_at_most: int = 10
    ice_unable_reason: str | None = None
    capd_score: int | None = None
    capd_score_at_least: int = 0
    capd_baseline: int | None = None
    capd_unable_reason: str | None = None
    developmental_delay: bool | None = None
    consciousness: str | None = None
    consciousness_other_cause: bool | None = None
    seizure: str | None = None
    seizure_minutes: Decimal | int | None = None
    motor_focal_weakness_deep: bool | None = None
    cerebral_edema: str | None = None
    raised_pressure_signs: frozenset[str] | None = None
    intracranial_hemorrhage: bool | None = None
    edema_due_to_hemorrhage: bool | None = None
    global_aphasia: bool | None = None
    death_due_to_icans: bool | None = None


@dataclass(frozen=True, slots=True)
class IcansPolicy:
    """Where the published table is silent: one choice each, not yet clinically approved.

    CHOICES says what each decides.
    """

    capd_change_from_baseline_required: bool = True
    capd_below_age_years: int = 12
    imaging_only_when_found: bool = False


DEFAULT_ICANS_POLICY = IcansPolicy()
CHOICES = (
    Choice(
        "P9",
        "capd_change_from_baseline_required",
        "Whether a CAPD no worse than the recorded one from before the infusion is left out",
    ),
    Choice("P10", "capd_below_age_years", "CAPD below this age in years, ICE from it on"),
    Choice(
        "imaging",
        "imaging_only_when_found",
        "Whether edema and signs of raised pressure that nobody recorded count as not found; "
        "if not, they are missing",
    ),
)


def check_words(findings: IcansFindings) -> None:
    """Raise ValueError for a word no rule knows, or a score outside its bounds."""
    for name, known in _CLOSED.items():
        value = getattr(findings, name)
        if value is not None and value not in known:
            listed = ", ".join(sorted(map(str, known)))
            raise ValueError(f"unknown {name} {str(value)!r}; known: {listed}")
    if findings.raised_pressure_signs and not findings.raised_pressure_signs <= _SIGNS:
        strange = ", ".join(sorted(map(str, findings.raised_pressure_signs - _SIGNS)))
        listed = ", ".join(sorted(map(str, _SIGNS)))
        raise ValueError(f"unknown sign of raised pressure {strange}; known: {listed}")
    for name, highest in (("ice_score", 10), ("capd_score", 32), ("capd_baseline", 32)):
        score = getattr(findings, name)
        if score is not None and not 0 <= score <= highest:
            raise ValueError(f"{name} must be 0 to {highest}, not {score}")


def uses_capd(findings: IcansFindings, policy: IcansPolicy) -> bool:
    """Whether the delirium score stands in for ICE: young, or unable to do ICE."""
    charted = findings.capd_score is not None or findings.capd_unable_reason is not None
    if findings.age_years is None:
        ice = findings.ice_score is not None or findings.ice_unable_reason is not None
        return bool(findings.developmental_delay) or (charted and not ice)
    if findings.age_years < policy.capd_below_age_years:
        return True
    # At ICE age the delirium score counts only where ICE is stated to be impossible.
    return bool(findings.developmental_delay) or (
        charted
        and findings.ice_unable_reason is not None
        and findings.ice_unable_reason not in NOT_ASSESSABLE_WHEN
    )


def drugs_hide_it(findings: IcansFindings) -> bool:
    """Whether sedation or paralysis makes score and arousal impossible to judge."""
    return (
        findings.ice_unable_reason in NOT_ASSESSABLE_WHEN
        or findings.capd_unable_reason in NOT_ASSESSABLE_WHEN
    )
