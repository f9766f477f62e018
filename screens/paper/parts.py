"""Paragraphs and tables as every sheet has them; what was not recorded is a dash in a gray cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Table

from screens.paper import fonts

BLANK: Final = "–"  # not recorded; never 0, never empty
LEGEND: Final = f"{BLANK} in a gray cell: not recorded."
# A paragraph asks for its face as soon as it is made.
fonts.ready()
_HATCH: Final = Color(0.9, 0.9, 0.9)
SHADE: Final = Color(0.82, 0.82, 0.82)
_LINE: Final = Color(0.6, 0.6, 0.6)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a cell; bold when they changed since the last hand-over."""

    text: str
    bold: bool = False


Cell = Said | str


def paragraph(text: str, *, size: float = 8, bold: bool = False, after: float = 0) -> Paragraph:
    """Return the words as one paragraph; they are text, never markup."""
    return Paragraph(escape(text), _style(size, bold=bold, after=after))


def heading(text: str, *, size: float = 9) -> Paragraph:
    """Return a heading that stays with what follows it."""
    style = _style(size, bold=True, after=2)
    style.spaceBefore, style.keepWithNext = 5, 1
    return Paragraph(escape(text), style)


def grid(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[float],
    *,
    size: float = 7,
    empty: str = "nothing recorded",
    height: float | None = None,
    above: str = "",
) -> Flowable:
    """Return a table, its head on each page; an empty cell is shown as not recorded.

    `height` is that of each row, for words that are known to fit; `above` stands over the
    columns on each page, so that a row is never parted from whom it is about.
    """
    shown = [list(row) for row in rows]
    head = [[_cell(each, size, bold=True) for each in columns]]
    over = [[_cell(above, size, bold=True), *([""] * (len(columns) - 1))]] if above else []
    cells: list[list[Any]] = [*over, *head, *([_cell(each, size) for each in row] for row in shown)]
    first = len(over) + 1
    if not shown:
        cells.append([_cell(empty, size), *([""] * (len(columns) - 1))])
    style = [
        ("BACKGROUND", (0, 0), (-1, first - 1), SHADE),
        *([("SPAN", (0, 0), (-1, 0))] if above else []),
        *([] if shown else [("SPAN", (0, first), (-1, first))]),
        *_hatched(shown, first),
    ]
    heights = None if height is None else [None, *([height] * (len(cells) - 1))]
    return table(cells, widths, style, head=first, heights=heights)


def _hatched(rows: Sequence[Sequence[Cell]], first: int) -> list[Any]:
    return [
        ("BACKGROUND", (x, y), (x, y), _HATCH)
        for y, row in enumerate(rows, start=first)
        for x, each in enumerate(row)
        if not _words(each)
    ]


def table(
    cells: Sequence[Sequence[Any]],
    widths: Sequence[float],
    style: Sequence[Any] = (),
    *,
    head: int = 0,
    heights: Sequence[float | None] | None = None,
) -> Flowable:
    """Return a ruled table; `head` rows come again on each page."""
    frame = [
        ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2.5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
        ("TOPPADDING", (0, 0), (-1, -1), 0.8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ]
    return Table(
        cells, colWidths=widths, rowHeights=heights, style=[*frame, *style],
        repeatRows=head, hAlign="LEFT",
    )  # fmt: skip


def _cell(each: Cell, size: float, *, bold: bool = False) -> Paragraph:
    is_bold = bold or (isinstance(each, Said) and each.bold)
    return paragraph(_words(each) or BLANK, size=size, bold=is_bold)


def _words(each: Cell) -> str:
    return each.text if isinstance(each, Said) else each


def _style(size: float, *, bold: bool, after: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        "ward",
        fontName=fonts.BOLD if bold else fonts.REGULAR,
        fontSize=size,
        leading=size * 1.22,
        spaceAfter=after,
        splitLongWords=1,
    )
