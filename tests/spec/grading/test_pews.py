"""National PEWS: the four charts, the birthday, oxygen, and what is missing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.rules.pews import (
    NOT_APPLICABLE,
    RULESET,
    Chart,
    PewsFindings,
    PewsFlag,
    PewsPolicy,
    chart_for,
    score_pews,
)

WELL = PewsFindings(
    age_years=7,
    respirations_per_minute=22,
    respiratory_distress="none",
    spo2_percent=98,
    oxygen_device="room_air",
    heart_rate_bpm=95,
    systolic_mmhg=100,
    capillary_refill_seconds=2,
    temperature_celsius=Decimal("36.8"),
    avpu="A",
)
FRACTIONS = PewsPolicy(fractions_take_graver_band=True)


# Age, then for each band its first and last value and its points; the ends are open.
@pytest.mark.parametrize(
    ("field", "age", "printed"),
    [
        ("respirations_per_minute", 0, "-9:4 10-19:2 20-29:1 30-49:0 50-59:1 60-69:2 70-:4"),
        ("respirations_per_minute", 1, "-9:4 10-19:2 20-39:0 40-49:1 50-59:2 60-:4"),
        ("respirations_per_minute", 5, "-9:4 10-14:2 15-19:1 20-24:0 25-39:1 40-49:2 50-:4"),
        ("respirations_per_minute", 13, "-9:4 10-14:1 15-24:0 25-29:1 30-39:2 40-:4"),
        ("heart_rate_bpm", 0, "-79:4 80-89:2 90-109:1 110-149:0 150-169:1 170-179:2 180-:4"),
        ("heart_rate_bpm", 1, "-59:4 60-69:2 70-89:1 90-139:0 140-149:1 150-169:2 170-:4"),
        ("heart_rate_bpm", 5, "-59:4 60-69:2 70-79:1 80-119:0 120-139:1 140-159:2 160-:4"),
        ("heart_rate_bpm", 13, "-49:4 50-59:2 60-69:1 70-99:0 100-119:1 120-129:2 130-:4"),
        ("systolic_mmhg", 0, "-49:4 50-59:2 60-69:1 70-89:0 90-99:1 100-109:2 110-:4"),
        ("systolic_mmhg", 1, "-49:4 50-59:2 60-79:1 80-99:0 100-119:1 120-129:2 130-:4"),
        ("systolic_mmhg", 5, "-69:4 70-79:2 80-89:1 90-109:0 110-119:1 120-129:2 130-:4"),
        ("systolic_mmhg", 13, "-79:4 80-89:2 90-99:1 100-119:0 120-129:1 130-139:2 140-:4"),
        ("spo2_percent", 7, "-91:4 92-94:1 95-:0"),
        ("capillary_refill_seconds", 7, "-2:0 3-:2"),
    ],
)
def test_each_chart_scores_both_ends_of_every_band(field, age, printed):
    dull = replace(
        {
            0: PewsFindings(0, None, 40, heart_rate_bpm=120, systolic_mmhg=80),
            1: PewsFindings(1, None, 28, heart_rate_bpm=110, systolic_mmhg=90),
            5: PewsFindings(5, None, 22, heart_rate_bpm=95, systolic_mmhg=100),
            7: PewsFindings(7, None, 22, heart_rate_bpm=95, systolic_mmhg=100),
            13: PewsFindings(13, None, 20, heart_rate_bpm=80, systolic_mmhg=110),
        }[age],
        respiratory_distress="none",
        spo2_percent=98,
        oxygen_device="room_air",
        capillary_refill_seconds=2,
    )
    assert score_pews(dull).grade == 0
    for band in printed.split():
        ends, points = band.split(":")
        for value in filter(None, ends.split("-")):
            assert score_pews(replace(dull, **{field: int(value)})).grade == int(points), value


@pytest.mark.parametrize(
    ("age", "chart"),
    [
        ("0", Chart.INFANT),
        ("0.999", Chart.INFANT),
        ("1", Chart.YOUNG),
        ("4.999", Chart.YOUNG),
        ("5", Chart.SCHOOL),
        ("12.999", Chart.SCHOOL),
        ("13", Chart.TEEN),
        ("17.9", Chart.TEEN),
    ],
)
def test_the_chart_changes_on_the_birthday(age, chart):
    assert chart_for(Decimal(age)) == chart


def test_an_age_before_birth_is_refused():
    with pytest.raises(ValueError, match="age_years must be 0 or more, not -1"):
        chart_for(-1)


def test_a_clinician_may_choose_the_neighboring_chart_and_no_other():
    near = replace(WELL, age_years=Decimal("4.95"), respirations_per_minute=25)
    assert score_pews(near).grade == 1  # SBP 100 on the younger chart
    chosen = score_pews(replace(near, chart=Chart.SCHOOL))
    assert (chosen.grade, PewsFlag.OTHER_CHART in chosen.flags) == (1, True)
    own = score_pews(replace(near, chart=Chart.YOUNG))
    assert PewsFlag.OTHER_CHART not in own.flags
    with pytest.raises(ValueError, match=r"chart 13y\+ is not the chart of 4\.95 years nor next"):
        score_pews(replace(near, chart=Chart.TEEN))


def test_a_chosen_chart_scores_without_an_age():
    assert score_pews(replace(WELL, age_years=None, chart=Chart.SCHOOL)).grade == 0


@pytest.mark.parametrize(
    ("device", "flow", "fio2", "points"),
    [
        ("room_air", None, None, 0),
        ("nasal_cannula", "0", None, 0),
        ("nasal_cannula", "0.01", None, 1),
        ("nasal_cannula", "1.99", None, 1),
        ("nasal_cannula", "2", None, 2),
        ("nasal_cannula", "5.99", None, 2),
        ("nasal_cannula", "6", None, 4),
        ("simple_facemask", None, "29.9", 1),
        ("simple_facemask", None, "30", 2),
        ("simple_facemask", None, "49.9", 2),
        ("simple_facemask", None, "50", 4),
        ("simple_facemask", "1", "35", 2),
        ("high_flow_nasal_cannula", "2", "21", 4),
        ("cpap", None, None, 4),
        ("bipap", None, None, 4),
        ("invasive_ventilation", None, None, 4),
    ],
)
def test_oxygen_scores_by_flow_or_fio2_and_machines_always_four(device, flow, fio2, points):
    findings = replace(
        WELL,
        oxygen_device=device,
        oxygen_flow_lpm=flow and Decimal(flow),
        fio2_percent=fio2 and Decimal(fio2),
    )
    assert score_pews(findings).grade == points


@pytest.mark.parametrize(
    ("word", "points"), [("none", 0), ("mild", 1), ("moderate", 2), ("severe", 4)]
)
def test_respiratory_distress_scores_by_its_word(word, points):
    assert score_pews(replace(WELL, respiratory_distress=word)).grade == points


@pytest.mark.parametrize("avpu", ["A", "V", "P", "U", None])
@pytest.mark.parametrize("celsius", ["35.9", "36", "37.9", "38", "41", None])
def test_temperature_and_consciousness_never_score(avpu, celsius):
    temperature = None if celsius is None else Decimal(celsius)
    verdict = score_pews(replace(WELL, avpu=avpu, temperature_celsius=temperature))
    assert verdict.grade == 0
    assert (PewsFlag.SEPSIS in verdict.flags) == (celsius in ("35.9", "38", "41"))
    assert (PewsFlag.VOICE in verdict.flags) == (avpu == "V")
    assert (PewsFlag.UNRESPONSIVE in verdict.flags) == (avpu in ("P", "U"))


@pytest.mark.parametrize(
    ("distress", "hr", "spo2", "crt", "total", "flag"),
    [
        ("none", 120, 98, 2, 1, PewsFlag.LOW),
        ("severe", 95, 98, 2, 4, PewsFlag.LOW),
        ("severe", 120, 98, 2, 5, PewsFlag.MEDIUM),
        ("severe", 160, 98, 2, 8, PewsFlag.MEDIUM),
        ("severe", 160, 94, 2, 9, PewsFlag.HIGH),
        ("severe", 160, 91, 2, 12, PewsFlag.HIGH),
        ("severe", 160, 91, 3, 14, PewsFlag.EMERGENCY),
    ],
)
def test_the_total_asks_for_its_escalation(distress, hr, spo2, crt, total, flag):
    findings = replace(
        WELL,
        respiratory_distress=distress,
        heart_rate_bpm=hr,
        spo2_percent=spo2,
        capillary_refill_seconds=crt,
    )
    verdict = score_pews(findings)
    assert (verdict.grade, verdict.flags) == (total, (flag,))


@pytest.mark.parametrize(
    ("gone", "missing", "at_least"),
    [
        ({"respirations_per_minute": None}, ("respirations_per_minute",), 4),
        ({"respiratory_distress": None}, ("respiratory_distress",), 4),
        ({"spo2_percent": None}, ("spo2_percent",), 4),
        ({"capillary_refill_seconds": None}, ("capillary_refill_seconds",), 4),
        ({"oxygen_device": None}, ("oxygen_device",), 4),
        ({"oxygen_device": None, "oxygen_flow_lpm": Decimal(2)}, ("oxygen_device",), 6),
        ({"oxygen_device": "nasal_cannula"}, ("oxygen_flow_lpm",), 5),
        ({"age_years": None}, ("age_years",), 0),
        (
            {"age_years": None, "systolic_mmhg": None},
            ("age_years", "systolic_mmhg"),
            0,
        ),
    ],
)
def test_a_part_not_recorded_leaves_the_total_open_and_bounded(gone, missing, at_least):
    verdict = score_pews(replace(WELL, **({"heart_rate_bpm": 160} | gone)))
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, at_least, missing)


def test_six_liters_score_four_whatever_they_come_from():
    findings = replace(WELL, oxygen_device=None, oxygen_flow_lpm=Decimal(6))
    assert score_pews(findings).grade == 4


@pytest.mark.parametrize(
    ("field", "value", "points"),
    [
        ("spo2_percent", "91.5", 4),
        ("spo2_percent", "94.5", 1),
        ("capillary_refill_seconds", "2.5", 2),
        ("heart_rate_bpm", "119.5", 1),
        ("heart_rate_bpm", "79.5", 1),
        ("heart_rate_bpm", "95.5", 0),
    ],
)
def test_a_fraction_is_refused_unless_the_policy_gives_it_the_graver_band(field, value, points):
    findings = replace(WELL, **{field: Decimal(value)})
    with pytest.raises(ValueError, match=f"{field} must be a whole number, not {value}"):
        score_pews(findings)
    verdict = score_pews(findings, FRACTIONS)
    assert verdict.grade == points
    assert verdict.ruleset == f"{RULESET}+P14=1"


@pytest.mark.parametrize(("age", "outcome"), [("17.99", None), ("18", NOT_APPLICABLE)])
def test_it_is_for_children(age, outcome):
    assert score_pews(replace(WELL, age_years=Decimal(age))).outcome == outcome
    assert score_pews(WELL, PewsPolicy(below_age_years=7)).outcome == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"avpu": "C"}, "unknown avpu 'C'; known: A, P, U, V"),
        ({"respiratory_distress": "bad"}, "unknown respiratory_distress 'bad'"),
        ({"oxygen_flow_lpm": Decimal(2)}, "oxygen_flow_lpm 2 does not go with room air"),
    ],
)
def test_what_no_chart_has_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        score_pews(replace(WELL, **wrong))
