"""A target holds at its bound, and the last line tells the three cases apart."""

import pytest

from bench.targets import TARGETS, Target, verdict

ALL_REACHED = {target.row: target.bound for target in TARGETS}


@pytest.mark.parametrize(
    ("at_most", "figure", "holds"),
    [
        (False, 0.65, True), (False, 0.6499, False), (False, 0.7, True),
        (True, 0.65, True), (True, 0.6501, False), (True, 0.1, True),
    ],
)  # fmt: skip
def test_the_bound_itself_holds(at_most, figure, holds):
    assert Target("x", "row", 0.65, at_most=at_most).holds(figure) is holds


def test_all_targets_at_their_bounds_hold():
    assert (
        verdict(ALL_REACHED)
        == "Targets: hold a1 a2 b30 b500 c-rate c-ratio d e-file e-http e-memory"
    )


def test_one_missed_row_misses_its_target():
    missed = ALL_REACHED | {"chart, session, 8 clients": 0.64}
    assert (
        verdict(missed)
        == "Targets: hold a2 b30 b500 c-rate c-ratio d e-file e-http e-memory; missed a1"
    )


def test_a_row_that_was_not_measured_neither_holds_nor_misses():
    left = {row: value for row, value in ALL_REACHED.items() if "history" not in row}
    assert (
        verdict(left)
        == "Targets: hold a1 a2 b30 b500 c-rate c-ratio e-file e-http e-memory; not measured d"
    )


def test_no_figure_reaches_a_target_by_being_absent():
    assert "hold" not in verdict({})
