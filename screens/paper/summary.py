"""A patient's course on one landscape page: the picture, the last sets, the grades, the alerts."""

from collections.abc import Sequence
from typing import Final

from reportlab.platypus import Flowable, PageBreak, Spacer, Table

from screens.paper import medicines_lane, page, parts, record, written
from screens.paper.head import Head
from screens.paper.lanes import Lanes
from screens.paper.record import Record

_TABLES: Final = 150.0  # points of page one that the tables take
_MOST_ROWS: Final = 400  # of one table on the following pages
_SIZE: Final = 6.4
_SET_WIDTHS: Final = (39, 19, 23, 34, 20, 18, 22, 43, 52, 54)
_GRADE_WIDTHS: Final = (40, 38, 140)
_ALERT_WIDTHS: Final = (40, 15, 95, 0)
_GAP: Final = 4.0
_ROW: Final = 9.6
_FOLDED: Final = 1.55  # rows of words take about so many lines


def make(head: Head, shown: Record) -> bytes:
    """Return the PDF; page one is whole in itself, longer tables go on behind it."""
    wide, high = page.room(is_landscape=True)
    sets, grades = record.sets(shown), record.grades(shown)
    alerts = record.alerts(shown)
    story: list[Flowable] = [
        Lanes(shown.course, wide=wide, high=high - _TABLES - 12),
        parts.paragraph(_key(shown), size=6.2, after=2),
        _beside(sets, grades, alerts, wide, set_count=shown.set_count),
    ]
    story += _more(
        sets, grades, alerts, record.drugs(shown.course), wide, set_count=shown.set_count
    )
    if shown.written:
        story += [parts.heading("Handwriting"), written.samples(shown.written, wide=wide)]
    return page.made(head, story)


def _key(shown: Record) -> str:
    lines = [medicines_lane.key(shown.course), "hatched: no grade known", parts.LEGEND]
    return " · ".join(line for line in lines if line)


def _beside(
    sets: Sequence[Sequence[str]], grades: Sequence[Sequence[str]], alerts: Sequence[Sequence[str]],
    wide: float, *, set_count: int,
) -> Flowable:  # fmt: skip
    rest = wide - sum(_SET_WIDTHS) - sum(_GRADE_WIDTHS) - 2 * _GAP
    alert_widths = (*_ALERT_WIDTHS[:3], rest - sum(_ALERT_WIDTHS))
    one = [
        _first("Last sets", record.SET_COLUMNS, sets, _SET_WIDTHS, lines=1.25, of=set_count),
        "",
        _first("Grades: computed, and said by clinicians", record.GRADE_COLUMNS, grades,
               _GRADE_WIDTHS, lines=1.9),
        "",
        _first("Alerts", record.ALERT_COLUMNS, alerts, alert_widths, lines=2.7),
    ]  # fmt: skip
    widths = (sum(_SET_WIDTHS), _GAP, sum(_GRADE_WIDTHS), _GAP, sum(alert_widths))
    bare = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]  # fmt: skip
    return Table([one], colWidths=widths, style=bare, hAlign="LEFT")


def _first(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *,
    lines: float, of: int = 0,
) -> list[Flowable]:  # fmt: skip
    """As many rows as have room; what is left out is said, and follows on the next page."""
    room = _TABLES - 11
    shown: list[Sequence[str]] = list(rows)
    while True:
        table = parts.grid(columns, shown, widths, size=_SIZE)
        if table.wrap(sum(widths), room)[1] <= room or len(shown) <= 1:
            break
        shown = shown[: max(1, min(len(shown) - 1, int(room / (_ROW * lines)) + 3))]
        lines += 0.15
    total = max(of, len(rows))
    more = f" (newest {len(shown)} of {total}; more follows)" if total > len(shown) else ""
    return [parts.paragraph(title + more, size=7, bold=True, after=1.5), table]


def _more(
    sets: Sequence[Sequence[str]], grades: Sequence[Sequence[str]], alerts: Sequence[Sequence[str]],
    drugs: Sequence[Sequence[str]], wide: float, *, set_count: int,
) -> list[Flowable]:  # fmt: skip
    if len(sets) + len(drugs) == 0:
        return []
    story: list[Flowable] = [PageBreak()]
    tables: tuple[tuple[str, Sequence[str], Sequence[Sequence[str]], tuple[float, ...]], ...] = (
        ("Medicines and supports", record.DRUG_COLUMNS, drugs, (70, 190, 90, 70, 0)),
        ("Grades: computed, and said by clinicians", record.GRADE_COLUMNS, grades, (70, 80, 0)),
        ("Alerts", record.ALERT_COLUMNS, alerts, (70, 24, 300, 0)),
        ("Sets", record.SET_COLUMNS, sets, (70, 34, 50, 60, 40, 40, 50, 110, 90, 0)),
    )
    for title, columns, rows, widths in tables:
        if not rows:
            continue
        printed = min(len(rows), _MOST_ROWS)
        left = (max(set_count, len(rows)) if rows is sets else len(rows)) - printed
        more = f": the newest {printed}, {left} older ones are not printed" if left > 0 else ""
        full = (*widths[:-1], wide - sum(widths))
        story += [
            parts.heading(title + more),
            parts.grid(columns, rows[:_MOST_ROWS], full, size=7),
            Spacer(1, 4),
        ]
    return story
