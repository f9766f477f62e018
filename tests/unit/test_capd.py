"""CAPD: eight questions with anchors by age, both sides of each age."""

from datetime import date, timedelta

import pytest

from vitals import capd

BORN = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("days", "anchors"),
    [
        (0, "newborn"), (27, "newborn"), (28, "weeks_4"), (41, "weeks_4"), (42, "weeks_6"),
        (55, "weeks_6"), (56, "weeks_8"), (195, "weeks_8"), (196, "weeks_28"),
        (364, "weeks_28"), (365, "year_1"), (729, "year_1"), (730, "years_2"),
        (1094, "years_2"), (1095, ""), (3000, ""),
    ],
)  # fmt: skip
def test_the_anchors_fit_the_age(days, anchors):
    assert capd.anchor_age(BORN, on=BORN + timedelta(days=days)) == anchors


def test_no_birth_date_has_no_anchors():
    assert capd.anchor_age(None, on=BORN) == ""
    assert capd.anchor_age(BORN, on=BORN - timedelta(days=1)) == ""


def test_eight_questions_each_with_an_anchor_for_every_age():
    assert [item.name for item in capd.ITEMS] == [f"capd_{number}" for number in range(1, 9)]
    assert all(len(item.anchors) == len(capd.AGES) for item in capd.ITEMS)
    assert all(all(item.anchors) for item in capd.ITEMS)


def test_the_ages_meet_without_gap_or_overlap():
    starts = [age.from_days for age in capd.AGES]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
