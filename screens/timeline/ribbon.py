"""The grade ribbon: a clinician's word over the computed CRS grade, and ICANS below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from grading.confirming import Computed, still_stands
from grading.grades import style_of
from grading.rules.icans_astct import SCALE as ICANS_SCALE
from grading.services import SCALE as CRS_SCALE
from screens.timeline import axis, spans
from screens.timeline.course import LONGEST_GAP, Course, Said
from screens.timeline.spans import Span

NEURO_HOLDS: Final = LONGEST_GAP
_ICANS_ROW: Final = 0.5
_CRS_ROW: Final = 1.5
_SAID_ROW: Final = 2.5
_HEIGHT: Final = 0.86
_REJECTED: Final = "not CRS"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time for which one grade stands."""

    begin: datetime
    end: datetime
    grade: int | None
    at_least: int


def stretches(
    graded: Sequence[tuple[datetime, int | None, int, timedelta]], *, end: datetime
) -> list[Stretch]:
    """Join equal grades that follow each other; a grade stands only as long as it holds.

    `graded` is time, grade, least grade, and how long it holds, in order of time.
    """
    found: list[Stretch] = []
    last: Stretch | None = None  # its end may still move on, to `reached`
    reached = end
    for index, (at, grade, at_least, holds) in enumerate(graded):
        following = graded[index + 1][0] if index + 1 < len(graded) else end
        until = min(at + holds, following, end)
        same = last is not None and (last.grade, last.at_least) == (grade, at_least)
        if same and reached == at:
            reached = until
        elif until > at:
            if last is not None:
                found.append(replace(last, end=reached))
            last, reached = Stretch(at, until, grade, at_least), until
    return found if last is None else [*found, replace(last, end=reached)]


def crs(course: Course) -> list[Stretch]:
    """Return the computed CRS grades."""
    return stretches(
        [(m.at, m.grade, m.at_least, m.holds_for) for m in course.moments], end=course.end
    )


def icans(course: Course) -> list[Stretch]:
    """Return the computed ICANS grades."""
    return stretches(
        [(n.at, n.grade, n.at_least, NEURO_HOLDS) for n in course.neuro], end=course.end
    )


def said(course: Course, scale: str) -> list[tuple[datetime, datetime, Said]]:
    """Return from when to when each clinician's word stands; one that waits never does.

    A word stands from the set it is about until the next word, or until a set forces a
    higher grade than the one it was about; and not where no grade was computed at all.
    """
    rows = [each for each in course.said if each.scale == scale and not each.waits]
    newest = {each.at: each for each in rows}  # said anew of the same set, the newest counts
    ordered = list(newest.values())
    computed = crs(course) if scale == CRS_SCALE else icans(course)
    found = []
    for word, following in pairwise([*ordered, None]):
        assert word is not None, "only the last of a pair is open"
        until = _outdone(word, computed, min(following.at if following else course.end, course.end))
        found += [
            (max(each.begin, word.at), min(each.end, until), word)
            for each in computed
            if each.begin < until and each.end > word.at
        ]
    return [(begin, end, word) for begin, end, word in _joined(found) if begin < end]


def _outdone(word: Said, computed: Iterable[Stretch], until: datetime) -> datetime:
    of = Computed(None, word.of_at_least)
    higher = (
        each.begin
        for each in computed
        if each.begin > word.at and not still_stands(of, newest_at_least=each.at_least)
    )
    return min([until, *higher])


def _joined(
    found: Sequence[tuple[datetime, datetime, Said]],
) -> list[tuple[datetime, datetime, Said]]:
    joined: list[tuple[datetime, datetime, Said]] = []
    for begin, end, word in found:
        if joined and joined[-1][1] == begin and joined[-1][2] is word:
            joined[-1] = (joined[-1][0], end, word)
        else:
            joined.append((begin, end, word))
    return joined


def traces(course: Course) -> list[dict[str, Any]]:
    """Return the ribbon's bars: hatched where there is no data, then grades, then words."""
    why_crs = {m.at: m.assessment_id for m in course.moments}
    why_icans = {n.at: n.assessment_id for n in course.neuro}
    computed = [_computed(each, _CRS_ROW, "CRS", why_crs, course) for each in crs(course)]
    computed += [_computed(each, _ICANS_ROW, "ICANS", why_icans, course) for each in icans(course)]
    words = [
        _word(begin, end, word, _SAID_ROW, course) for begin, end, word in said(course, CRS_SCALE)
    ]
    words += [
        _word(begin, end, word, _ICANS_ROW, course)
        for begin, end, word in said(course, ICANS_SCALE)
    ]
    return [
        spans.bars(_no_data(course), name="No data", yaxis=axis.ref("grade")),
        spans.bars(computed, name="Computed", yaxis=axis.ref("grade")),
        spans.bars(words, name="Clinician", yaxis=axis.ref("grade")),
    ]


def y_axis(course: Course, lane: axis.Lane) -> dict[str, Any]:
    """Return the ribbon's axis; the clinician's row is there once somebody said something."""
    names = {_ICANS_ROW: "ICANS", _CRS_ROW: "CRS"}
    top = 2.0
    if said(course, CRS_SCALE):
        names[_SAID_ROW] = "Clinician"
        top = 3.0
    return axis.y_axis(
        lane,
        range=[0, top],
        tickmode="array",
        tickvals=list(names),
        ticktext=list(names.values()),
        ticklen=0,
        showgrid=False,
    )


def _computed(
    stretch: Stretch, row: float, scale: str, why: dict[datetime, int], course: Course
) -> Span:
    style = style_of(stretch.grade, at_least=stretch.at_least)
    known = stretch.grade is not None
    assessment = why.get(stretch.begin)
    return Span(
        stretch.begin,
        stretch.end,
        row,
        _HEIGHT,
        # “≥2” is colored as 2, and told apart by its sign and its dots.
        f"grade-{stretch.at_least}",
        "tint" if known else "dots",
        style.short,
        f"{scale} {style.label}, computed, since {course.when(stretch.begin)}",
        f"why/{assessment}" if assessment else "",
    )


def _word(begin: datetime, end: datetime, word: Said, row: float, course: Course) -> Span:
    grade = 0 if word.grade is None else word.grade
    told = _REJECTED if word.grade is None else str(word.grade)
    is_icans = word.scale == ICANS_SCALE
    return Span(
        begin,
        end,
        row + 0.24 if is_icans else row,
        _HEIGHT / 2 if is_icans else _HEIGHT,
        f"grade-{grade}",
        "solid",
        told,
        f"{'ICANS' if is_icans else 'CRS'} {told}, {word.decision} by {word.by}, "
        f"{course.when(word.said_at)}",
        f"why/{word.assessment_id}" if word.assessment_id else "",
    )


def _no_data(course: Course) -> list[Span]:
    """Where the ribbon is empty after the first set: no grade stands there, of either scale."""
    if not course.moments:
        return []
    whole = [(course.moments[0].at, course.end)]
    return [
        Span(begin, end, row, _HEIGHT, "gap", "hatch", "no data", f"No {scale} grade: no data")
        for row, scale, graded in (
            (_CRS_ROW, "CRS", crs(course)),
            (_ICANS_ROW, "ICANS", icans(course)),
        )
        for begin, end in spans.without(whole, spans.merged([(g.begin, g.end) for g in graded]))
    ]
