"""NEWS2: both sides of every edge, what is missing, and whom it is for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.rules.news2 import (
    NOT_APPLICABLE,
    RULESET,
    News2Findings,
    News2Flag,
    score_news2,
)

WELL = News2Findings(
    age_years=40,
    respirations_per_minute=16,
    spo2_percent=97,
    on_oxygen=False,
    systolic_mmhg=120,
    heart_rate_bpm=75,
    acvpu="A",
    temperature_celsius=Decimal("37.0"),
)


@pytest.mark.parametrize(
    ("field", "value", "points"),
    [
        ("respirations_per_minute", 8, 3),
        ("respirations_per_minute", 9, 1),
        ("respirations_per_minute", 11, 1),
        ("respirations_per_minute", 12, 0),
        ("respirations_per_minute", 20, 0),
        ("respirations_per_minute", 21, 2),
        ("respirations_per_minute", 24, 2),
        ("respirations_per_minute", 25, 3),
        ("spo2_percent", 91, 3),
        ("spo2_percent", 92, 2),
        ("spo2_percent", 93, 2),
        ("spo2_percent", 94, 1),
        ("spo2_percent", 95, 1),
        ("spo2_percent", 96, 0),
        ("on_oxygen", True, 2),
        ("systolic_mmhg", 90, 3),
        ("systolic_mmhg", 91, 2),
        ("systolic_mmhg", 100, 2),
        ("systolic_mmhg", 101, 1),
        ("systolic_mmhg", 110, 1),
        ("systolic_mmhg", 111, 0),
        ("systolic_mmhg", 219, 0),
        ("systolic_mmhg", 220, 3),
        ("heart_rate_bpm", 40, 3),
        ("heart_rate_bpm", 41, 1),
        ("heart_rate_bpm", 50, 1),
        ("heart_rate_bpm", 51, 0),
        ("heart_rate_bpm", 90, 0),
        ("heart_rate_bpm", 91, 1),
        ("heart_rate_bpm", 110, 1),
        ("heart_rate_bpm", 111, 2),
        ("heart_rate_bpm", 130, 2),
        ("heart_rate_bpm", 131, 3),
        ("acvpu", "C", 3),
        ("acvpu", "V", 3),
        ("acvpu", "P", 3),
        ("acvpu", "U", 3),
    ],
)
def test_each_parameter_scores_as_on_the_chart(field, value, points):
    verdict = score_news2(replace(WELL, **{field: value}))
    assert (verdict.grade, verdict.at_least) == (points, points)
    assert (News2Flag.SINGLE in verdict.flags) == (points == 3)


@pytest.mark.parametrize(
    ("celsius", "points"),
    [
        ("35.0", 3),
        ("35.04", 3),
        ("35.05", 1),  # rounded to 35.1 before it is scored
        ("35.1", 1),
        ("36.0", 1),
        ("36.1", 0),
        ("38.0", 0),
        ("38.04", 0),
        ("38.05", 1),
        ("38.1", 1),
        ("39.0", 1),
        ("39.1", 2),
    ],
)
def test_temperature_is_rounded_to_one_decimal_first(celsius, points):
    assert score_news2(replace(WELL, temperature_celsius=Decimal(celsius))).grade == points


@pytest.mark.parametrize(
    ("spo2", "oxygen", "points"),
    [
        (83, False, 3),
        (84, False, 2),
        (85, False, 2),
        (86, False, 1),
        (87, False, 1),
        (88, False, 0),
        (92, False, 0),
        (93, False, 0),
        (100, False, 0),
        (92, True, 0 + 2),
        (93, True, 1 + 2),
        (94, True, 1 + 2),
        (95, True, 2 + 2),
        (96, True, 2 + 2),
        (97, True, 3 + 2),
    ],
)
def test_scale_2_scores_high_saturation_only_on_oxygen(spo2, oxygen, points):
    findings = replace(WELL, spo2_percent=spo2, spo2_scale=2, on_oxygen=oxygen)
    verdict = score_news2(findings)
    assert verdict.grade == points
    assert News2Flag.SCALE_2 in verdict.flags


def test_every_parameter_at_its_worst_scores_20():
    worst = News2Findings(70, None, 30, 80, 1, True, 70, 140, "U", Decimal("34.0"))
    assert score_news2(worst).grade == 20


def test_a_score_of_nothing_says_so_and_names_its_edition():
    verdict = score_news2(WELL)
    assert (verdict.grade, verdict.flags, verdict.ruleset) == (0, (), RULESET)
    assert [reason.words for reason in verdict.because] == ["Every parameter scores 0"]


@pytest.mark.parametrize(
    ("gone", "missing", "at_least"),
    [
        ({"respirations_per_minute": None}, ("respirations_per_minute",), 3),
        ({"spo2_percent": None}, ("spo2_percent",), 3),
        ({"spo2_scale": None}, ("spo2_scale",), 3),
        ({"on_oxygen": None}, ("on_oxygen",), 3),
        ({"on_oxygen": None, "spo2_scale": 2}, ("on_oxygen",), 3),
        ({"systolic_mmhg": None}, ("systolic_mmhg",), 3),
        ({"acvpu": None}, ("acvpu",), 3),
        ({"temperature_celsius": None}, ("temperature_celsius",), 3),
        ({"age_years": None}, ("age_years",), 3),
        ({"heart_rate_bpm": None}, ("heart_rate_bpm",), 0),
    ],
)
def test_a_part_not_recorded_leaves_the_total_open_and_bounded(gone, missing, at_least):
    verdict = score_news2(replace(WELL, **({"heart_rate_bpm": 131} | gone)))
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, at_least, missing)


def test_on_scale_2_oxygen_is_asked_for_only_where_it_decides():
    low = replace(WELL, spo2_scale=2, spo2_percent=85, on_oxygen=None)
    assert score_news2(low).missing == ("on_oxygen",)
    assert score_news2(low).at_least == 2
    unscaled = score_news2(replace(WELL, spo2_scale=None, spo2_percent=84))
    assert (unscaled.grade, unscaled.at_least) == (None, 2)


@pytest.mark.parametrize(
    ("age", "outcome"), [("15.99", NOT_APPLICABLE), ("16", None), ("90", None)]
)
def test_it_is_for_16_years_and_over(age, outcome):
    assert score_news2(replace(WELL, age_years=Decimal(age))).outcome == outcome


def test_it_is_not_for_pregnancy():
    assert score_news2(replace(WELL, pregnant=True)).outcome == NOT_APPLICABLE
    assert score_news2(replace(WELL, pregnant=False)).outcome is None


@pytest.mark.parametrize(
    ("hr", "rr", "oxygen", "flag"),
    [
        (111, 21, False, None),  # 4
        (131, 21, False, News2Flag.MEDIUM),  # 5
        (111, 21, True, News2Flag.MEDIUM),  # 6
        (131, 21, True, News2Flag.HIGH),  # 7
    ],
)
def test_the_total_asks_for_its_response(hr, rr, oxygen, flag):
    findings = replace(WELL, heart_rate_bpm=hr, respirations_per_minute=rr, on_oxygen=oxygen)
    response = set(score_news2(findings).flags) & {News2Flag.MEDIUM, News2Flag.HIGH}
    assert response == ({flag} if flag else set())


@pytest.mark.parametrize(
    ("celsius", "said"), [("37.9", False), ("38.0", True), ("38.04", True), ("38.05", False)]
)
def test_a_fever_of_crs_that_scores_nothing_is_said(celsius, said):
    flags = score_news2(replace(WELL, temperature_celsius=Decimal(celsius))).flags
    assert (News2Flag.FEVER in flags) == said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"spo2_scale": 3}, "spo2_scale must be 1 or 2, not 3"),
        ({"acvpu": "X"}, "acvpu must be one of A, C, V, P, U, not 'X'"),
    ],
)
def test_a_word_the_chart_does_not_have_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        score_news2(replace(WELL, **wrong))
