"""ICE and CAPD: the two bedside scores, item by item."""

import pytest

from grading.rules.icans_scores import ICE_ITEMS, capd_points, capd_total, ice_total
from grading.rules.vocabulary import CapdAnswer

FULL = dict(ICE_ITEMS)


def test_ice_has_ten_points_in_all():
    assert sum(ICE_ITEMS.values()) == 10
    assert ice_total(FULL) == (10, 10)


@pytest.mark.parametrize(
    ("changed", "total"),
    [
        ({"year": 0}, 9),
        ({"naming": 2}, 9),
        ({"naming": 0}, 7),
        ({"year": 0, "month": 0, "city": 0, "hospital": 0}, 6),
        (dict.fromkeys(ICE_ITEMS, 0), 0),
    ],
)
def test_ice_adds_up_its_items(changed, total):
    assert ice_total(FULL | changed) == (total, total)


@pytest.mark.parametrize(
    ("items", "at_most"),
    [
        ({}, 10),
        ({name: points for name, points in FULL.items() if name != "writing"}, 10),
        (FULL | {"writing": None, "naming": 1}, 8),
    ],
)
def test_an_item_left_out_leaves_the_score_open_and_bounded(items, at_most):
    assert ice_total(items) == (None, at_most)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ({"president": 1}, "unknown ICE item 'president'; known: year, month"),
        ({"year": 2}, "ICE item year must be 0 to 1, not 2"),
        ({"naming": 4}, "ICE item naming must be 0 to 3, not 4"),
        ({"attention": -1}, "ICE item attention must be 0 to 1, not -1"),
    ],
)
def test_an_item_that_ice_does_not_have_is_refused(items, words):
    with pytest.raises(ValueError, match=words):
        ice_total(items)


@pytest.mark.parametrize(
    ("answer", "first_four", "last_four"),
    [("never", 4, 0), ("rarely", 3, 1), ("sometimes", 2, 2), ("often", 1, 3), ("always", 0, 4)],
)
def test_the_first_four_items_of_capd_are_scored_in_reverse(answer, first_four, last_four):
    points = capd_points([CapdAnswer(answer)] * 8)
    assert points == [first_four] * 4 + [last_four] * 4


@pytest.mark.parametrize(
    ("points", "total"),
    [
        ([0] * 8, (0, 0)),
        ([1, 1, 1, 2, 1, 1, 1, 1], (9, 9)),
        ([4] * 8, (32, 32)),
        ([4, None, 4, 0, 0, 0, 0, 1], (None, 9)),
    ],
)
def test_capd_adds_up_its_items(points, total):
    assert capd_total(points) == total


def test_an_answer_left_out_stays_left_out():
    assert capd_points([None] * 8) == [None] * 8


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([0] * 7, "CAPD has 8 items, not 7"),
        ([0] * 9, "CAPD has 8 items, not 9"),
        ([0, 5, 0, 0, 0, 0, 0, 0], "CAPD item 2 must be 0 to 4, not 5"),
        ([-1, 0, 0, 0, 0, 0, 0, 0], "CAPD item 1 must be 0 to 4, not -1"),
    ],
)
def test_a_capd_that_cannot_be_is_refused(points, words):
    with pytest.raises(ValueError, match=words):
        capd_total(points)
