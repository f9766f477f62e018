"""Values with their units, as the score tests write them."""

from datetime import UTC, datetime
from decimal import Decimal

from grading.rules.scores import Measured

INFUSED = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def given(value, unit, **more):
    """A value as reported."""
    return Measured(Decimal(value), unit, **more)


def points(score):
    """What each item scored, by item."""
    return {part.name: part.points for part in score.parts}
