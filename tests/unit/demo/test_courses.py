"""The invented courses: the same every time, joined without a seam, and worth looking at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from demo import labs, sampling
from demo.courses import Neuro, Person, Phase, Script, at_hour, hour_at
from demo.scripts import SCRIPTS
from vitals import plausibility
from vitals.schedule import SETTLED, Situation, vitals_minutes

LONDON = ZoneInfo("Europe/London")
ORIGIN = datetime(2026, 6, 15, 14, 20, tzinfo=LONDON)
BY_MRN = {script.person.mrn: script for script in SCRIPTS}
CHARTED = [script for script in SCRIPTS if script.phases]


def past_of(script, seed=7):
    return sampling.sets_between(script, start=-10_000, end=0, origin=ORIGIN, seed=seed)


def results_of(script, loinc):
    found = labs.results_between(script, start=-10_000, end=0, origin=ORIGIN, seed=7)
    return [result for result in found if result.loinc == loinc]


def a_script(*phases):
    person = Person("DEMO-T", "Test", "female", 30, "", "7b", "01", "60", ("mrd", "1"))
    return Script(person, "", "axi-cel", (), admitted=-48, phases=phases)


# --- The same every time -----------------------------------------------------------------------


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_the_same_script_and_seed_give_the_same_course(script):
    assert past_of(script) == past_of(script)


def test_another_seed_gives_another_course():
    assert past_of(CHARTED[0], seed=7) != past_of(CHARTED[0], seed=8)


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_two_halves_of_a_course_join_exactly(script):
    halves = [
        sampling.sets_between(script, start=start, end=end, origin=ORIGIN, seed=7)
        for start, end in ((-10_000, -10.0), (-10.0, 0))
    ]
    assert halves[0] + halves[1] == past_of(script)


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_sets_are_in_order_and_none_is_in_the_future(script):
    times = [taken.at for taken in past_of(script)]
    assert times == sorted(set(times))
    assert times[-1] <= ORIGIN


# --- The clock -----------------------------------------------------------------------------------


def test_hours_are_counted_through_the_night_in_which_the_clocks_change():
    after = datetime(2026, 3, 29, 12, 0, tzinfo=LONDON)
    before = at_hour(-12, origin=after)
    assert before == datetime(2026, 3, 28, 23, 0, tzinfo=LONDON)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=12)
    assert hour_at(before, origin=after) == -12


def test_a_dose_of_today_is_not_given_yesterday_just_after_midnight():
    soon = datetime(2026, 6, 15, 0, 40, tzinfo=LONDON)
    (given,) = BY_MRN["DEMO-010"].dose_times(origin=soon)
    assert given.date() == soon.date()


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 28), date(2028, 2, 29)])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.person.mrn)
def test_the_birth_date_makes_the_age_that_the_script_says(script, today):
    born = script.person.birth_date(today=today)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert age == script.person.age_years


# --- Plausible -----------------------------------------------------------------------------------


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_every_value_is_possible_and_few_are_doubted(script):
    doubted = 0
    taken = past_of(script)
    months = script.person.age_years * 12 + script.person.extra_months
    for each in taken:
        for field in plausibility.FIELDS:
            if field in each.values:
                value = Decimal(each.values[field])
                assert plausibility.refusal(field, value) is None
                doubt = plausibility.doubt(field, value, age_months=months)
                doubted += doubt is not None
    assert doubted <= len(taken) // 20


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_nobody_on_room_air_has_an_oxygen_flow(script):
    on_air = [t.values for t in past_of(script) if t.values["oxygen_device"] == "room_air"]
    assert on_air
    assert all("oxygen_flow_lpm" not in values for values in on_air)


def test_the_heart_beats_faster_with_fever():
    script = a_script(Phase(-40, 0, 37.0, 120), Phase(-20, 0, 40.0, 120, glide_hours=1))
    cool, hot = (
        sampling.values_at(script, hour=hour, at=ORIGIN, seed=7)["heart_rate_bpm"]
        for hour in (-21, -2)
    )
    assert 20 <= hot - cool <= 40


def test_the_values_glide_from_one_phase_to_the_next():
    script = a_script(Phase(-40, 0, 36.5, 120), Phase(-20, 1, 39.5, 110, glide_hours=8))
    start, middle, end = (
        float(sampling.values_at(script, hour=h, at=ORIGIN, seed=7)["temperature_celsius"])
        for h in (-20, -16, -12)
    )
    assert start < middle - 0.8 < end - 1.6


def test_before_the_first_phase_there_is_nothing_to_measure():
    with pytest.raises(LookupError, match="DEMO-T"):
        sampling.values_at(a_script(Phase(-4, 0, 37, 120)), hour=-5, at=ORIGIN, seed=7)


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_rounds_come_no_later_than_the_schedule_asks(level):
    script = a_script(Phase(-40, level, 37, 120))
    taken = past_of(script)
    gaps = [(b.at - a.at) / timedelta(minutes=1) for a, b in pairwise(taken)]
    first, steady = (
        vitals_minutes(Situation(at_least=level, in_high_risk=True, sets_at_grade=n, day=3))
        for n in (1, SETTLED)
    )
    assert gaps[0] <= first
    assert max(gaps) <= steady


def test_somebody_who_gets_worse_is_measured_when_it_shows():
    script = a_script(Phase(-40, 0, 37, 120), Phase(-20.5, 1, 39, 120, glide_hours=0.4))
    assert at_hour(-20.1, origin=ORIGIN) in [taken.at for taken in past_of(script)]


# --- What the scripts promise --------------------------------------------------------------------


def test_nobody_charts_while_the_script_is_silent():
    script = BY_MRN["DEMO-013"]
    hours = [hour_at(taken.at, origin=ORIGIN) for taken in past_of(script)]
    assert script.silent is not None
    assert max(hours) < script.silent[0]


def test_ferritin_peaks_after_crp():
    script = BY_MRN["DEMO-001"]
    crp, ferritin = results_of(script, "1988-5"), results_of(script, "2276-4")
    peaks = [max(rows, key=lambda row: Decimal(row.value)).at for rows in (crp, ferritin)]
    assert peaks[0] < peaks[1]


def test_neutrophils_fall_below_a_half_after_lymphodepletion_and_not_without():
    depleted, spared = (
        min(Decimal(row.value) for row in results_of(BY_MRN[mrn], "751-8"))
        for mrn in ("DEMO-001", "DEMO-008")
    )
    assert depleted < Decimal("0.5") < Decimal("1.5") < spared


def test_results_come_daily_for_two_weeks_and_then_every_third_day():
    mornings = [row.at.date() for row in results_of(BY_MRN["DEMO-011"], "1988-5")]
    gaps = [(after - before).days for before, after in pairwise(mornings)]
    assert set(gaps[:15]) == {1}
    assert set(gaps[-2:]) == {3}


def test_the_very_ill_and_whoever_just_got_worse_are_drawn_more_often():
    drawn = {
        mrn: [hour_at(row.at, origin=ORIGIN) for row in results_of(BY_MRN[mrn], "1988-5")]
        for mrn in ("DEMO-002", "DEMO-003", "DEMO-009", "DEMO-001")
    }
    today = {mrn: len([hour for hour in hours if hour >= -24]) for mrn, hours in drawn.items()}
    # At 14:20: level 4 at 18, 0, 6 and 12 o'clock; the others at their rise, 3 also at 18.
    assert today == {"DEMO-002": 4, "DEMO-003": 3, "DEMO-009": 2, "DEMO-001": 1}


@pytest.mark.parametrize("script", CHARTED, ids=lambda script: script.person.mrn)
def test_results_come_in_order_and_two_halves_of_them_join_exactly(script):
    whole = labs.results_between(script, start=-10_000, end=0, origin=ORIGIN, seed=7)
    halves = [
        labs.results_between(script, start=start, end=end, origin=ORIGIN, seed=7)
        for start, end in ((-10_000, -10.0), (-10.0, 0))
    ]
    assert halves[0] + halves[1] == whole
    assert [row.at for row in whole] == sorted(row.at for row in whole)
    assert len({(row.at, row.loinc) for row in whole}) == len(whole)


# --- Routine neuro checks ------------------------------------------------------------------------


def test_a_routine_check_finds_what_the_last_one_found_but_no_seizure_again():
    script = replace(
        a_script(Phase(-40, 0, 37, 120)),
        neuro=(
            Neuro(-40, ice=10, is_baseline=True),
            Neuro(-20, ice=6, consciousness="new_confusion", seizure="brief"),
        ),
    )
    assert script.routine_neuro(-40.1) is None
    assert script.routine_neuro(-21) == Neuro(-21, ice=10)
    assert script.routine_neuro(-3) == Neuro(-3, ice=6, consciousness="new_confusion")


def test_nobody_checks_while_the_script_is_silent():
    script = BY_MRN["DEMO-013"]
    assert script.routine_neuro(-4.6) is not None
    assert script.routine_neuro(-4.5) is None
    assert script.routine_neuro(0.4) is not None


def test_every_patient_has_a_bed_and_a_number_of_their_own():
    assert len(BY_MRN) == len(SCRIPTS) == 14
    beds = [(script.person.ward, script.person.bed) for script in SCRIPTS]
    assert len(set(beds)) == len(beds)


def test_every_age_group_is_on_the_ward():
    ages = [script.person.age_years for script in SCRIPTS]
    assert any(age < 2 for age in ages)
    assert any(2 <= age < 12 for age in ages)
    assert any(12 <= age < 18 for age in ages)
    assert any(age >= 65 for age in ages)
