"""A CRS grade's value, label, shape and color: one place for badge, chart and e-mail."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class GradeStyle:
    """How one grade looks everywhere; the shape says it without the color.

    `color_token` begins the names of the CSS custom properties (`--grade-2-fill`, `-line`,
    `-ink`); `fill`, `line` and `ink` are the same colors for print, chart and mail. `line` on
    white and `ink` on `fill` both reach a contrast of 4.5:1. `plotly_symbol` is the marker of
    the chart.
    """

    value: int | None
    label: str
    short: str
    shape: str
    plotly_symbol: str
    color_token: str
    fill: str
    line: str
    ink: str


def _style(
    value: int, shape: str, plotly_symbol: str, *, fill: str, line: str, ink: str
) -> GradeStyle:
    label = f"Grade {value}" if value else "No CRS"
    token = f"--grade-{value}"
    return GradeStyle(value, label, str(value), shape, plotly_symbol, token, fill, line, ink)


GRADES: dict[int, GradeStyle] = {
    style.value or 0: style
    for style in (
        _style(0, "circle-outline", "circle-open", fill="#ffffff", line="#5d6776", ink="#2b323d"),
        _style(1, "circle", "circle", fill="#0b5cad", line="#0b5cad", ink="#ffffff"),
        _style(2, "diamond", "diamond", fill="#f2a900", line="#8a5d00", ink="#221500"),
        _style(3, "triangle", "triangle-up", fill="#bf3a06", line="#bf3a06", ink="#ffffff"),
        _style(4, "square", "square", fill="#6f2390", line="#6f2390", ink="#ffffff"),
        _style(5, "cross", "x", fill="#0d131b", line="#0d131b", ink="#ffffff"),
    )
}
INCOMPLETE_SHAPE = "dashed-outline"


def style_of(grade: int | None, *, at_least: int = 0) -> GradeStyle:
    """The look of a grade; an unknown one is dashed and says "?" or the least it can be.

    Raises KeyError for a grade outside 0 to 5.
    """
    if grade is not None:
        return GRADES[grade]
    known = GRADES[at_least]
    return replace(
        known,
        value=None,
        label=f"At least grade {at_least}, incomplete" if at_least else "Grade not known",
        short=f"≥{at_least}" if at_least else "?",
        shape=INCOMPLETE_SHAPE,
        plotly_symbol=known.plotly_symbol.removesuffix("-open") + "-open",
        fill=GRADES[0].fill,
        ink=known.line,
    )
