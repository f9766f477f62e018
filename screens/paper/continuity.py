"""The papers for a downtime: a cover, then each patient's day with a blank chart behind it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from reportlab.platypus import Flowable, PageBreak, Spacer

from alerts.continuity import STALE_AFTER
from grading.rules.crs_astct import CRITERIA
from patients.medicines import TreatmentCode
from screens import labels
from screens.continuity.reading import COLUMNS, SPAN, Pack
from screens.handing.facts import Known
from screens.handing.sheet import Section, Sheet
from screens.paper import heads, page, parts
from screens.paper.head import Head

_SET_WIDTHS: Final = (54, 26, 40, 46, 30, 26, 40, 70, 76, 0)
_INDEX: Final = ("Bed", "Name", "MRN", "Born", "Grades", "Next set")
_INDEX_WIDTHS: Final = (34, 120, 76, 92, 150, 0)
_CHART_ROWS: Final = (
    "Date, time", "Temp. °C", "BP mmHg", "Mean pressure", "Heart rate", "Resp. rate", "SpO₂ %",
    "Oxygen: device", "Oxygen: L/min or %", "Consciousness", "Vasopressors (how many)",
    "Fluid bolus mL", "ICE /10 or CAPD", "CRS grade", "Worried? y / n", "Urine mL", "Given, done",
    "Initials",
)  # fmt: skip
_CHART_COLUMNS: Final = 10
_CHART_FIRST: Final = 98.0
_CHART_ROW: Final = 27.0
_SPARE_CHARTS: Final = 2
_NOBODY: Final = "Name ______________________ MRN ____________ Bed ____"
_OLD: Final = int(STALE_AFTER / timedelta(minutes=1))


def head_of(pack: Pack) -> Head:
    """Return the frame of the whole pack."""
    ward, now = pack.handover.ward, pack.handover.now
    return heads.of_ward(
        ward,
        "Continuity pack",
        f"{len(pack.handover.sheets)} patients · the last 24 hours and blank charts · "
        f"a pack is written every 15 minutes: one older than {_OLD} minutes is out of date",
        now=now,
    )


def make(pack: Pack) -> bytes:
    """Return the PDF of one ward, to be printed on both sides of the paper."""
    wide, _ = page.room(is_landscape=False)
    story = _cover(pack, wide)
    for sheet, known in zip(pack.handover.sheets, pack.handover.known, strict=True):
        story += [PageBreak(), *_patient(pack, sheet, known, wide)]
        story += [PageBreak(), *_chart(_name_of(sheet), wide)]
    for _ in range(_SPARE_CHARTS):
        story += [
            PageBreak(),
            *_chart("Name ______________________  MRN ____________  Bed ____", wide),
        ]
    return page.made(head_of(pack), story)


def _cover(pack: Pack, wide: float) -> list[Flowable]:
    handover = pack.handover
    rows = [
        [
            sheet.who.bed, sheet.who.name, sheet.who.mrn, sheet.who.born,
            "; ".join(_short(line.text) for line in sheet.sections[Section.ILLNESS][:2]),
            next((line.text for line in sheet.sections[Section.ACTIONS]), ""),
        ]
        for sheet in handover.sheets
    ]  # fmt: skip
    story: list[Flowable] = [
        parts.heading("Whom to call"),
        *(parts.paragraph(line, size=10, after=1) for line in handover.to_call),
        parts.heading("For everybody"),
        *(parts.paragraph(line, size=8.5, after=1) for line in handover.for_all),
        parts.paragraph(
            "While the system is down nobody is alerted by it. Measure when the sheet says so, "
            "grade by the list on each chart, call by telephone, and chart it all when it is back: "
            "late entries are graded and kept with the time they were measured.", size=8.5, after=2,
        ),
        parts.heading("Who is on the ward"),
    ]  # fmt: skip
    widths = (*_INDEX_WIDTHS[:-1], wide - sum(_INDEX_WIDTHS))
    story.append(parts.grid(_INDEX, rows, widths, size=7.6, empty="Nobody is on this ward."))
    return story


def _short(line: str) -> str:
    return line.replace(" · computed", ",")


def _name_of(sheet: Sheet) -> str:
    who = sheet.who
    return f"Bed {who.bed or '–'} · {who.name} · MRN {who.mrn} · born {who.born}"


def _patient(pack: Pack, sheet: Sheet, known: Known, wide: float) -> list[Flowable]:
    """Who it is on each page of it, what is known, then the sets."""
    story: list[Flowable] = [parts.paragraph(_name_of(sheet), size=11, bold=True, after=3)]
    for section in (Section.ILLNESS, Section.SUMMARY, Section.ACTIONS, Section.SITUATION):
        lines = [line.text for line in sheet.sections[section]]
        words = sheet.given.words.get(section, "")
        if section is Section.ILLNESS and sheet.given.illness:
            words = sheet.given.illness
        lines += [f"{sheet.given.said}: {words}"] if words else []
        story += [parts.paragraph(line, size=8, after=0.5) for line in lines]
        story.append(Spacer(1, 2.5))
    given = _given(known)
    story.append(parts.paragraph(f"Given in the last 24 h: {given}", size=8, after=3))
    day = pack.days[sheet.who.patient_id]
    more = f" ({day.not_shown} older ones are not printed)" if day.not_shown > 0 else ""
    story.append(
        parts.grid(
            COLUMNS, day.rows, (*_SET_WIDTHS[:-1], wide - sum(_SET_WIDTHS)), size=7.2,
            empty="No set in the last 24 hours.", above=f"{_name_of(sheet)}{more}",
        )
    )  # fmt: skip
    return story


def _given(known: Known) -> str:
    """Every medicine and support of the day, with its times."""
    found = [
        _one(each.code, each.started_at, known, labels.number(each.dose_value), each.dose_unit)
        for each in known.treatments
        if each.started_at > known.now - SPAN or _still_runs(each.stopped_at, known)
    ]
    return "; ".join(found) or "nothing recorded"


def _still_runs(stopped_at: datetime | None, known: Known) -> bool:
    return stopped_at is not None and stopped_at > known.now - SPAN


def _one(code: str, at: datetime, known: Known, dose: str, unit: str) -> str:
    name = TreatmentCode(code).label
    return " ".join(part for part in (name, dose, unit if dose else "", known.at(at)) if part)


def _chart(name: str, wide: float) -> list[Flowable]:
    """A blank chart with the criteria of the grade under it, in the words of the rules."""
    column = (wide - _CHART_FIRST) / _CHART_COLUMNS
    cells: list[list[Any]] = [
        [parts.paragraph(title, size=8, bold=True), *([""] * _CHART_COLUMNS)]
        for title in _CHART_ROWS
    ]
    return [
        parts.paragraph(f"{name} · observations by hand", size=11, bold=True, after=4),
        parts.table(
            cells, (_CHART_FIRST, *([column] * _CHART_COLUMNS)),
            heights=[_CHART_ROW] * len(_CHART_ROWS),
        ),
        Spacer(1, 5),
        parts.paragraph("CRS grade (ASTCT, Lee 2019): the gravest line that is met.", size=8,
                        bold=True, after=1),
        *(parts.paragraph(line, size=7.6) for line in criteria()),
    ]  # fmt: skip


def criteria() -> Sequence[str]:
    """Return the criteria of each grade from 1 to 4, in the words of the rules."""
    found: dict[int, list[str]] = {}
    for rule in CRITERIA:
        found.setdefault(int(rule.criterion.grade), []).append(rule.criterion.words)
    return [
        *(f"Grade {grade}: {'; or '.join(said)}." for grade, said in sorted(found.items())),
        "Grades 2 to 4 go with fever, or with fever hidden by tocilizumab, steroids or "
        "antipyretics, and with no other cause.",
    ]
