"""Stretches of time as horizontal bars, which move with the chart and can be hatched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from screens.timeline.course import instant

_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """One bar: from when to when, on which row and how high, in whose color and look.

    `token` is a meaning that the page colors; `look` is “solid”, “tint” with an outline,
    “outline”, “hatch” or “shade”; `link` leads to more, relative to the patient.
    """

    begin: datetime
    end: datetime
    row: float
    height: float
    token: str
    look: str = "solid"
    label: str = ""
    text: str = ""
    link: str = ""


PATTERNS: Final = {"hatch": "/", "cross": "x", "dots": "."}


def bars(spans: Sequence[Span], *, name: str, yaxis: str, **own: Any) -> dict[str, Any]:
    """Return spans as one trace of bars on a date axis; the page fills in the colors."""
    is_told = any(span.text for span in spans)
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "meta": {
            "tokens": [span.token for span in spans],
            "looks": [span.look for span in spans],
            "said": [span.text for span in spans],
        },
        "base": [instant(span.begin) for span in spans],
        "x": [(span.end - span.begin) / _MS for span in spans],
        "y": [span.row for span in spans],
        "width": [span.height for span in spans],
        "text": [span.label for span in spans],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "customdata": [span.link for span in spans],
        "hoverinfo": "none" if is_told else "skip",
        "marker": {
            "line": {"width": 1},
            "pattern": {
                "shape": [PATTERNS.get(span.look, "") for span in spans],
                "size": 6,
                "solidity": 0.25,
            },
        },
        "showlegend": False,
        "xaxis": "x",
        "yaxis": yaxis,
        **own,
    }


def merged(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans in order, those that overlap or meet as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def without(
    spans: Sequence[tuple[datetime, datetime]], taken: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Return what is left of merged spans where merged `taken` are cut out."""
    left = list(spans)
    for begin, end in taken:
        cut: list[tuple[datetime, datetime]] = []
        for first, last in left:
            cut += [(first, min(last, begin)), (max(first, end), last)]
        left = [(first, last) for first, last in cut if first < last]
    return left
