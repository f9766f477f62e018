"""How a grade looks: one place, a shape beside every color, enough contrast."""

import re
from pathlib import Path

import pytest

from grading.grades import GRADES, INCOMPLETE_SHAPE, style_of

TOKENS = Path(__file__).resolve().parents[3] / "static/crs_monitor/css/tokens.css"


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_grade_has_its_own_shape_label_and_marker():
    assert list(GRADES) == [0, 1, 2, 3, 4, 5]
    for looks in ("label", "short", "shape", "plotly_symbol", "color_token", "line"):
        assert len({getattr(style, looks) for style in GRADES.values()}) == 6


@pytest.mark.parametrize("grade", GRADES)
def test_text_can_be_read_on_and_beside_every_color(grade):
    style = GRADES[grade]
    assert contrast(style.ink, style.fill) >= 4.5
    assert contrast(style.line, "#ffffff") >= 4.5


@pytest.mark.parametrize("grade", GRADES)
def test_the_style_sheet_has_the_same_colors(grade):
    style, sheet = GRADES[grade], TOKENS.read_text(encoding="utf-8")
    for part in ("fill", "line", "ink"):
        found = re.search(rf"{style.color_token}-{part}:\s*(#\w{{6}})", sheet)
        assert found, f"{style.color_token}-{part} is not in the style sheet"
        assert found[1] == getattr(style, part)


@pytest.mark.parametrize(
    ("grade", "at_least", "short", "label", "shape"),
    [
        (0, 0, "0", "No CRS", "circle-outline"),
        (3, 3, "3", "Grade 3", "triangle"),
        (None, 0, "?", "Grade not known", INCOMPLETE_SHAPE),
        (None, 2, "≥2", "At least grade 2, incomplete", INCOMPLETE_SHAPE),
    ],
)
def test_an_unknown_grade_never_looks_like_a_known_one(grade, at_least, short, label, shape):
    style = style_of(grade, at_least=at_least)
    assert (style.value, style.short, style.label, style.shape) == (grade, short, label, shape)


def test_a_grade_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        style_of(6)
