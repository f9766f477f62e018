"""Episodes: where each begins and ends, its honest peak, and what came back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from grading.episodes import Graded, Peak, episodes, fever_spans
from patients import therapies
from patients.windows import Dose, DoseKind
from tests.unit.courses import START, antipyretic, febrile, fold, hour, sets, well

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)


def graded(steps):
    """What is stored of each step, as the episodes read it."""
    rows = []
    for step in steps:
        known = step.state.known.get("temperature_celsius")
        rows.append(
            Graded(
                step.at,
                step.verdict.grade,
                step.verdict.at_least,
                step.state.episode_opened_at,
                step.state.at_zero_since,
                known and known.taken_at,
                febrile=bool(
                    known
                    and known.taken_at == step.state.last_fever_at
                    and not known.values.get("fever_attributed_elsewhere")
                ),
            )
        )
    return rows


def told(*charted, drugs=(), doses=(), zone=UTC):
    """The episodes of a course told as pairs of hours and recorded values."""
    return episodes(graded(fold(sets(*charted), drugs=drugs)), doses=doses, zone=zone)


def dose(at):
    return Dose(therapies.profile("tisa-cel"), DoseKind.INFUSION, at)


def point(hours, grade, at_least=None, *, opened=0, **more):
    """One grade of an episode that opened some hours after the start; None is no episode."""
    return Graded(
        hour(hours),
        grade,
        grade if at_least is None else at_least,
        None if opened is None else hour(opened),
        **more,
    )


def test_nothing_charted_and_a_well_patient_have_no_episode():
    assert told() == []
    assert told((0, well()), (4, well())) == []


def test_an_episode_opens_with_the_first_fever_and_is_open_until_it_is_closed():
    (only,) = told((0, well()), (4, febrile()), (8, febrile(hypotension=True)))
    assert (only.number, only.onset_at) == (1, hour(4))
    assert (only.grade, only.at_least, only.graded_at) == (2, 2, hour(8))
    assert only.peak == Peak(2, is_known=True, at=hour(8))
    assert (only.resolved_at, only.signs_gone_at, only.recurrence_of) == (None, None, None)
    assert only.lasted == timedelta(hours=4)


def test_it_closes_when_grade_0_has_lasted_a_day_and_ends_where_that_began():
    (only,) = told(
        (0, febrile()), (4, febrile(hypotension=True)), (8, well()), (20, well()), (32, well())
    )
    assert (only.signs_gone_at, only.resolved_at) == (hour(8), hour(32))
    assert only.lasted == timedelta(hours=8)
    assert (only.grade, only.at_least, only.graded_at) == (0, 0, hour(32))
    assert only.peak == Peak(2, is_known=True, at=hour(4))


def test_a_minute_less_than_a_day_leaves_it_open():
    almost = hour(32) - MINUTE
    (only,) = told((0, febrile()), (8, well()), (almost, well()))
    assert (only.resolved_at, only.signs_gone_at) == (None, None)
    assert only.lasted == almost - START


def test_a_drug_that_hides_fever_keeps_it_open():
    charted = ((0, febrile()), (8, well()), (20, well()), (32, well()), (44, well()))
    (only,) = told(*charted, drugs=[antipyretic(20)])
    assert (only.signs_gone_at, only.resolved_at) == (hour(8), hour(44))


@pytest.mark.parametrize(
    ("after_closing", "former"),
    [
        (timedelta(hours=1), 1),
        (timedelta(days=7), 1),
        (timedelta(days=7, minutes=1), None),
        (timedelta(days=30), None),
    ],
)
def test_a_fever_within_seven_days_of_the_closing_is_a_recurrence(after_closing, former):
    again = hour(32) + after_closing
    first, second = told(
        (0, febrile(hypotension=True)), (8, well()), (32, well()), (again, febrile())
    )
    assert (second.number, second.onset_at, second.recurrence_of) == (2, again, former)
    assert (first.number, first.recurrence_of) == (1, None)


def test_a_recurrence_never_overwrites_the_old_peak():
    first, second = told(
        (0, febrile(hypotension=True)), (8, well()), (32, well()),
        (40, febrile()),
        (41, febrile(vasopressors=["norepinephrine"], hypotension=True)),
    )  # fmt: skip
    assert first.peak == Peak(2, is_known=True, at=START)
    assert first.resolved_at == hour(32)
    assert second.peak == Peak(3, is_known=True, at=hour(41))


def test_the_peak_is_at_least_as_long_as_a_set_could_have_been_graver():
    (only,) = episodes([point(0, 1), point(2, None, 1), point(4, 2)], doses=(), zone=UTC)
    assert only.peak == Peak(2, is_known=False, at=hour(4))
    assert only.not_fully_graded == 1


def test_a_newest_set_that_could_not_be_graded_leaves_the_grade_open():
    (only,) = episodes([point(0, 2), point(1, None, 1)], doses=(), zone=UTC)
    assert (only.grade, only.at_least, only.graded_at) == (None, 1, hour(1))


def test_nothing_is_graver_than_death():
    (only,) = episodes([point(0, None, 1), point(4, 5)], doses=(), zone=UTC)
    assert only.peak == Peak(5, is_known=True, at=hour(4))


def test_the_first_set_that_reached_the_peak_has_its_time():
    (only,) = episodes([point(0, 1), point(1, 2), point(2, 1), point(3, 2)], doses=(), zone=UTC)
    assert only.peak.at == hour(1)


def test_one_episode_straight_after_another_was_not_seen_to_close():
    first, second = episodes([point(0, 1), point(9, 1, opened=9)], doses=(), zone=UTC)
    assert (first.resolved_at, first.signs_gone_at, first.graded_at) == (None, None, START)
    assert second.recurrence_of is None


def test_a_closing_whose_beginning_was_not_kept_ends_at_the_closing():
    (only,) = episodes([point(0, 1), point(30, 0, opened=None)], doses=(), zone=UTC)
    assert (only.signs_gone_at, only.resolved_at) == (hour(30), hour(30))


# Six hours of fever, of which a temperature stands for four at most.
@pytest.mark.parametrize(
    ("charted", "hours"),
    [
        (((0, febrile()),), 0),
        (((0, febrile()), (1, well())), 1),
        (((0, febrile()), (4, well())), 4),
        (((0, febrile()), (6, well())), 4),
        (((0, febrile()), (2, febrile()), (3, well()), (5, febrile()), (6, well())), 4),
        (((0, febrile()), (1, {"oxygen_device": "room_air"}), (2, well())), 2),
        # What a later set says of a fever is said of all of it.
        (((0, febrile()), (1, {"fever_attributed_elsewhere": True}), (2, febrile("38.0"))), 0),
    ],
)
def test_fever_counts_until_the_next_temperature_and_never_longer_than_four_hours(charted, hours):
    (only,) = told(*charted)
    assert only.fever == timedelta(hours=hours)


def test_fever_of_another_cause_is_no_span():
    rows = graded(fold(sets((0, febrile(fever_attributed_elsewhere=True)), (1, well()))))
    assert fever_spans(rows) == []


def test_the_last_temperature_stands_for_four_hours():
    rows = graded(fold(sets((0, febrile()))))
    assert fever_spans(rows) == [(START, hour(4))]


def test_fever_of_one_episode_is_not_counted_in_another():
    first, second = told(
        (0, febrile()), (2, well()), (26, well()), (30, febrile()), (31, well())
    )  # fmt: skip
    assert (first.fever, second.fever) == (timedelta(hours=2), timedelta(hours=1))


@pytest.mark.parametrize(
    ("infused_at", "onset_at", "day", "hours"),
    [
        # The night the clocks go forward: two calendar days in 24 hours and 40 minutes.
        (datetime(2026, 3, 28, 23, 40, tzinfo=UTC), datetime(2026, 3, 30, 0, 20, tzinfo=UTC),
         2, "24.67"),
        (datetime(2026, 3, 1, 8, 0, tzinfo=UTC), datetime(2026, 3, 1, 14, 0, tzinfo=UTC),
         0, "6.00"),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 3, 1, 20, 0, tzinfo=UTC),
         -1, "-12.00"),
    ],
)  # fmt: skip
def test_the_onset_is_counted_on_the_wards_calendar_and_in_hours(infused_at, onset_at, day, hours):
    (only,) = told((onset_at, febrile()), doses=[dose(infused_at)], zone=LONDON)
    assert only.onset_day == day
    assert only.onset_hours is not None
    assert f"{only.onset_hours:.2f}" == hours


def test_each_onset_is_counted_from_its_own_dose():
    first, second = told(
        (0, febrile()), (8, well()), (32, well()), (400, febrile()),
        doses=[dose(hour(-24)), dose(hour(352))],
    )  # fmt: skip
    assert (first.onset_day, first.onset_hours) == (1, Decimal(24))
    assert (second.onset_day, second.onset_hours) == (2, Decimal(48))


def test_without_a_dose_nothing_is_counted():
    (only,) = told((0, febrile()))
    assert (only.onset_day, only.onset_hours) == (None, None)


def test_a_grade_without_a_state_belongs_to_no_episode():
    assert episodes([replace(point(0, 2), episode_opened_at=None)], doses=(), zone=UTC) == []
