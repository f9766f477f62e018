"""The hand that draws: lines, marks and words in one lane, told apart without color."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from screens.paper import fonts
from screens.paper.axis import Axis, Point

SMALL: Final = 6.0
TINY: Final = 5.0
BLACK, DARK, MID, LIGHT = 0.0, 0.3, 0.55, 0.8
SOLID: Final[tuple[float, ...]] = ()
DASHED: Final = (3.0, 1.5)
DOTTED: Final = (0.8, 1.4)


@dataclass(frozen=True, slots=True)
class Lane:
    """A strip from `bottom` up over `height` points, for values from `low` to `high`."""

    bottom: float
    height: float
    low: float = 0.0
    high: float = 1.0

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height

    def y(self, value: float) -> float:
        """Return the height of a value; one outside lies on the edge."""
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.bottom + min(max(share, 0.0), 1.0) * self.height


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on one canvas along one axis of time."""

    canvas: Any
    axis: Axis

    def stroke(
        self, lane: Lane, runs: Iterable[Sequence[Point]], *, dash: Sequence[float] = SOLID,
        gray: float = BLACK, wide: float = 0.9,
    ) -> None:  # fmt: skip
        """Draw lines; a value alone is a dot, so that it is not lost."""
        self.canvas.setStrokeGray(gray)
        self.canvas.setFillGray(gray)
        self.canvas.setLineWidth(wide)
        self.canvas.setDash(list(dash))
        for run in runs:
            points = [(x, lane.y(value)) for x, value in run]
            if len(points) == 1:
                self.canvas.circle(*points[0], 1.1, stroke=0, fill=1)
                continue
            path = self.canvas.beginPath()
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            self.canvas.drawPath(path)
        self.canvas.setDash([])

    def level(
        self, lane: Lane, value: float, *, said: str = "", dash: Sequence[float] = DOTTED
    ) -> None:
        """Draw a value across the lane, with its words at the right end."""
        if not lane.low <= value <= lane.high:
            return
        self.canvas.setStrokeGray(MID)
        self.canvas.setLineWidth(0.6)
        self.canvas.setDash(list(dash))
        y, right = lane.y(value), self.axis.left + self.axis.width
        self.canvas.line(self.axis.left, y, right, y)
        self.canvas.setDash([])
        self.words(right + 2, y - 2, said, size=TINY, gray=DARK)

    def words(
        self, x: float, y: float, text: str, *, size: float = SMALL, gray: float = BLACK,
        bold: bool = False, to: str = "right",
    ) -> None:  # fmt: skip
        """Write words that begin, end (`to` “left”) or are centered (“both”) at a point."""
        self.canvas.setFillGray(gray)
        self.canvas.setFont(fonts.BOLD if bold else fonts.REGULAR, size)
        draw = {
            "right": self.canvas.drawString,
            "left": self.canvas.drawRightString,
            "both": self.canvas.drawCentredString,
        }[to]
        draw(x, y, text)

    def bar(
        self, begin: datetime, end: datetime, bottom: float, height: float, *, said: str = "",
        gray: float = LIGHT,
    ) -> None:  # fmt: skip
        """Draw something that ran from and until, with its words in it."""
        left, right = self.axis.x(begin), self.axis.x(end)
        self.canvas.setFillGray(gray)
        self.canvas.setStrokeGray(MID)
        self.canvas.setLineWidth(0.4)
        self.canvas.rect(left, bottom, max(right - left, 0.8), height, stroke=1, fill=1)
        if said:
            self.words(left + 1.5, bottom + height / 2 - 1.9, said, size=TINY)

    def hatch(self, left: float, right: float, bottom: float, height: float) -> None:
        """Hatch a stretch of which nothing is known."""
        if right - left < 0.5:
            return
        self.canvas.saveState()
        clip = self.canvas.beginPath()
        clip.rect(left, bottom, right - left, height)
        self.canvas.clipPath(clip, stroke=0, fill=0)
        self.canvas.setStrokeGray(LIGHT)
        self.canvas.setLineWidth(0.4)
        x = left - height
        while x < right:
            self.canvas.line(x, bottom, x + height, bottom + height)
            x += 3.0
        self.canvas.restoreState()
