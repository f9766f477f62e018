"""The last few values of a field as a small line, and in words for whoever cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

POINTS: Final = 6
WIDTH, HEIGHT = 64, 18
_EDGE: Final = 2  # room for the line's own width


@dataclass(frozen=True, slots=True)
class Sparkline:
    """An SVG polyline's points, the last point, and the text alternative."""

    points: str
    end_x: str
    end_y: str
    words: str


def sparkline(values: Sequence[float]) -> Sparkline | None:
    """Draw at most the last six values, oldest first; None for fewer than two."""
    shown = list(values)[-POINTS:]
    if len(shown) < 2:
        return None
    low, high = min(shown), max(shown)
    step = (WIDTH - 2 * _EDGE) / (len(shown) - 1)
    room = HEIGHT - 2 * _EDGE
    points = [
        (
            _EDGE + index * step,
            _EDGE + room * (0.5 if high == low else (high - value) / (high - low)),
        )
        for index, value in enumerate(shown)
    ]
    said = ", ".join(f"{value:g}" for value in shown)
    return Sparkline(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        end_x=f"{points[-1][0]:.1f}",
        end_y=f"{points[-1][1]:.1f}",
        words=f"last {len(shown)}: {said}",
    )
