"""The ladder: who is called after how many minutes, and what a ward may change about it."""

import json
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from alerts import ladder
from alerts.ladder import LADDER, Duty, LadderError, plan_of
from alerts.models import RotaRole
from alerts.policy import RESPOND_WITHIN_MINUTES, Rule, Severity

P1, P2, P3, P4 = Severity


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [
        (P1, [0, 3, 5, 10, 15]),
        (P2, [0, 10, 15, 30]),
        (P3, [0, 60]),
        (P4, [0]),
    ],
)
def test_the_shipped_minutes(severity, minutes):
    assert [rung.after_minutes for rung in plan_of(severity).rungs] == minutes


@pytest.mark.parametrize("severity", Severity)
def test_rungs_are_numbered_without_gaps_and_come_one_after_the_other(severity):
    rungs = plan_of(severity).rungs
    assert [rung.number for rung in rungs] == list(range(len(rungs)))
    assert all(one.after_minutes < other.after_minutes for one, other in pairwise(rungs))


@pytest.mark.parametrize(
    ("severity", "number", "tells"),
    [
        (P1, 0, {"bedside_nurse", "charge_nurse", "oncology_fellow"}),
        (P1, 1, {"bedside_nurse", "charge_nurse", "oncology_fellow"}),
        (P1, 2, {"oncology_attending", "icu_outreach"}),
        (P1, 3, {"site_nurse_manager"}),
        (P1, 4, set(Duty) - {Duty.PHARMACIST}),
        (P2, 0, {"bedside_nurse", "charge_nurse"}),
        (P2, 1, {"bedside_nurse", "charge_nurse"}),
        (P2, 2, {"oncology_fellow"}),
        (P2, 3, {"oncology_attending"}),
        (P3, 0, set()),
        (P3, 1, {"charge_nurse"}),
        (P4, 0, set()),
    ],
)
def test_who_is_called_on_each_rung(severity, number, tells):
    (rung,) = (each for each in LADDER if (each.severity, each.number) == (severity, number))
    assert set(rung.tells) == tells


def test_every_duty_is_a_role_of_the_rota():
    assert {duty.value for duty in Duty} <= set(RotaRole.values)


@pytest.mark.parametrize("severity", Severity)
def test_an_answer_is_due_when_others_are_called(severity):
    assert plan_of(severity).answer_within_minutes == RESPOND_WITHIN_MINUTES[severity]


@pytest.mark.parametrize(("number", "minutes"), [(4, 15), (5, 30), (6, 45), (20, 255)])
def test_the_last_call_of_a_p1_is_repeated_for_ever(number, minutes):
    rung = plan_of(P1).timed(number)
    assert rung is not None
    assert (rung.number, rung.after_minutes, set(rung.tells)) == (
        number,
        minutes,
        set(Duty) - {Duty.PHARMACIST},
    )


@pytest.mark.parametrize(("severity", "number"), [(P2, 4), (P3, 2), (P4, 1)])
def test_other_ladders_end(severity, number):
    assert plan_of(severity).timed(number) is None


def test_a_person_may_call_the_end_of_a_ladder_again():
    rung = plan_of(P2).called(4)
    assert rung is not None
    assert (rung.number, rung.tells) == (4, (Duty.ONCOLOGY_ATTENDING,))
    assert plan_of(P4).called(1) is None


@pytest.mark.parametrize(
    ("severity", "rung", "expected"),
    [(P1, 3, False), (P1, 4, True), (P1, 9, True), (P2, 2, False), (P2, 3, True), (P3, 1, False),
     (P4, 0, False)],
)  # fmt: skip
def test_unanswered_is_said_once_everybody_was_called(severity, rung, expected):
    assert ladder.is_unanswered(severity, rung=rung) is expected


@pytest.mark.parametrize(
    ("severity", "number", "expected"),
    [
        (P1, 1, (2, {"oncology_attending", "icu_outreach"})),
        (P1, 3, (3, {"site_nurse_manager"})),
        (P1, 4, None),
        (P1, 9, None),
        (P2, 1, (2, {"oncology_fellow"})),
        (P3, 1, (1, {"charge_nurse"})),
        (P4, 1, None),
    ],
)
def test_who_is_next_in_line_was_not_called_before(severity, number, expected):
    rung = plan_of(severity).newly(number)
    assert (rung and (rung.number, set(rung.tells))) == expected


def test_a_severe_grade_calls_outreach_at_once():
    assert Duty.ICU_OUTREACH in ladder.first_of(plan_of(P1), Rule.A04).tells
    assert Duty.ICU_OUTREACH not in ladder.first_of(plan_of(P1), Rule.A03).tells


@pytest.mark.parametrize(
    ("due", "called"),
    [
        ("2026-03-10T21:59", "2026-03-10T21:59"),
        ("2026-03-10T22:00", "2026-03-11T06:00"),
        ("2026-03-10T23:59", "2026-03-11T06:00"),
        ("2026-03-11T00:00", "2026-03-11T06:00"),
        ("2026-03-11T05:59", "2026-03-11T06:00"),
        ("2026-03-11T06:00", "2026-03-11T06:00"),
        ("2026-03-28T23:00", "2026-03-29T06:00"),  # the clocks go forward in between
    ],
)
def test_only_what_is_no_emergency_waits_for_the_morning(due, called):
    zone = ZoneInfo("Europe/London")
    at, then = (datetime.fromisoformat(each).replace(tzinfo=zone) for each in (due, called))
    for severity, expected in ((P1, at), (P2, at), (P3, then), (P4, then)):
        assert ladder.after_the_night(severity, at, zone=zone) == expected


# --- A ward's own minutes ----------------------------------------------------------------------


def test_a_ward_sets_its_own_minutes():
    own = {"P1": {"rungs": [2, 4, 8, 12], "repeat": 10, "answer_grace": 20, "longest_snooze": 10}}
    plan = plan_of(P1, own)
    assert [rung.after_minutes for rung in plan.rungs] == [0, 2, 4, 8, 12]
    assert (plan.repeat_minutes, plan.answer_grace_minutes) == (10, 20)
    assert (plan.longest_snooze_minutes, plan.answer_within_minutes) == (10, 4)
    assert plan.rungs[2].tells == plan_of(P1).rungs[2].tells
    assert plan_of(P2, own) == plan_of(P2)
    assert ladder.faults(own) == []


@pytest.mark.parametrize("nothing", [None, {}, {"P1": {}}])
def test_without_minutes_of_its_own_a_ward_has_the_shipped_ones(nothing):
    assert plan_of(P1, nothing) == plan_of(P1)
    assert ladder.faults(nothing) == []


@pytest.mark.parametrize(
    "own",
    [
        {"P1": {"rungs": [3, 5, 10]}},
        {"P1": {"rungs": [3, 5, 10, 15, 20]}},
        {"P1": {"rungs": [3, 5, 5, 15]}},
        {"P1": {"rungs": [5, 3, 10, 15]}},
        {"P1": {"rungs": [0, 5, 10, 15]}},
        {"P1": {"rungs": [3, 5, 10, 61]}},
        {"P1": {"rungs": [3, 5, 10, 15.5]}},
        {"P1": {"rungs": [True, 5, 10, 15]}},
        {"P1": {"rungs": "3,5,10,15"}},
        {"P1": {"repeat": 0}},
        {"P1": {"repeat": 61}},
        {"P1": {"repeat": "15"}},
        {"P1": {"answer_grace": 121}},
        {"P1": {"answer_grace": True}},
        {"P1": {"longest_snooze": 16}},
        {"P1": {"snooze": 15}},
        {"P1": [3, 5, 10, 15]},
        ["P1"],
        "P1",
        3,
    ],
)
def test_minutes_that_cannot_be_used_are_told_and_the_shipped_ones_hold(own):
    assert plan_of(P1, own) == plan_of(P1)
    assert ladder.faults(own)
    with pytest.raises(LadderError):
        ladder.checked(P1, own)


@pytest.mark.parametrize(
    ("severity", "own"),
    [(P2, {"repeat": 15}), (P3, {"answer_grace": 15}), (P4, {"rungs": [5]})],
)
def test_a_ward_changes_only_what_there_is(severity, own):
    with pytest.raises(LadderError):
        ladder.checked(severity, {severity.value: own})


def test_a_severity_that_does_not_exist_is_told():
    assert ladder.faults({"P5": {}}) == ["P5 is no severity"]


@pytest.mark.parametrize(
    "own",
    [
        {"P1": {"rungs": [57, 58, 59, 60], "repeat": 60, "answer_grace": 120}},
        {"P1": {"rungs": [1, 2, 3, 4], "repeat": 1, "answer_grace": 1, "longest_snooze": 1}},
        {"P1": {"longest_snooze": 15}, "P2": {"longest_snooze": 60}},
    ],
)
def test_minutes_on_the_edge_can_be_used(own):
    assert ladder.faults(own) == []
    assert plan_of(P1, own) != plan_of(P1) or own["P1"] == {"longest_snooze": 15}


def test_the_page_about_the_ladder_says_what_the_ladder_does():
    page = (Path(settings.BASE_DIR) / "docs/alert-life.md").read_text()
    rows = re.findall(r"^\| (P\d) \| (\d+) \| (\d+) \| (.+) \|$", page, re.M)
    assert rows == [
        (
            rung.severity.value,
            str(rung.number),
            str(rung.after_minutes),
            ", ".join(duty.replace("_", " ") for duty in rung.tells) or "nobody",
        )
        for rung in LADDER
    ]
    assert plan_of(P1) == plan_of(P1, json.loads(re.findall(r"```json\n(.+)\n```", page)[0]))
