"""The arithmetic of alert noise: each line from both sides, and too little is never a number."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts import acts, noise, tallies
from alerts.acts import Charted
from alerts.events import Happened
from alerts.noise import Band, Event, Firing, Share
from tests.factories.ward import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(kind=Happened.RAISED, rule="A03", severity="P2", minutes=0):
    return Event(kind, NOW + minutes * MINUTE, rule=rule, severity=severity)


def by_person(kind, minutes, **more):
    return Event(kind, NOW + minutes * MINUTE, by_person=True, **more)


def test_a_rule_fires_once_for_an_alert_at_its_gravest():
    events = [
        told(rule="A10", severity="P3"),
        told(Happened.WORSENED, "A08", "P2", 5),
        told(Happened.CONFIRMED, "A08", "P1", 9),
        Event(Happened.ESCALATED, NOW + 14 * MINUTE),
    ]
    assert noise.firings_of(1, events) == [
        Firing(1, "A10", "P3", NOW),
        Firing(1, "A08", "P1", NOW + 5 * MINUTE),
    ]


def test_a_doubt_that_nobody_rechecked_stays_with_its_rule():
    silent = Event(Happened.NOT_RECHECKED, NOW + 10 * MINUTE, severity="P1")
    assert noise.firings_of(1, [told(), silent]) == [Firing(1, "A03", "P1", NOW)]


@pytest.mark.parametrize(
    ("severities", "minute"),
    [(["P3"], None), (["P4", "P3"], None), (["P2"], 0), (["P3", "P2"], 1), (["P4", "P1"], 1)],
)
def test_an_alert_interrupts_from_when_it_is_p1_or_p2(severities, minute):
    events = [told(severity=each, minutes=at) for at, each in enumerate(severities)]
    expected = None if minute is None else NOW + minute * MINUTE
    assert noise.interrupted_at(events) == expected


@pytest.mark.parametrize(
    ("kind", "person", "minutes"),
    [
        (Happened.ACKNOWLEDGED, True, 7),
        (Happened.HANDED_OVER, True, 7),
        (Happened.SNOOZED, True, 7),
        (Happened.CLOSED, True, 7),
        (Happened.CLOSED, False, None),
        (Happened.CANNOT_COME, True, None),
        (Happened.ESCALATED, False, None),
    ],
)
def test_only_a_person_answers(kind, person, minutes):
    event = Event(kind, NOW + 7 * MINUTE, by_person=person)
    assert noise.answer_of([told(), event]).minutes == minutes


def test_the_wait_begins_with_the_severity_that_was_answered():
    events = [
        told(severity="P2"),
        told(Happened.WORSENED, severity="P1", minutes=20),
        by_person(Happened.ACKNOWLEDGED, 23),
        told(Happened.WORSENED, severity="P1", minutes=60),
        by_person(Happened.ACKNOWLEDGED, 90),
    ]
    answer = noise.answer_of(events)
    assert (answer.severity, answer.minutes) == ("P1", 3)


def test_what_worsens_after_the_answer_was_answered_as_it_was():
    events = [
        told(severity="P2"),
        by_person(Happened.ACKNOWLEDGED, 4),
        told(Happened.WORSENED, severity="P1", minutes=20),
    ]
    assert noise.answer_of(events).severity == "P2"


@pytest.mark.parametrize(
    ("acted_after", "now_after", "expected"),
    [
        (None, 6 * HOUR, False),
        (None, 6 * HOUR - MINUTE, None),  # there is time left
        (0 * HOUR, 6 * HOUR, False),  # what led to the alert is no answer to it
        (MINUTE, 2 * MINUTE, True),
        (6 * HOUR, 9 * HOUR, True),
        (6 * HOUR + MINUTE, 9 * HOUR, False),
        (-MINUTE, 9 * HOUR, False),
    ],
)
def test_acted_on_is_within_six_hours_after(acted_after, now_after, expected):
    acts_done = [] if acted_after is None else [NOW + acted_after]
    firing = Firing(1, "A03", "P1", NOW)
    assert noise.was_acted_on(firing, acts_done, now=NOW + now_after) is expected


@pytest.mark.parametrize(("minutes", "acted"), [(360, True), (361, False)])
def test_who_says_when_they_come_has_acted(minutes, acted):
    events = [told(), by_person(Happened.ACKNOWLEDGED, minutes, eta_given=True)]
    (firing,) = noise.firings_of(1, events)
    assert noise.was_acted_on(firing, (), now=NOW + DAY) is acted


def test_who_answers_without_a_time_has_not_acted_yet():
    (firing,) = noise.firings_of(1, [told(), by_person(Happened.ACKNOWLEDGED, 1)])
    assert noise.was_acted_on(firing, (), now=NOW + DAY) is False


def test_a_firing_too_young_to_judge_counts_neither_way():
    old, young = Firing(1, "A03", "P1", NOW), Firing(2, "A03", "P1", NOW + 5 * HOUR)
    share = noise.share_of([old, young], {1: [NOW + HOUR]}, now=NOW + 6 * HOUR)
    assert share == Share(acted=1, judged=1)


@pytest.mark.parametrize(("judged", "percent"), [(0, None), (4, None), (5, 20.0)])
def test_a_share_of_too_few_is_no_number(judged, percent):
    assert Share(1 if judged else 0, judged).percent == percent


@pytest.mark.parametrize(
    ("fired", "acted", "judged", "expected"),
    [
        (100, 14, 100, True),
        (100, 15, 100, False),
        (99, 0, 99, False),
        (100, 0, 4, False),  # too few of them can be judged
        (200, 0, 200, True),
    ],
)
def test_a_rule_goes_to_review(fired, acted, judged, expected):
    assert noise.is_to_review(fired, Share(acted, judged)) is expected


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([1, 2, 3, 4], 50, None), ([5, 1, 4, 2, 3], 50, 3), ([5, 1, 4, 2, 3], 90, 5)],
)
def test_a_percentile_is_a_value_that_was_measured(values, percent, expected):
    assert noise.percentile(values, percent, fewest=5) == expected


@pytest.mark.parametrize(
    ("grade", "at_least", "band"),
    [
        (0, 0, Band.CALM),
        (1, 1, Band.CALM),
        (2, 2, Band.ILL),
        (None, 0, Band.UNKNOWN),
        (None, 1, Band.UNKNOWN),
        (None, 2, Band.ILL),
    ],
)
def test_an_unknown_grade_is_not_a_low_one(grade, at_least, band):
    assert noise.band_of(grade, at_least) is band


def test_a_grade_holds_for_a_day_and_not_longer():
    marks = [(NOW, Band.CALM)]
    assert noise.band_at(marks, NOW - MINUTE) is Band.UNKNOWN
    assert noise.band_at(marks, NOW) is Band.CALM
    assert noise.band_at(marks, NOW + DAY - MINUTE) is Band.CALM
    assert noise.band_at(marks, NOW + DAY) is Band.UNKNOWN


def test_patient_days_are_divided_and_none_is_lost():
    marks = [(NOW, Band.CALM), (NOW + 12 * HOUR, Band.ILL)]
    days = noise.days_by_band(marks, start=NOW - DAY, end=NOW + 3 * DAY)
    assert days == {Band.CALM: 0.5, Band.ILL: 1.0, Band.UNKNOWN: 2.5}


@pytest.mark.parametrize(("days", "expected"), [(0.0, None), (0.99, None), (1.0, 3.0)])
def test_a_rate_of_less_than_a_day_is_no_number(days, expected):
    assert noise.rate(3, days) == expected


AIR = Charted(NOW, 0, "room_air")


@pytest.mark.parametrize(
    ("before", "now", "is_act"),
    [
        (AIR, AIR, False),
        (AIR, Charted(NOW, 1, "room_air"), True),
        (Charted(NOW, 2, "room_air"), Charted(NOW, 1, "room_air"), False),
        (AIR, Charted(NOW, 0, "nasal_cannula", Decimal(2)), True),
        (Charted(NOW, 0, "nasal_cannula", Decimal(2)), AIR, False),
        (Charted(NOW, 0, "nasal_cannula", Decimal(2)),
         Charted(NOW, 0, "nasal_cannula", Decimal(2)), False),
        (Charted(NOW, 0, "nasal_cannula", Decimal(2)),
         Charted(NOW, 0, "nasal_cannula", Decimal(3)), True),
        (Charted(NOW, 0, "nasal_cannula", Decimal(2)),
         Charted(NOW, 0, "high_flow_nasal_cannula"), True),
        (Charted(NOW, 0, "non_rebreather"), Charted(NOW, 0, "cpap"), True),
        (Charted(NOW, 0), Charted(NOW, 0, "nasal_cannula"), False),  # unknown is not air
        (Charted(NOW, 0, vasopressors=frozenset()),
         Charted(NOW, 0, vasopressors=frozenset({"norepinephrine"})), True),
        (Charted(NOW, 0), Charted(NOW, 0, vasopressors=frozenset({"norepinephrine"})), False),
        (Charted(NOW, 0, vasopressors=frozenset({"a", "b"})),
         Charted(NOW, 0, vasopressors=frozenset({"a"})), False),
    ],
)  # fmt: skip
def test_more_support_or_a_higher_grade_is_an_act(before, now, is_act):
    assert bool(acts.steps_up([before, now])) is is_act


def test_what_a_set_leaves_out_stands_as_it_was_said():
    sets = [AIR, Charted(NOW + HOUR, 0), Charted(NOW + 2 * HOUR, 0, "nasal_cannula")]
    assert acts.steps_up(sets) == [NOW + 2 * HOUR]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("tocilizumab", True), ("dexamethasone", True), ("norepinephrine", True),
     ("vasopressin", True), ("oxygen", True), ("paracetamol", False), ("other", False)],
)  # fmt: skip
def test_which_treatments_answer_an_alert(code, expected):
    assert acts.is_action(code) is expected


def test_a_dose_names_its_drug():
    assert acts.drugs_among([{"drug": "norepinephrine", "dose": 1}]) == {"norepinephrine"}
    assert acts.drugs_among(["norepinephrine"]) == {"norepinephrine"}
    assert acts.drugs_among([]) == frozenset()
    assert acts.drugs_among(None) is None


def test_waits_of_too_few_have_no_median_and_those_unanswered_are_counted_apart():
    waits = [noise.Answer("P1", each) for each in (1.0, 2.0, 3.0, 4.0, None)]
    p1, p2 = tallies.answers(waits)
    assert (p1.alerts, p1.answered, p1.median_minutes) == (5, 4, None)
    assert (p2.alerts, p2.answered, p2.median_minutes, p2.p90_minutes) == (0, 0, None, None)
    p1, _ = tallies.answers([*waits, noise.Answer("P1", 60.0)])
    assert (p1.median_minutes, p1.p90_minutes) == (3.0, None)
