"""When a condition that stands got so much worse that people are told again."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from alerts.policy.vocabulary import Condition, Severity

# By how much each value gets worse, in which direction; rules.yaml states the same sizes.
STEPS: Final[Mapping[str, Decimal]] = {
    "temperature_celsius": Decimal("1.0"),
    "systolic_mmhg": Decimal(-10),
    "spo2_percent": Decimal(-3),
    "ice_score": Decimal(-2),
    "oxygen_class": Decimal(1),
}


def has_worsened(
    before: Mapping[str, object],
    now: Mapping[str, object],
    *,
    steps: Mapping[str, Decimal] = STEPS,
) -> bool:
    """Whether a value has got worse by a whole step since people were last told.

    Values may be numbers or text, as a database keeps them. What was not recorded then
    or now says nothing.
    """
    return any(
        _change(before[name], now[name]) * (1 if step > 0 else -1) >= abs(step)
        for name, step in steps.items()
        if now.get(name) is not None and before.get(name) is not None
    )


def _change(before: object, now: object) -> Decimal:
    return Decimal(str(now)) - Decimal(str(before))


def confirmed_by_silence(condition: Condition) -> Condition:
    """The same condition after nobody measured again in time: it counts as confirmed."""
    if not condition.is_provisional:
        return condition
    return replace(
        condition, severity=Severity.P1, is_provisional=False, confirm_within_minutes=None
    )


def gravest_first(condition: Condition) -> tuple[str, int]:
    """Sort key: severity, then how far along the condition is."""
    return condition.severity.value, -condition.step
