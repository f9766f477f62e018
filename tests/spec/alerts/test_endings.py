"""Which alerts a set ends; what is not known ends nothing, and some only a person ends."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from alerts.policy import (
    Closing,
    Condition,
    Family,
    Rule,
    Severity,
    Standing,
    closings,
    conditions,
    gravest_per_family,
)
from tests.spec.alerts.charts import BOOK, chart, febrile, reading

GRADES = range(6)
LOW = {"systolic_mmhg": 84}


def held(rule, severity=Severity.P1, **more):
    return Standing(rule, severity, **more)


def ended(standing, facts, *, resolved=False):
    found = closings(
        standing, facts=facts, found=conditions(facts, BOOK), resolved=resolved, book=BOOK
    )
    return {each.family: each.reason for each in found}


@pytest.mark.parametrize(
    ("before", "now", "ends"),
    [(2, 2, False), (2, 1, False), (1, 2, False), (3, 0, False), (None, 0, False), (1, 1, True),
     (1, 0, True), (0, 0, True), (1, None, False)],
)  # fmt: skip
def test_a_grade_2_alert_ends_after_two_sets_known_to_be_below_it(before, now, ends):
    facts = chart(at_least=now or 0, grade=now, grade_before=before)
    found = ended({Family.CRS_GRADE: held(Rule.A03)}, facts)
    assert found == ({Family.CRS_GRADE: "below grade 2 for two sets"} if ends else {})


@pytest.mark.parametrize(("grade", "ends"), [(0, True), (1, True), (2, False), (None, False)])
def test_a_provisional_grade_ends_with_one_normal_second_reading(grade, ends):
    facts = chart(at_least=grade or 0, grade=grade, grade_before=2)
    standing = {Family.CRS_GRADE: held(Rule.A03, Severity.P2, is_provisional=True)}
    assert bool(ended(standing, facts)) is ends


@pytest.mark.parametrize(("before", "now"), list(product([None, *GRADES], GRADES)))
def test_a_severe_grade_is_closed_by_a_person_and_never_by_a_set(before, now):
    facts = chart(at_least=now, grade_before=before)
    assert ended({Family.CRS_GRADE: held(Rule.A04)}, facts, resolved=True) == {}


@pytest.mark.parametrize("resolved", [True, False])
def test_crs_that_came_back_ends_with_its_episode(resolved):
    found = ended({Family.CRS_GRADE: held(Rule.A05, Severity.P2)}, chart(), resolved=resolved)
    assert found == ({Family.CRS_GRADE: "the episode resolved"} if resolved else {})


@pytest.mark.parametrize(
    ("now", "before", "ends"),
    [({}, {}, True), (LOW, {}, False), ({}, LOW, False), ({"spo2_percent": None}, {}, False),
     ({"oxygen_class": 1}, {"oxygen_class": 1}, False)],
)  # fmt: skip
def test_masked_fever_ends_once_pressure_and_oxygen_are_normal_twice(now, before, ends):
    facts = chart(now, [(30, before)])
    assert bool(ended({Family.CRS_GRADE: held(Rule.A13)}, facts)) is ends


@pytest.mark.parametrize("rule", [Rule.A01, Rule.A33, Rule.A34])
@pytest.mark.parametrize(
    ("at_least", "resolved", "reason"),
    [
        (0, False, None),
        (1, False, None),
        (0, True, "24 h without fever"),
        (2, False, "included in the grade alert"),
        (4, True, "included in the grade alert"),
    ],
)
def test_a_fever_alert_ends_when_it_resolved_or_became_part_of_a_grade(
    rule, at_least, resolved, reason
):
    found = ended({Family.FEVER: held(rule)}, chart(at_least=at_least), resolved=resolved)
    assert found == ({} if reason is None else {Family.FEVER: reason})


@pytest.mark.parametrize(
    ("rule", "family"), [(Rule.A01, Family.FEVER), (Rule.A05, Family.CRS_GRADE)]
)
@pytest.mark.parametrize(("hours", "ends"), [(0, False), (23, False), (24, True), (48, True)])
def test_no_episode_from_one_hour_to_the_next_is_no_day_without_fever(rule, family, hours, ends):
    facts = chart()
    standing = held(rule, raised_at=facts.seen.newest.taken_at - timedelta(hours=hours))
    assert bool(ended({family: standing}, facts, resolved=True)) is ends


def test_a_provisional_grade_takes_nothing_in():
    facts = febrile(now=LOW, at_least=2, rests_on_pressure=True)
    assert ended({Family.FEVER: held(Rule.A01, Severity.P2)}, facts) == {}


@pytest.mark.parametrize(
    ("rule", "celsius", "ends"),
    [
        (Rule.A02, "37.2", True),
        (Rule.A02, None, False),
        (Rule.A12, "36.0", True),
        (Rule.A12, "35.9", False),
        (Rule.A12, None, False),
    ],
)
def test_a_sign_in_the_temperature_ends_when_the_next_set_does_not_show_it(rule, celsius, ends):
    facts = chart({"temperature_celsius": None if celsius is None else Decimal(celsius)})
    assert bool(ended({Family.FEVER: held(rule, Severity.P4)}, facts)) is ends


@pytest.mark.parametrize(
    ("family", "rule", "abnormal", "unknown"),
    [
        ("hemodynamic", Rule.A08, LOW, {"systolic_mmhg": None, "mean_mmhg": None}),
        ("hemodynamic", Rule.A10, {"heart_rate_bpm": 121}, {"heart_rate_bpm": None}),
        ("oxygen", Rule.A09, {"spo2_percent": Decimal(89)}, {"spo2_percent": None}),
        ("oxygen", Rule.A09, {"oxygen_class": 1}, {"oxygen_class": None}),
        ("oxygen", Rule.A11, {"respirations_per_minute": 25}, {"respirations_per_minute": None}),
    ],
)
def test_two_normal_sets_in_a_row_end_it_and_a_gap_does_not(family, rule, abnormal, unknown):
    standing = {Family(family): held(rule)}
    reason = {Family(family): "two normal sets in a row"}
    assert ended(standing, chart({}, [(30, {})])) == reason
    assert ended(standing, chart({}, [(30, abnormal)])) == {}
    assert ended(standing, chart({}, [(30, unknown)])) == {}
    assert ended(standing, chart(unknown, [(30, {})])) == {}
    assert ended(standing, chart({})) == {}


@pytest.mark.parametrize(
    ("family", "rule"), [("hemodynamic", Rule.A08), ("oxygen", Rule.A09), ("oxygen", Rule.A11)]
)
def test_a_grade_takes_in_what_it_rests_on(family, rule):
    found = ended({Family(family): held(rule)}, febrile(at_least=2))
    assert found == {Family(family): "included in the grade alert"}


@pytest.mark.parametrize(
    "standing",
    [held(Rule.A14), held(Rule.A15), held(Rule.A08, worried=True), held(Rule.A10, worried=True)],
)
@pytest.mark.parametrize("at_least", GRADES)
def test_worry_is_ended_by_a_person_only(standing, at_least):
    facts = chart({}, [(30, {}), (60, {})], at_least=at_least)
    assert ended({Family.HEMODYNAMIC: standing}, facts, resolved=True) == {}


@pytest.mark.parametrize("rule", [Rule.A16, Rule.A17, Rule.A18, Rule.A19])
def test_a_set_of_observations_ends_no_neuro_alert(rule):
    assert ended({Family.NEURO: held(rule)}, chart({}, [(30, {})]), resolved=True) == {}


@pytest.mark.parametrize(("complete", "ends"), [(True, True), (False, False)])
@pytest.mark.parametrize(
    ("family", "rule"),
    [
        (Family.OBS_OVERDUE, Rule.A29),
        (Family.OBS_OVERDUE, Rule.A32),
        (Family.DATA_QUALITY, Rule.A31),
    ],
)
def test_only_a_complete_set_ends_what_waits_for_one(family, rule, complete, ends):
    facts = chart({"is_complete": complete})
    assert bool(ended({family: held(rule, Severity.P3)}, facts)) is ends


@pytest.mark.parametrize(
    ("family", "rule"),
    [(Family.OBS_OVERDUE, Rule.A30), (Family.DATA_QUALITY, Rule.A38),
     (Family.DATA_QUALITY, Rule.A45), (Family.CRS_GRADE, Rule.A39)],
)  # fmt: skip
def test_a_set_ends_nothing_that_waits_for_something_else(family, rule):
    facts = chart({}, [(30, {})], grade_before=0)
    assert ended({family: held(rule, Severity.P4)}, facts, resolved=True) == {}


def test_nothing_ends_that_is_not_open():
    assert ended({}, chart({}, [(30, {})], grade_before=0), resolved=True) == {}


def test_an_alert_that_is_included_says_in_which():
    facts = febrile(at_least=2)
    (found,) = closings(
        {Family.FEVER: held(Rule.A01)}, facts=facts, found=conditions(facts, BOOK),
        resolved=False, book=BOOK,
    )  # fmt: skip
    assert found == Closing(Family.FEVER, "included in the grade alert", into=Family.CRS_GRADE)


# --- One condition a family --------------------------------------------------------------------


def test_of_one_family_the_gravest_is_told():
    fast = Condition(Rule.A10, Family.HEMODYNAMIC, Severity.P3, 5)
    low = Condition(Rule.A08, Family.HEMODYNAMIC, Severity.P1, 1)
    worse = Condition(Rule.A08, Family.HEMODYNAMIC, Severity.P1, 2)
    assert gravest_per_family([fast, low, worse], standing={}) == [worse]


@pytest.mark.parametrize(
    ("standing", "is_news"),
    [
        (held(Rule.A04), False),
        (held(Rule.A03), False),
        (held(Rule.A03, Severity.P2, is_provisional=True), True),
        (held(Rule.A06, Severity.P3), True),
        (held(Rule.A39, Severity.P4), True),
    ],
)
def test_fever_is_no_news_while_an_alert_that_includes_it_stands(standing, is_news):
    fever = Condition(Rule.A01, Family.FEVER, Severity.P2, 1)
    found = gravest_per_family([fever], standing={Family.CRS_GRADE: standing})
    assert bool(found) is is_news


def test_a_reading_is_never_normal_because_it_is_missing():
    nothing = reading(**dict.fromkeys(
        ("temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg",
         "mean_mmhg", "spo2_percent", "oxygen_class", "vasopressors"),
    ))  # fmt: skip
    facts = chart()
    empty = type(facts)(type(facts.seen)(newest=nothing, earlier=(nothing,)), facts.course)
    everything = {
        Family.FEVER: held(Rule.A12),
        Family.CRS_GRADE: held(Rule.A13),
        Family.HEMODYNAMIC: held(Rule.A08),
        Family.OXYGEN: held(Rule.A09),
    }
    assert ended(everything, empty) == {}
