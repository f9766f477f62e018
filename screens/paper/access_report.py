"""Who looked at a record, on paper for the patient whose record it is."""

from typing import Final

from reportlab.platypus import Flowable

from screens.access_report.page import rows
from screens.access_report.reading import Report
from screens.paper import page, parts
from screens.paper.head import Head

_COLUMNS: Final = ("Day", "From", "To", "Who", "Name", "What for", "Times", "Break-glass")
_WIDTHS: Final = (58, 34, 34, 80, 100, 0, 36, 56)
MEANING: Final = (
    "Each line is what one person did with this record on one day. Lists of a ward show everybody "
    "on it. Break-glass means that somebody of another ward needed this record, gave a reason, and "
    "that others were told. Ask the ward about any line that you do not understand."
)


def make(head: Head, report: Report) -> bytes:
    """Return the PDF of what the page shows."""
    wide, _ = page.room(is_landscape=head.landscape)
    widths = tuple(width or wide - sum(_WIDTHS) for width in _WIDTHS)
    span = f"{report.since:%d %b %Y} to {report.until:%d %b %Y}, {report.people()} people"
    cells = [tuple(cell or " " for cell in row) for row in rows(report)]
    story: list[Flowable] = [
        parts.heading(span),
        parts.paragraph(MEANING, size=8.5, after=6),
        parts.grid(_COLUMNS, cells, widths, size=7.6, empty="nobody looked at it"),
    ]
    return page.made(head, story)
