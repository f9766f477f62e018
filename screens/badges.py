"""The grade badge as templates and board.js draw it, from the one table of grade looks."""

from typing import Final, TypedDict

from grading.grades import style_of
from grading.models import Assessment

# What grading calls a shape, and the symbol of the icon sheet that draws it.
_SYMBOLS: Final = {"circle-outline": "circle-open", "dashed-outline": "unknown", "cross": "square"}


class Badge(TypedDict):
    """One grade as a page shows it: never by color alone."""

    value: int | None
    at_least: int
    shape: str
    token: str
    label: str
    short: str


def badge(grade: int | None, *, at_least: int = 0) -> Badge:
    """Return the badge of a grade; an unknown one is dashed and says the least it can be."""
    style = style_of(grade, at_least=at_least)
    return {
        "value": grade,
        "at_least": at_least,
        "shape": _SYMBOLS.get(style.shape, style.shape),
        "token": style.color_token.removeprefix("--"),
        "label": "Grade 0" if grade == 0 else style.label,
        "short": style.short,
    }


def badge_of(assessment: Assessment | None) -> Badge:
    """Return the badge of an assessment; of nothing charted, the unknown one."""
    if assessment is None:
        return badge(None)
    return badge(assessment.grade, at_least=assessment.at_least)
