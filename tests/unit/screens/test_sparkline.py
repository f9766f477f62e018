"""The last six values as a line: scaled to themselves, oldest first, said in words."""

import pytest

from screens.sparkline import HEIGHT, WIDTH, sparkline


def points(line):
    return [tuple(float(part) for part in pair.split(",")) for pair in line.points.split()]


@pytest.mark.parametrize("values", [[], [80]])
def test_one_value_is_no_line(values):
    assert sparkline(values) is None


def test_only_the_last_six_are_drawn_and_said():
    line = sparkline([50, 60, 70, 80, 90, 100, 110])
    assert line.words == "last 6: 60, 70, 80, 90, 100, 110"
    assert len(points(line)) == 6


def test_the_highest_is_on_top_and_everything_is_inside():
    drawn = points(sparkline([36.8, 39.1, 38.0]))
    assert min(range(3), key=lambda index: drawn[index][1]) == 1
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in drawn)


def test_what_does_not_change_is_a_level_line_in_the_middle():
    assert {y for _, y in points(sparkline([80, 80, 80]))} == {HEIGHT / 2}


def test_the_end_is_marked_where_the_line_ends():
    line = sparkline([80, 90])
    assert line.points.endswith(f"{line.end_x},{line.end_y}")
