"""Courses laid on one axis: day 0 under day 0, whatever the clocks did, and told apart in gray."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from patients import therapies
from patients.windows import Dose, DoseKind
from screens.compare.aligned import (
    LANES,
    LETTERS,
    REACH,
    Scale,
    align,
    counts_hours,
    line,
    position,
)
from screens.compare.band import Band, Bin
from screens.compare.figure import DASHES, SYMBOLS, TOKENS, figure
from screens.compare.table import table
from screens.timeline.course import Course, Lab, Moment

BERLIN = ZoneInfo("Europe/Berlin")
ZERO = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moment(at, **signs):
    return Moment(at=at, set_id=1, interval_minutes=240, **{"grade": 0, "at_least": 0} | signs)


def a_course(*moments, zero=ZERO, therapy="tisa-cel", kind=DoseKind.INFUSION, labs=()):
    doses = [Dose(therapies.profile(therapy), kind, zero)] if zero else []
    return Course(
        zone=BERLIN,
        now=ZERO + timedelta(days=9),
        start=ZERO - timedelta(days=2),
        end=ZERO + timedelta(days=9),
        doses=doses,
        moments=moments,
        labs=labs,
    )


def lane(name):
    return next(each for each in LANES if each.name == name)


def drawn(course, name, scale=Scale.DAY):
    (each,) = align([course])
    return [mark for mark in line(each, lane(name), scale=scale) if mark]


def traces_of(drawing, letter):
    return [each for each in drawing["data"] if each["name"].startswith(f"{letter} ")]


@pytest.mark.parametrize(
    ("zero", "at", "day"),
    [
        # dose, Berlin         moment, Berlin         days from the midnight of day 0
        ("2026-03-10T23:30", "2026-03-10T23:30", 23.5 / 24),
        ("2026-03-10T23:30", "2026-03-11T00:00", 1.0),
        ("2026-03-28T10:00", "2026-03-29T12:00", 1.5),  # a night of 23 hours
        ("2026-10-24T10:00", "2026-10-25T12:00", 1.5),  # a night of 25 hours
        ("2026-03-10T10:00", "2026-03-09T18:00", -0.25),
    ],
)
def test_a_day_is_the_wards_own(zero, at, day):
    zero, at = (datetime.fromisoformat(each).replace(tzinfo=BERLIN) for each in (zero, at))
    assert position(at, zero=zero, zone=BERLIN, scale=Scale.DAY) == pytest.approx(day)


def test_an_hour_has_passed_whatever_the_clocks_did():
    zero = datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN)
    at = datetime(2026, 3, 29, 8, 0, tzinfo=BERLIN)
    assert position(at, zero=zero, zone=BERLIN, scale=Scale.HOUR) == 9


def test_o10_two_doses_of_different_months_lie_on_one_day_0():
    later = ZERO + timedelta(days=15)
    first = a_course(moment(ZERO + HOUR, systolic_mmhg=120))
    second = replace(
        a_course(moment(later + HOUR, systolic_mmhg=90), zero=later),
        end=later + timedelta(days=2),
    )
    assert drawn(first, "systolic_mmhg")[0].x == drawn(second, "systolic_mmhg")[0].x


def test_who_had_no_dose_is_not_laid_on_the_axis_and_takes_no_others_letter():
    given = a_course(moment(ZERO))
    assert [each.letter for each in align([a_course(zero=None), given])] == ["B"]


def test_what_was_not_recorded_is_no_point():
    course = a_course(moment(ZERO, systolic_mmhg=None), moment(ZERO + HOUR, systolic_mmhg=100))
    assert [mark.y for mark in drawn(course, "systolic_mmhg")] == [100]


def test_a_line_breaks_where_sets_are_missing():
    course = a_course(
        moment(ZERO, systolic_mmhg=100),
        moment(ZERO + 8 * HOUR, systolic_mmhg=100),
        moment(ZERO + 16 * HOUR + timedelta(minutes=1), systolic_mmhg=100),
    )
    (each,) = align([course])
    points = line(each, lane("systolic_mmhg"), scale=Scale.DAY)
    assert [point is None for point in points] == [False, False, True, False]


def test_a_grade_that_is_not_known_is_hollow_at_the_least_it_can_be():
    course = a_course(
        moment(ZERO, grade=None, at_least=2), moment(ZERO + HOUR, grade=2, at_least=2)
    )
    marks = drawn(course, "grade")
    assert [(mark.y, mark.is_known) for mark in marks] == [(2, False), (2, True)]
    (trace,) = [t for t in traces_of(figure(align([course]), scale=Scale.DAY), "A")
                if "grade" in t["name"]]  # fmt: skip
    assert trace["marker"]["symbol"] == ["circle-open", "circle"]


@pytest.mark.parametrize("scale", Scale)
def test_the_axis_ends_where_it_says(scale):
    low, high = REACH[scale]
    unit = timedelta(days=1) if scale is Scale.DAY else HOUR
    midnight = datetime(2026, 3, 10, 0, 0, tzinfo=BERLIN)
    zero = midnight if scale is Scale.DAY else ZERO
    inside = [moment(zero + edge * unit, systolic_mmhg=100) for edge in (low, 5.0)]
    outside = moment(zero + (high * unit) + 2 * HOUR, systolic_mmhg=80)
    assert {mark.y for mark in drawn(a_course(*inside, outside), "systolic_mmhg", scale)} == {100}


def test_no_two_patients_are_told_apart_by_color_alone():
    courses = [a_course(moment(ZERO, systolic_mmhg=n), moment(ZERO + HOUR, systolic_mmhg=n))
               for n in (80, 90, 100, 110)]  # fmt: skip
    drawing = figure(align(courses), scale=Scale.DAY)
    for marks in (DASHES, SYMBOLS, TOKENS):
        assert len(set(marks)) == len(LETTERS)
    for place, letter in enumerate(LETTERS):
        for trace in traces_of(drawing, letter):
            assert trace["line"]["dash"] == DASHES[place]
            assert all(text.startswith(f"{letter}: ") for text in trace["text"] if text)
    notes = [note["text"] for note in drawing["layout"]["annotations"] if note["yref"] == "y3"]
    assert sorted(notes) == list(LETTERS)


def test_letters_that_would_overlap_are_moved_apart():
    courses = [a_course(moment(ZERO, spo2_percent=Decimal(97))) for _ in LETTERS]
    notes = figure(align(courses), scale=Scale.DAY)["layout"]["annotations"]
    shifts = [note["yshift"] for note in notes if note["yref"] == "y4"]
    assert len(set(shifts)) == len(LETTERS)


def test_letters_far_apart_stay_at_their_lines():
    def saturated(sets):
        times = (ZERO + n * 4 * HOUR for n in range(sets))
        return a_course(*(moment(at, spo2_percent=Decimal(97)) for at in times))

    notes = figure(align([saturated(2), saturated(40)]), scale=Scale.DAY)["layout"]["annotations"]
    assert [note["yshift"] for note in notes if note["yref"] == "y4"] == [0, 0]


def test_every_lane_has_its_axis_even_with_nothing_in_it():
    layout = figure(align([a_course()]), scale=Scale.DAY)["layout"]
    assert [layout[f"yaxis{n or ''}"]["title"]["text"] for n in ("", 2, 3, 4, 5, 6)] == [
        each.title for each in LANES
    ]


def test_no_text_of_the_figure_brings_markup_that_the_policy_forbids():
    drawing = figure(align([a_course(moment(ZERO, systolic_mmhg=90))]), scale=Scale.DAY)
    assert "<b>" not in str(drawing)
    assert "style=" not in str(drawing)


@pytest.mark.parametrize(
    ("therapy", "kind", "hours"),
    [("tisa-cel", DoseKind.INFUSION, False), ("teclistamab", DoseKind.STEP_1, True)],
)
def test_a_product_whose_windows_count_hours_is_read_in_hours(therapy, kind, hours):
    assert counts_hours(Dose(therapies.profile(therapy), kind, ZERO)) is hours


def test_the_table_says_the_gravest_of_each_day_and_who():
    crp = Lab(ZERO + HOUR, "crp", "CRP", Decimal(120), "mg/L")
    course = a_course(
        moment(ZERO, temperature_celsius=Decimal("38.4"), systolic_mmhg=120, grade=1, at_least=1),
        moment(ZERO + HOUR, temperature_celsius=Decimal("39.4"), systolic_mmhg=84, grade=2,
               at_least=2),
        labs=[crp],
    )  # fmt: skip
    (row,) = table(align([course]), scale=Scale.DAY)["rows"]
    assert row == ["D0", "A", "2", "39.4", "84", "", "120", ""]


def test_the_table_calls_no_day_known_that_could_have_been_graver():
    course = a_course(moment(ZERO, grade=1, at_least=1),
                      moment(ZERO + HOUR, grade=None, at_least=0))  # fmt: skip
    (row,) = table(align([course]), scale=Scale.DAY)["rows"]
    assert row[2] == "≥1"


def test_the_band_is_drawn_as_steps_with_its_median_and_stands_in_the_table():
    bins = (Bin(0, 1, 12, 36.5, 37.0, 38.5), Bin(1, 2, 11, 36.6, 37.5, 39.0),
            Bin(3, 4, 10, 36.4, 37.1, 38.0))  # fmt: skip
    band = Band(14, {"temperature_celsius": bins})
    course = a_course(*(moment(ZERO + n * 24 * HOUR, systolic_mmhg=100) for n in range(5)))
    drawing = figure(align([course]), scale=Scale.DAY, band=band)
    boxes = [each for each in drawing["data"] if each["name"] == "Center, 10 to 90 %"]
    assert [box["x"] for box in boxes] == [[0, 1, 1, 2, 2, 1, 1, 0], [3, 4, 4, 3]]
    medians = [each["y"] for each in drawing["data"] if each["name"] == "Center, median"]
    assert medians == [[37.0, 37.0, 37.5, 37.5], [37.1, 37.1]]
    rows = table(align([course]), scale=Scale.DAY, band=band)["rows"]
    center = [row for row in rows if row[1] == "Center"]
    assert [row[0] for row in center] == ["D0", "D1", "D3"]
    assert center[0][3] == "median 37 (36.5 to 38.5), 12 patients"
