"""A CRS grade's value, label, shape and color: one place for badge, chart and e-mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeStyle:
    """How one grade looks everywhere; the shape says it without the color.

    `color_token` names a CSS custom property, `color` is the same in print and mail (at
    least 4.5:1 against white), `plotly_symbol` the marker of the chart.
    """

    value: int | None
    label: str
    short: str
    shape: str
    plotly_symbol: str
    color_token: str
    color: str


GRADES: dict[int, GradeStyle] = {
    0: GradeStyle(0, "No CRS", "0", "circle-outline", "circle-open", "--grade-0", "#5f6b76"),
    1: GradeStyle(1, "Grade 1", "1", "circle", "circle", "--grade-1", "#0b66b0"),
    2: GradeStyle(2, "Grade 2", "2", "diamond", "diamond", "--grade-2", "#8a5a00"),
    3: GradeStyle(3, "Grade 3", "3", "triangle", "triangle-up", "--grade-3", "#b83a00"),
    4: GradeStyle(4, "Grade 4", "4", "square", "square", "--grade-4", "#6a2c91"),
    5: GradeStyle(5, "Grade 5", "5", "cross", "x", "--grade-5", "#1d1d1f"),
}
INCOMPLETE_SHAPE = "dashed-outline"


def style_of(grade: int | None, *, at_least: int = 0) -> GradeStyle:
    """The look of a grade; an unknown one is dashed and says "?" or the least it can be.

    Raises KeyError for a grade outside 0 to 5.
    """
    if grade is not None:
        return GRADES[grade]
    known = GRADES[at_least]
    forced = at_least > 0
    return GradeStyle(
        value=None,
        label=f"At least grade {at_least}, incomplete" if forced else "Grade not known",
        short=f"≥{at_least}" if forced else "?",
        shape=INCOMPLETE_SHAPE,
        plotly_symbol=f"{known.plotly_symbol.removesuffix('-open')}-open-dot",
        color_token=known.color_token,
        color=known.color,
    )
