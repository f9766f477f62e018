"""Late fever after CRS settled: a sentence when all of the picture is there, and nothing else."""

from dataclasses import fields, replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from grading.episodes import Graded, episodes
from grading.late_fever import HLH_LIKE, LabPoint, LateFacts, facts, flag
from tests.unit.courses import START, hour

ALL = LateFacts(late_fever=True, ferritin_rising=True, new_cytopenia=True, low_fibrinogen=True)
LATE = hour(60)
PICTURE = {
    "ferritin": ("3000", "90000"),
    "hemoglobin": ("110", "105"),
    "platelets": ("140", "40"),
    "neutrophils": ("0.4", "0.2"),
    "fibrinogen": ("3.1", "1.1"),
}


def course(*opened, closed=True):
    """Two episodes, the second open, unless told otherwise."""
    rows = [Graded(START, 2, 2, START), Graded(hour(40), 0, 0, None)]
    rows += [Graded(at, 1, 1, at) for at in opened]
    if not closed:
        rows = rows[:1]
    return episodes(rows, doses=(), zone=UTC)


def labs(**changed):
    """Each analyte before the late fever and since; None is not measured."""
    return [
        LabPoint(name, Decimal(value), LATE + offset)
        for name, pair in (PICTURE | changed).items()
        for value, offset in zip(pair, (timedelta(hours=-12), timedelta(0)), strict=True)
        if value is not None
    ]


def test_the_whole_picture_is_a_sentence_to_review():
    assert flag(facts(course(LATE), labs())) == HLH_LIKE
    assert HLH_LIKE.startswith("HLH-like picture: review")


@pytest.mark.parametrize("name", [field.name for field in fields(LateFacts)])
def test_without_one_part_of_it_nothing_is_said(name):
    assert flag(ALL) == HLH_LIKE
    assert flag(replace(ALL, **{name: False})) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ferritin_rising", "rising ferritin"),
        ("new_cytopenia", "new cytopenia"),
        ("low_fibrinogen", "low fibrinogen"),
    ],
)
def test_a_part_not_recorded_is_not_ruled_out_and_is_named(name, words):
    said = flag(replace(ALL, **{name: None}))
    assert said is not None
    assert "not ruled out" in said
    assert said.endswith(f"Not known from what was recorded: {words}.")


def test_not_known_to_have_late_fever_says_nothing():
    assert flag(replace(ALL, late_fever=None)) is None


@pytest.mark.parametrize(
    "found",
    [
        [],
        course(closed=False),  # the first episode, still open
        course(),  # the only one, closed
        episodes(
            [Graded(START, 1, 1, START), Graded(hour(30), 0, 0, None),
             Graded(LATE, 1, 1, LATE), Graded(hour(90), 0, 0, None)],
            doses=(), zone=UTC,
        ),
    ],
)  # fmt: skip
def test_only_an_open_episode_after_one_that_closed_is_late(found):
    assert facts(found, labs()) == LateFacts(late_fever=False)


@pytest.mark.parametrize(
    ("changed", "name", "expected"),
    [
        ({"ferritin": ("3000", "3000")}, "ferritin_rising", False),
        ({"ferritin": ("3000", "3000.1")}, "ferritin_rising", True),
        ({"ferritin": (None, "90000")}, "ferritin_rising", None),
        ({"ferritin": ("3000", None)}, "ferritin_rising", None),
        ({"fibrinogen": ("3.1", "1.5")}, "low_fibrinogen", True),
        ({"fibrinogen": ("3.1", "1.51")}, "low_fibrinogen", False),
        ({"fibrinogen": ("3.1", None)}, "low_fibrinogen", None),
        ({"platelets": ("100", "99.9")}, "new_cytopenia", True),
        ({"platelets": ("99.9", "10")}, "new_cytopenia", False),
        ({"platelets": ("140", "100")}, "new_cytopenia", False),
        ({"platelets": (None, "10")}, "new_cytopenia", None),
        ({"platelets": ("140", None)}, "new_cytopenia", None),
        ({"platelets": (None, "100")}, "new_cytopenia", False),
        ({"platelets": ("140", "140"), "hemoglobin": ("90", "89")}, "new_cytopenia", True),
        ({"platelets": ("140", "140"), "neutrophils": ("1.0", "0.99")}, "new_cytopenia", True),
    ],
)
def test_each_part_is_judged_since_the_late_fever_against_before_it(changed, name, expected):
    assert getattr(facts(course(LATE), labs(**changed)), name) is expected


def test_a_bound_is_not_a_value():
    bound = [replace(each, comparator=">") if each.analyte == "ferritin" else each
             for each in labs()]  # fmt: skip
    assert facts(course(LATE), bound).ferritin_rising is None


def test_the_newest_result_counts_whatever_order_they_came_in():
    again = LabPoint("fibrinogen", Decimal("3.0"), LATE + timedelta(hours=6))
    assert facts(course(LATE), [again, *labs()]).low_fibrinogen is False
