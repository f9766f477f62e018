"""The sheets of a hand-over on paper: a block for each patient, what is new in bold."""

from collections.abc import Sequence
from typing import Any, Final

from reportlab.platypus import Flowable, KeepTogether, Spacer

from screens.handing.sheet import SYNTHESIS, TITLES, Section, Sheet
from screens.paper import page, parts
from screens.paper.head import Head

_LETTER: Final = 16.0
_TITLE: Final = 78.0
_HEAD: Final = "Bed {bed} · {name} · MRN {mrn} · born {born}"
_BOX: Final = "☐"


def make(
    head: Head, sheets: Sequence[Sheet], *, to_call: Sequence[str], for_all: Sequence[str]
) -> bytes:
    """Return the PDF of these sheets with who is on call; new lines are bold."""
    wide, _ = page.room(is_landscape=head.landscape)
    story: list[Flowable] = [
        parts.paragraph(f"On call now. {' · '.join(to_call)}", size=7.5, after=2),
        parts.paragraph(
            "Bold: new since the last hand-over on record. From the recorded data; the giver's own "
            "words carry a name and a time.", size=7, after=4,
        ),
    ]  # fmt: skip
    story[1:1] = [parts.paragraph(f"For everybody. {' '.join(for_all)}", size=7.5, after=2)]
    for sheet in sheets:
        story += [KeepTogether(_block(sheet, wide)), Spacer(1, 6)]
    if not sheets:
        story.append(parts.paragraph("Nobody is on this ward.", size=9))
    return page.made(head, story)


def _block(sheet: Sheet, wide: float) -> list[Flowable]:
    who = sheet.who
    words = _HEAD.format(bed=who.bed or "–", name=who.name, mrn=who.mrn, born=who.born)
    nurse = f"Nurse: {who.nurse or 'not assigned here'}"
    rows = [_row(section, sheet) for section in Section]
    letter, title = SYNTHESIS
    sign = f"{_BOX} read back · Name ____________________ · Time __________"
    rows.append(
        [
            parts.paragraph(letter, size=11, bold=True),
            parts.paragraph(title, size=7, bold=True),
            [parts.paragraph(sign, size=8.5, after=1), parts.paragraph(sheet.last, size=7)],
        ]
    )
    cells = [[parts.paragraph(words, size=9, bold=True), parts.paragraph(nurse, size=7.5)]]
    top = parts.table(
        cells, (wide * 0.72, wide * 0.28), [("BACKGROUND", (0, 0), (-1, 0), parts.SHADE)]
    )
    return [top, parts.table(rows, (_LETTER, _TITLE, wide - _LETTER - _TITLE))]


def _row(section: Section, sheet: Sheet) -> list[Any]:
    letter, title = TITLES[section]
    said = [
        parts.paragraph(line.text, size=7.6, bold=line.is_new) for line in sheet.sections[section]
    ]
    given = sheet.given
    words = given.words.get(section, "")
    if section is Section.ILLNESS:
        words = given.illness or "not said by the giver: stable, watcher or unstable"
        by = f" ({given.said})" if given.illness else ""
        said.insert(0, parts.paragraph(f"{words}{by}", size=8, bold=bool(given.illness)))
    elif words:
        said.append(parts.paragraph(f"{given.said}: {words}", size=8, bold=sheet.words_are_new))
    return [
        parts.paragraph(letter, size=11, bold=True),
        parts.paragraph(title, size=7, bold=True),
        said or [parts.paragraph("nothing recorded", size=7.6)],
    ]
