"""NEWS2 and PEWS of a charted set: its own values, and nothing made up."""

from decimal import Decimal

import pytest

from grading import scales
from grading.early_warning import news2, pews
from grading.scales import OTHERS, for_age
from vitals.vocabulary import Consciousness

SET = {
    "temperature_celsius": Decimal("37.0"),
    "heart_rate_bpm": 75,
    "respirations_per_minute": 16,
    "systolic_mmhg": 120,
    "spo2_percent": Decimal(97),
    "oxygen_device": "room_air",
    "consciousness": "alert",
}
CHILD = SET | {
    "respirations_per_minute": 22,
    "heart_rate_bpm": 95,
    "systolic_mmhg": 100,
    "capillary_refill_seconds": 2,
    "respiratory_distress": "none",
}


def score(age_years=40, spo2_scale=1, **changed):
    recorded = {name: value for name, value in (SET | changed).items() if value is not None}
    return news2(recorded, age_years=age_years, spo2_scale=spo2_scale)


def young(age_years=7, **changed):
    recorded = {name: value for name, value in (CHILD | changed).items() if value is not None}
    return pews(recorded, age_years=age_years)


def test_a_whole_quiet_set_scores_nothing():
    assert (score().grade, young().grade) == (0, 0)


@pytest.mark.parametrize(
    ("word", "points"),
    [
        (Consciousness.ALERT, 0),
        (Consciousness.NEW_CONFUSION, 3),
        (Consciousness.VOICE, 3),
        (Consciousness.TACTILE, 3),
        (Consciousness.UNAROUSABLE, 3),
        (Consciousness.DROWSY, None),
        (None, None),
    ],
)
def test_drowsy_is_in_no_row_of_news2_and_so_is_not_known(word, points):
    found = score(consciousness=word)
    assert (found.grade, found.missing) == (points, () if points is not None else ("acvpu",))


@pytest.mark.parametrize(
    ("word", "flagged"),
    [("awakens_to_voice", "high"), ("awakens_to_tactile", "emergency"), ("new_confusion", None),
     ("alert", None)],
)  # fmt: skip
def test_pews_scores_no_consciousness_but_escalates_by_it(word, flagged):
    found = young(consciousness=word)
    assert found.grade == 0
    assert any(flagged in flag for flag in found.flags) if flagged else not found.flags


@pytest.mark.parametrize(
    ("device", "flow", "points"),
    [("room_air", None, 0), ("nasal_cannula", Decimal(2), 2), ("nasal_cannula", Decimal(0), 0),
     ("nasal_cannula", None, 2), ("venturi", Decimal(0), 2), (None, None, None)],
)  # fmt: skip
def test_the_device_says_whether_oxygen_is_given(device, flow, points):
    assert score(oxygen_device=device, oxygen_flow_lpm=flow).grade == points


def test_scale_2_is_used_where_it_was_prescribed():
    assert (
        score(spo2_percent=Decimal(90)).grade,
        score(spo2_percent=Decimal(90), spo2_scale=2).grade,
    ) == (3, 0)


def test_a_part_of_a_set_says_the_least_it_can_be():
    found = news2({"heart_rate_bpm": 140}, age_years=40, spo2_scale=1)
    assert (found.grade, found.at_least) == (None, 3)
    assert "respirations_per_minute" in found.missing


@pytest.mark.parametrize("recorded", [{}, {"vasopressors": ["norepinephrine"]}, {"worried": True}])
def test_a_set_that_measured_nothing_of_a_score_has_none(recorded):
    assert news2(recorded, age_years=40, spo2_scale=1) is None
    assert pews(recorded, age_years=7) is None


def test_a_child_may_be_scored_by_what_only_its_chart_asks():
    assert pews({"capillary_refill_seconds": 3}, age_years=7).at_least == 2
    assert news2({"capillary_refill_seconds": 3}, age_years=40, spo2_scale=1) is None


@pytest.mark.parametrize(
    ("spo2", "points", "ruleset"),
    [("92", 1, "pews-nhs-england/1"), ("91.5", 4, "pews-nhs-england/1+P14=1"),
     ("94.5", 1, "pews-nhs-england/1+P14=1"), ("95", 0, "pews-nhs-england/1")],
)  # fmt: skip
def test_a_saturation_between_two_whole_ones_takes_the_graver_band_by_name(spo2, points, ruleset):
    found = young(spo2_percent=Decimal(spo2))
    assert (found.grade, found.ruleset) == (points, ruleset)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(None, {"cartox", "news2"}), (18, {"cartox", "news2"}), (17, {"cartox-paediatric", "news2"}),
     (16, {"cartox-paediatric", "news2"}), (15, {"cartox-paediatric", "pews"}),
     (0, {"cartox-paediatric", "pews"})],
)  # fmt: skip
def test_the_age_decides_between_scales_that_share_the_ages(age, expected):
    any_age = {"lee-2014", "penn", "ctcae5-crs", "mskcc"}
    assert set(for_age(OTHERS, age)) == any_age | expected


def test_only_what_is_stored_is_graded():
    assert list(for_age(("news2", "penn"), 40)) == ["penn", "news2"]
    assert list(for_age((scales.CRS,), 40)) == []
