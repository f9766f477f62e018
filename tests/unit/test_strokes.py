"""Handwriting as strokes: bounded, read strictly, and drawn as numbers alone."""

import json

import pytest

from vitals import strokes

FULL_STROKE = [1, 2] * strokes.MOST_POINTS


@pytest.mark.parametrize("given", [None, []])
def test_an_empty_sheet_is_no_handwriting(given):
    assert strokes.read(given) is None


@pytest.mark.parametrize("text", ["", "  ", "[]"])
def test_an_empty_field_is_no_handwriting(text):
    assert strokes.read_text(text) is None


@pytest.mark.parametrize(
    "given",
    [
        [[0, 0]],
        [[strokes.WIDTH, strokes.HEIGHT]],
        [[1, 2, 3, 4], [5, 6]],
        [[1, 1]] * strokes.MOST_STROKES,
        [FULL_STROKE],
    ],
    ids=["corner", "far corner", "two", "most strokes", "most points"],
)
def test_strokes_inside_the_sheet_are_kept_as_given(given):
    assert strokes.read(given) == given
    assert strokes.read_text(json.dumps(given, separators=(",", ":"))) == given


@pytest.mark.parametrize(
    "given",
    [
        {},
        "M0 0",
        [1, 2],
        [[]],
        [[1]],
        [[1, 2, 3]],
        [[-1, 0]],
        [[0, -1]],
        [[strokes.WIDTH + 1, 0]],
        [[0, strokes.HEIGHT + 1]],
        [[1.5, 2]],
        [[True, 2]],
        [["1", 2]],
        [[None, 2]],
        [['"/><script>', 2]],
        [[1, 1]] * (strokes.MOST_STROKES + 1),
        [[*FULL_STROKE, 1, 1]],
        [FULL_STROKE, [1, 1]],
    ],
)
def test_what_is_no_writing_is_refused(given):
    with pytest.raises(ValueError, match=r"must be"):
        strokes.read(given)


@pytest.mark.parametrize("text", ["[[1,2]", "nonsense", "[" * 10_000, "NaN", '{"a": 1}'])
def test_text_that_cannot_be_read_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"clear it and write again|must be"):
        strokes.read_text(text)


def test_a_text_that_is_too_long_is_refused_before_it_is_read():
    just_fits = "[" + " " * (strokes.LONGEST_TEXT - 2) + "]"
    assert strokes.read_text(just_fits) is None
    with pytest.raises(ValueError, match="too large"):
        strokes.read_text(just_fits + " ")


def test_the_most_points_fit_the_longest_text():
    widest = [[1000, 360] * strokes.MOST_POINTS]
    assert len(json.dumps(widest, separators=(",", ":"))) <= strokes.LONGEST_TEXT


def test_a_dot_and_a_line_are_drawn():
    image = strokes.svg([[10, 20], [1, 2, 3, 4, 5, 6]])
    assert 'd="M10 20L10 20"' in image
    assert 'd="M1 2L3 4 5 6"' in image
    assert 'viewBox="0 0 1000 360"' in image
