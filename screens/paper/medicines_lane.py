"""The lane of medicines on paper: a letter for what was given, a bar for what ran."""

from typing import Final

from patients.medicines import TreatmentClass, TreatmentCode
from screens.paper.pen import BLACK, DARK, TINY, Lane, Pen
from screens.timeline.course import Course, Drug
from screens.timeline.medicines_lane import BARS, LETTERS, letters, rows

_ROW: Final = 7.5
_MOST_BARS: Final = 5
_MARKED: Final = (
    ("Anti-cytokine", (TreatmentClass.ANTI_CYTOKINE,)),
    ("Steroid", (TreatmentClass.CORTICOSTEROID,)),
)
_OTHERS: Final = "Other"


def height_of(course: Course) -> float:
    """Return the height that the medicines of this course take."""
    return _ROW * (len(_MARKED) + 1 + min(len(rows(course)), _MOST_BARS))


def draw(pen: Pen, lane: Lane) -> None:
    """Draw letters in three rows, then a row for each of the first bars."""
    course = pen.axis.course
    given = [drug for drug in course.drugs if drug.code in LETTERS]
    lettered = dict(zip(map(id, given), letters(given), strict=True))
    left = list(given)
    y = lane.top
    for name, families in (*_MARKED, (_OTHERS, tuple(TreatmentClass))):
        y -= _ROW
        here = [drug for drug in left if drug.family in families]
        left = [drug for drug in left if drug.family not in families]
        pen.words(pen.axis.left - 3, y + 1.5, name, size=TINY, gray=DARK, to="left")
        _letters(pen, y, [(drug, lettered[id(drug)]) for drug in here])
    _bars(pen, y)


def key(course: Course) -> str:
    """Return what the letters on this paper stand for."""
    codes = dict.fromkeys(drug.code for drug in course.drugs if drug.code in LETTERS)
    return " · ".join(f"{LETTERS[code]} {TreatmentCode(code).label}" for code in codes)


def _letters(pen: Pen, y: float, given: list[tuple[Drug, str]]) -> None:
    end = 0.0
    for drug, letter in given:
        x = pen.axis.x(drug.at)
        pen.canvas.setFillGray(BLACK)
        pen.canvas.circle(x, y + 3.3, 0.9, stroke=0, fill=1)
        if x + 1.5 >= end:
            pen.words(x + 1.6, y + 1.3, letter, size=TINY + 0.5, bold=True)
            end = x + 1.6 + 3.4 * len(letter)


def _bars(pen: Pen, y: float) -> None:
    course = pen.axis.course
    row_of = rows(course)
    for drug in course.drugs:
        row = -row_of.get(drug.code, 1)
        if drug.code not in BARS or not 0 <= row < _MOST_BARS:
            continue
        bottom = y - _ROW * (row + 1)
        pen.bar(drug.at, drug.stopped_at or course.end, bottom + 0.8, _ROW - 1.6, said=drug.label)
    hidden = len(row_of) - _MOST_BARS
    if hidden > 0:
        right = pen.axis.left + pen.axis.width
        pen.words(right + 2, y - _ROW * _MOST_BARS + 1.5, f"+{hidden} more", size=TINY)
