"""A sample of handwriting as strokes: read strictly, bounded, and drawn as plain numbers.

A stroke is a flat list of whole numbers, x and y in turn, on a sheet of WIDTH by HEIGHT.
Pure: standard library only.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

WIDTH: Final = 1000
HEIGHT: Final = 360
MOST_STROKES: Final = 300
MOST_POINTS: Final = 4000
LONGEST_TEXT: Final = 40_000  # characters of JSON; 4000 points need at most 36,000
_INK_WIDTH: Final = 6

Strokes = list[list[int]]


def read_text(text: str) -> Strokes | None:
    """Read what a form sent; None for an empty sheet. Raises ValueError with words."""
    if not text.strip():
        return None
    if len(text) > LONGEST_TEXT:
        raise ValueError("the writing is too large to keep: clear it and write again")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("the writing cannot be read: clear it and write again") from None
    return read(given)


def read(given: Any) -> Strokes | None:
    """Return the strokes; None where nothing was written. Raises ValueError with words."""
    if given is None or given == []:
        return None
    if not isinstance(given, list) or len(given) > MOST_STROKES:
        raise ValueError(f"must be a list of at most {MOST_STROKES} strokes")
    if not all(_is_stroke(each) for each in given):
        raise ValueError(
            f"each stroke must be whole numbers, x (0 to {WIDTH}) and y (0 to {HEIGHT}) in turn"
        )
    if sum(len(each) for each in given) > 2 * MOST_POINTS:
        raise ValueError(f"must be at most {MOST_POINTS} points in all")
    return given


def svg(strokes: Sequence[Sequence[int]]) -> str:
    """Draw the strokes: an image that holds numbers alone, dark ink on nothing."""
    paths = "".join(f'<path d="{_path(each)}"/>' for each in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g fill="none" stroke="#0d131b" stroke-width="{_INK_WIDTH}" stroke-linecap="round" '
        f'stroke-linejoin="round">{paths}</g></svg>'
    )


def _is_stroke(given: Any) -> bool:
    if not isinstance(given, list) or len(given) < 2 or len(given) % 2:
        return False
    if len(given) > 2 * MOST_POINTS or not all(type(each) is int for each in given):
        return False
    return all(0 <= x <= WIDTH for x in given[::2]) and all(0 <= y <= HEIGHT for y in given[1::2])


def _path(stroke: Sequence[int]) -> str:
    points = [f"{x:d} {y:d}" for x, y in zip(stroke[::2], stroke[1::2], strict=True)]
    # A dot is a line to where it began: the round ends draw it.
    return f"M{points[0]}L{' '.join(points[1:] or points)}"
