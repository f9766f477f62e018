"""The report of a shift on paper: what was due, what was answered, what was decided otherwise."""

from collections.abc import Mapping
from typing import Any, Final

from reportlab.platypus import Flowable

from screens.paper import page, parts
from screens.paper.head import Head

ACTS: Final = ("When", "MRN", "What", "Reason", "By")
_ACT_WIDTHS: Final = (60, 70, 140, 0, 90)
_TABLES: Final = (
    ("Alerts by priority", "answers", ("Priority", "Raised", "Answered", "Open", "Median wait"),
     (60, 60, 60, 60, 0), "no alert was raised"),
    ("Sets that were not done within grace, by the hour they were due", "hours",
     ("Hour", "Sets"), (60, 0), "none"),
    ("Overrides", "overrides", ACTS, _ACT_WIDTHS, "none"),
    ("Corrections", "corrections", ACTS, _ACT_WIDTHS, "none"),
    ("Gaps in the rota", "gaps", ("Role", "From", "Until"), (180, 120, 0), "none"),
)  # fmt: skip


def make(head: Head, content: Mapping[str, Any]) -> bytes:
    """Return the PDF of what the page shows."""
    wide, _ = page.room(is_landscape=head.landscape)
    tiles = [(title, value, more) for title, value, more in content["tiles"]]
    story: list[Flowable] = [
        parts.grid(("Measure", "Value", "Of what"), tiles, (160, 120, wide - 280), size=8.5),
    ]
    for title, name, columns, widths, empty in _TABLES:
        full = tuple(width or wide - sum(widths) for width in widths)
        story += [
            parts.heading(title),
            parts.grid(columns, content[name], full, size=7.6, empty=empty),
        ]
    return page.made(head, story)
