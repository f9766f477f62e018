"""Neuro checks: a lower score, a fast fall, an emergency sign, a high delirium score."""

from datetime import timedelta

import pytest

from alerts.policy import Family, Rule, Severity, Standing, neuro
from alerts.policy.facts import NeuroCheck, NeuroFacts
from tests.spec.alerts.charts import BOOK, NOON

HOUR = timedelta(hours=1)


def check(ice=None, *, capd=None, hours_ago=0):
    return NeuroCheck(NOON - hours_ago * HOUR, ice_score=ice, capd_score=capd)


def told(now, *earlier, **more):
    found = neuro.conditions(NeuroFacts(now, tuple(earlier), **more), BOOK)
    return sorted({f"{each.rule} {each.severity}" for each in found})


@pytest.mark.parametrize(
    ("ice", "baseline", "expected"),
    [
        (10, 10, []),
        (9, 10, ["A16 P2"]),
        (8, 10, ["A16 P2"]),
        (10, None, []),
        (9, None, ["A16 P2"]),
        (7, None, ["A16 P2"]),
        (8, 8, []),  # a baseline of one's own
        (7, 8, ["A16 P2"]),
        (6, 10, ["A17 P1"]),
        (6, 6, ["A17 P1"]),  # no baseline mutes a low score
        (0, None, ["A17 P1"]),
        (None, 10, []),
    ],
)
def test_a_score_is_held_to_the_patients_own_baseline(ice, baseline, expected):
    assert told(check(ice), ice_baseline=baseline) == expected


@pytest.mark.parametrize(
    ("before", "hours_ago", "expected"),
    [(10, 12, "A17 P1"), (10, 12.01, "A16 P2"), (9, 6, "A16 P2"), (None, 6, "A16 P2")],
)
def test_a_fall_of_three_within_twelve_hours_is_urgent(before, hours_ago, expected):
    earlier = check(before, hours_ago=hours_ago)
    assert told(check(7), earlier, ice_baseline=10) == [expected]


def test_the_fall_is_counted_from_the_highest_score_of_the_twelve_hours():
    assert told(check(7), check(8, hours_ago=4), check(10, hours_ago=8), ice_baseline=10) == [
        "A17 P1"
    ]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({"consciousness": "unarousable"}, ["A18 P1"]),
        ({"consciousness": "awakens_to_tactile"}, ["A18 P1"]),
        ({"consciousness": "awakens_to_voice"}, ["A17 P1"]),
        ({"consciousness": "drowsy_awakens_spontaneously"}, ["A16 P2"]),
        ({"consciousness": "alert"}, []),
        ({"seizure": "none"}, []),
        ({"seizure": ""}, []),
        ({"seizure": "focal"}, ["A18 P1"]),
        ({"weakness": True}, ["A18 P1"]),
        ({"weakness": False}, []),
        ({"weakness": None}, []),
        ({"raised_pressure": True}, ["A18 P1"]),
    ],
)
def test_an_emergency_sign_is_told_without_any_score(signs, expected):
    assert told(check(), **signs) == expected


def test_each_sign_that_joins_is_a_step_and_all_outweigh_a_score():
    one = neuro.conditions(NeuroFacts(check(), seizure="focal"), BOOK)[0]
    two = neuro.conditions(NeuroFacts(check(), seizure="focal", weakness=True), BOOK)[0]
    score = neuro.conditions(NeuroFacts(check(0)), BOOK)[0]
    assert two.step > one.step > score.step


@pytest.mark.parametrize(
    ("consciousness", "expected"),
    [("unarousable", ["A18"]), ("awakens_to_voice", []), ("alert", []), ("", [])],
)
def test_a_set_of_observations_tells_of_a_patient_who_cannot_be_roused(consciousness, expected):
    assert [each.rule for each in neuro.of_consciousness(consciousness, BOOK)] == expected


@pytest.mark.parametrize(
    ("capd", "baseline", "earlier", "expected"),
    [
        (9, None, [], ["A19 P1"]),
        (8, None, [], []),
        (8, 4, [], ["A19 P1"]),
        (7, 4, [], []),
        (9, None, [(9, 12)], ["A19 P2"]),
        (9, None, [(9, 12.01)], ["A19 P1"]),
        (9, None, [(8, 4)], ["A19 P1"]),
        (None, 4, [], []),
    ],
)
def test_a_high_delirium_score_is_urgent_when_it_is_new(capd, baseline, earlier, expected):
    before = [check(capd=score, hours_ago=hours) for score, hours in earlier]
    assert told(check(capd=capd), *before, capd_baseline=baseline) == expected


@pytest.mark.parametrize(
    ("rule", "scores", "baseline", "ends"),
    [
        (Rule.A16, [10, 10], 10, True),
        (Rule.A16, [10, 9], 10, False),
        (Rule.A16, [10], 10, False),
        (Rule.A16, [8, 8], 8, True),
        (Rule.A16, [9, 9], None, False),
        (Rule.A16, [None, 10], 10, False),
        (Rule.A17, [10, 10], 10, False),
        (Rule.A18, [10, 10], 10, False),
    ],
)
def test_only_a_lower_score_ends_by_itself_after_two_checks_at_baseline(
    rule, scores, baseline, ends
):
    now, *earlier = (check(score, hours_ago=ago) for ago, score in enumerate(scores))
    facts = NeuroFacts(now, tuple(earlier), ice_baseline=baseline)
    found = neuro.closings({Family.NEURO: Standing(rule, Severity.P2)}, facts=facts)
    assert bool(found) is ends


def test_without_a_neuro_alert_nothing_ends():
    assert neuro.closings({}, facts=NeuroFacts(check(10), (check(10),))) == []
