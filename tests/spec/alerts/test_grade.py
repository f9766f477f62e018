"""The computed grade, a soft pressure that waits for a second reading, and masked fever."""

from decimal import Decimal
from itertools import pairwise

import pytest

from alerts.policy import clinician_differs, conditions, confirmed_by_silence
from patients.windows import WindowState
from tests.spec.alerts.charts import BOOK, CHILD_OF_6, chart, febrile, only, told

# A pressure near the limit of an adult, and one far below it.
SOFT = {"systolic_mmhg": 84, "mean_mmhg": Decimal(61)}
HARD = {"systolic_mmhg": 79, "mean_mmhg": Decimal(60)}


@pytest.mark.parametrize(
    ("at_least", "expected"),
    [(1, ["A01 P2"]), (2, ["A03 P1"]), (3, ["A04 P1"]), (4, ["A04 P1"]), (5, ["A04 P1"])],
)
def test_the_grade_decides_and_includes_the_fever(at_least, expected):
    assert told(febrile(at_least=at_least)) == expected


@pytest.mark.parametrize("window", list(WindowState))
def test_no_window_mutes_a_grade(window):
    assert told(febrile(at_least=3, course={"window": window})) == ["A04 P1"]


def test_a_worse_grade_is_a_higher_step():
    steps = [conditions(febrile(at_least=grade), BOOK)[0].step for grade in (2, 3, 4, 5)]
    assert all(worse > mild for mild, worse in pairwise(steps))


@pytest.mark.parametrize(
    ("now", "rests_on_pressure", "expected"),
    [
        # A grade that rests on one pressure near its limit waits for a second reading.
        (SOFT, True, "A03 P2?"),
        (SOFT, False, "A03 P1"),
        (HARD, True, "A03 P1"),
        (SOFT | {"mean_mmhg": Decimal("54.9")}, True, "A03 P1"),
        (SOFT | {"mean_mmhg": Decimal(55)}, True, "A03 P2?"),
    ],
)
def test_one_soft_pressure_makes_a_grade_provisional(now, rests_on_pressure, expected):
    facts = febrile(now=now, at_least=2, rests_on_pressure=rests_on_pressure)
    assert only(facts, "crs_grade") == [expected]


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([(5, SOFT)], "A03 P1"),
        ([(4, SOFT)], "A03 P2?"),
        ([(4, SOFT), (8, SOFT)], "A03 P1"),
        ([(4, SOFT), (6, {}), (8, SOFT)], "A03 P2?"),
        ([(15, SOFT)], "A03 P1"),
        ([(10, {"systolic_mmhg": None, "mean_mmhg": None}), (15, SOFT)], "A03 P1"),
        ([(10, {}), (15, SOFT)], "A03 P2?"),
        ([(10, {"systolic_mmhg": 90})], "A03 P2?"),
    ],
)
def test_a_second_low_reading_five_minutes_on_confirms_the_first(earlier, expected):
    facts = febrile(now=SOFT, earlier=earlier, at_least=2, rests_on_pressure=True)
    assert only(facts, "crs_grade") == [expected]


@pytest.mark.parametrize(
    ("neutrophils", "spo2", "expected"),
    [
        ("2.0", 98, ["A03 P2?"]),
        ("0.4", 98, ["A01 P1", "A03 P2?"]),
        ("2.0", 84, ["A03 P2?", "A09 P1"]),
    ],
)
def test_a_provisional_grade_leaves_room_for_what_is_graver(neutrophils, spo2, expected):
    facts = febrile(
        now=SOFT | {"spo2_percent": Decimal(spo2)},
        at_least=2,
        rests_on_pressure=True,
        course={"neutrophils_10e9_per_liter": Decimal(neutrophils)},
    )
    assert told(facts) == expected


def test_silence_confirms_what_is_provisional_and_nothing_else():
    (found,) = [
        each
        for each in conditions(febrile(now=SOFT, at_least=2, rests_on_pressure=True), BOOK)
        if each.rule == "A03"
    ]
    assert (found.is_provisional, found.confirm_within_minutes) == (True, 10)
    confirmed = confirmed_by_silence(found)
    assert (confirmed.severity, confirmed.is_provisional) == ("P1", False)
    assert confirmed_by_silence(confirmed) == confirmed


def test_a_childs_limit_counts_on_one_reading():
    facts = febrile(
        now={"systolic_mmhg": 81}, at_least=2, rests_on_pressure=True, course=CHILD_OF_6
    )
    assert told(facts) == ["A03 P1"]


@pytest.mark.parametrize(
    ("fever", "hours", "now", "expected"),
    [
        # fever  hours since the drug   values   abnormal without fever
        (False, "72", HARD, ["A13 P1"]),
        (False, "72.01", HARD, []),
        (False, None, HARD, []),
        (True, "1", HARD, []),
        (False, "0", {}, []),
        (False, "1", SOFT, ["A13 P2?"]),
        (False, "1", {"spo2_percent": Decimal("84.9")}, ["A13 P1"]),
        (False, "1", {"spo2_percent": Decimal(85)}, ["A13 P2?"]),
        (False, "1", {"spo2_percent": Decimal(90)}, []),
    ],
)
def test_abnormal_values_without_fever_may_hide_one(fever, hours, now, expected):
    masking = {"hours_since_masking_drug": None if hours is None else Decimal(hours)}
    facts = chart(now, course=masking, fever=fever)
    assert only(facts, "crs_grade") == expected


def test_masked_fever_includes_pressure_and_oxygen_but_not_worry():
    now = HARD | {"spo2_percent": Decimal(80), "worried": True}
    facts = chart(now, course={"hours_since_masking_drug": Decimal(3)})
    assert told(facts) == ["A13 P1", "A14 P2"]


@pytest.mark.parametrize(
    ("recurs", "at_least", "neutrophils", "expected"),
    [
        (True, 1, "2.0", ["A05 P2"]),
        (False, 1, "2.0", ["A01 P2"]),
        (True, 1, "0.4", ["A05 P1"]),  # as grave as the fever it takes in
        (True, 2, "2.0", ["A03 P1"]),
    ],
)
def test_crs_that_comes_back_is_named_and_includes_its_fever(
    recurs, at_least, neutrophils, expected
):
    course = {"recurs": recurs, "neutrophils_10e9_per_liter": Decimal(neutrophils)}
    assert told(febrile(at_least=at_least, course=course)) == expected


@pytest.mark.parametrize(
    ("computed", "clinician", "differs"),
    [(1, 1, False), (1, 2, True), (2, 1, True), (0, 1, True), (None, 2, False)],
)
def test_a_clinicians_grade_that_differs_is_known(computed, clinician, differs):
    found = clinician_differs(computed=computed, clinician=clinician, book=BOOK)
    assert (found is not None and found.severity == "P4") is differs
