"""A whole ward on one page: bed and initials, where each patient stands, and room to write."""

from collections.abc import Sequence
from typing import Any, Final

from alerts.models import AlertState
from charting import state as charting_state
from grading.grades import style_of
from grading.models import Assessment
from patients.medicines import TreatmentCode
from patients.windows import course_start
from screens import strip
from screens.handing.facts import Known, trend
from screens.handing.sheet import Section, Sheet
from screens.paper import page, parts
from screens.paper.head import Head
from screens.paper.parts import Said
from screens.roster import due_of

COLUMNS: Final = (
    "Bed", "Who", "Nurse", "Day", "CRS", "ICANS", "Trend", "Illness", "Set due", "Neuro due",
    "Alerts", "Toci", "Giver's words", "Notes",
)  # fmt: skip
_WIDTHS: Final = (26, 26, 52, 38, 40, 40, 42, 40, 36, 36, 84, 24, 150, 0)
# So many letters fit the two lines of a row.
_MOST: Final = {"alerts": 44, "words": 84, "nurse": 24}
_TREND: Final = {
    "worse": "worse", "better": "better", "the same grade": "same", "trend not known": "",
}  # fmt: skip
_ONE_PAGE: Final = 30  # beds
_TALLEST: Final = 26.0


def make(head: Head, sheets: Sequence[Sheet], known: Sequence[Known]) -> bytes:
    """Return the PDF: one page for up to 30 beds; what changed since the last hand-over is bold."""
    wide, high = page.room(is_landscape=head.landscape)
    rows = [_row(sheet, each) for sheet, each in zip(sheets, known, strict=True)]
    beds = max(len(rows), 1)
    room = (high - 34) / min(beds, _ONE_PAGE)
    size = 6.6 if room >= 17 else 5.6
    widths = (*_WIDTHS[:-1], wide - sum(_WIDTHS))
    story = [
        parts.paragraph(
            f"{len(rows)} patients. Bold: changed since the last hand-over on record. "
            "The time after a grade is when it was computed.", size=7, after=3,
        ),
        parts.grid(
            COLUMNS, rows, widths, size=size, empty="Nobody is on this ward.",
            height=min(room, _TALLEST),
        ),
    ]  # fmt: skip
    return page.made(head, story)


def _row(sheet: Sheet, known: Known) -> list[Any]:
    state = known.state
    new = _news(sheet)
    due = due_of(state)
    words = "; ".join(text for text in sheet.given.words.values() if text)
    toci = sum(each.code == TreatmentCode.TOCILIZUMAB for each in known.treatments)
    return [
        sheet.who.bed,
        sheet.who.short,
        _cut(sheet.who.nurse, "nurse"),
        _day(known),
        Said(_grade(state.latest_assessment, known), new("CRS ")),
        Said(_grade(state.latest_icans, known), new("ICANS ")),
        Said(_TREND[trend(state)], new("Since the set")),
        Said(sheet.given.illness, sheet.words_are_new),
        Said(_clock(due.due_at if due else None, known), new("Set overdue")),
        Said(_clock(due.neuro_due_at if due else None, known), new("Neuro check overdue")),
        Said(_alerts(known), new("P1") or new("P2") or new("P3") or new("P4")),
        Said(f"×{toci}" if toci else "none", new("Tocilizumab")),
        Said(_cut(words, "words") or " ", sheet.words_are_new),
        " ",
    ]


def _news(sheet: Sheet) -> Any:
    fresh = [line.text for name in Section for line in sheet.sections[name] if line.is_new]
    return lambda beginning: any(text.startswith(beginning) for text in fresh)


def _grade(graded: Assessment | None, known: Known) -> str:
    if graded is None:
        return ""
    short = style_of(graded.grade, at_least=graded.at_least).short
    return f"{short} {_clock(graded.taken_at, known)}"


def _clock(at: Any, known: Known) -> str:
    """Return the time, and the date when it is another day's."""
    if at is None:
        return ""
    local, today = at.astimezone(known.zone), known.now.astimezone(known.zone)
    return f"{local:%H:%M}" if local.date() == today.date() else known.at(at)


def _day(known: Known) -> str:
    start = course_start(charting_state.doses_of(known.state), at=known.now)
    return strip.day_label(start, now=known.now, zone=known.zone)


def _alerts(known: Known) -> str:
    """Priorities that nobody has first, then those that somebody has; no words on such a paper."""
    open_ones = [each.severity for each in known.alerts if each.state == AlertState.OPEN]
    taken = [each.severity for each in known.alerts if each.state != AlertState.OPEN]
    said = [f"{' '.join(open_ones)} NOBODY"] if open_ones else []
    said += [f"{' '.join(taken)} taken"] if taken else []
    return _cut(", ".join(said), "alerts") or "none"


def _cut(text: str, name: str) -> str:
    most = _MOST[name]
    return text if len(text) <= most else f"{text[: most - 1]}…"
