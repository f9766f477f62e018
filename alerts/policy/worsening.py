"""When a condition that stands got so much worse that people are told again."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from alerts.policy.rulebook import Steps
from alerts.policy.vocabulary import Condition, Severity

# Which way each value gets worse; by how much counts, the rulebook says.
WORSE_IS_MORE: Final[Mapping[str, bool]] = {
    "temperature_celsius": True,
    "systolic_mmhg": False,
    "spo2_percent": False,
    "ice_score": False,
    "oxygen_class": True,
}


def has_worsened(before: Mapping[str, object], now: Mapping[str, object], *, steps: Steps) -> bool:
    """Whether a value has got worse by a whole step since people were last told.

    Values may be numbers or text, as a database keeps them. What was not recorded then
    or now says nothing.
    """
    return any(
        _change(before[name], now[name]) * (1 if is_more else -1) >= getattr(steps, name)
        for name, is_more in WORSE_IS_MORE.items()
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
