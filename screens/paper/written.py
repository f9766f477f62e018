"""Handwriting on paper: the samples side by side, the oldest first, each under its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reportlab.platypus import Flowable, Table

from screens.paper import parts
from vitals.strokes import HEIGHT, WIDTH, Strokes

_IN_A_ROW: Final = 5
_GAP: Final = 6.0
_INK: Final = 0.6  # points


@dataclass(frozen=True, slots=True)
class Sample:
    """What was written at one neuro check; `said` is when, and what the check came to."""

    at: datetime
    strokes: Strokes
    said: str


class _Sheet(Flowable):  # type: ignore[misc]  # the writer ships no types
    """One sample at a width in points, as high as its sheet is in proportion."""

    def __init__(self, strokes: Strokes, *, wide: float) -> None:
        super().__init__()
        self.strokes, self.width, self.height = strokes, wide, wide * HEIGHT / WIDTH

    def wrap(self, _wide: float, _high: float) -> tuple[float, float]:
        """Return the size, whatever room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw each stroke; a dot is a line to where it began."""
        scale = self.width / WIDTH
        self.canv.setLineWidth(_INK)
        self.canv.setLineCap(1)
        for stroke in self.strokes:
            points = [
                (x * scale, self.height - y * scale)
                for x, y in zip(stroke[::2], stroke[1::2], strict=True)
            ]
            path = self.canv.beginPath()
            path.moveTo(*points[0])
            for point in points[1:] or points:
                path.lineTo(*point)
            self.canv.drawPath(path, stroke=1, fill=0)


def samples(written: Sequence[Sample], *, wide: float) -> Flowable:
    """Return the samples in rows over the given width in points."""
    width = wide / _IN_A_ROW
    cells = [
        [parts.paragraph(each.said, size=7), _Sheet(each.strokes, wide=width - 2 * _GAP)]
        for each in written
    ]
    cells += [[]] * (-len(cells) % _IN_A_ROW)
    rows = [cells[n : n + _IN_A_ROW] for n in range(0, len(cells), _IN_A_ROW)]
    return Table(rows, colWidths=[width] * _IN_A_ROW, style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
