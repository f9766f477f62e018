"""The figure from plain values: true time, open gaps, colors with numbers, nothing misspelt."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import plotly.graph_objects as go
import pytest

from grading.grades import GRADES
from patients import therapies
from patients.windows import Dose, DoseKind
from screens.timeline import axis, circulation, ribbon
from screens.timeline.course import Course, Drug, Lab, Mark, Moment, Neuro, instant
from screens.timeline.figure import figure
from screens.timeline.table import table

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_set(hours, **values):
    given = {"grade": 0, "at_least": 0, "interval_minutes": 240} | values
    return Moment(at=START + hours * HOUR, set_id=int(hours * 10) + 1, **given)


def a_course(*moments, days=4, **fields):
    end = START + timedelta(days=days)
    given = {"zone": LONDON, "now": end, "start": START, "end": end, "moments": moments}
    return Course(**given | fields)


def a_dose(at, therapy="tisa-cel", kind=DoseKind.INFUSION):
    return Dose(therapies.profile(therapy), kind, at)


FULL = a_course(
    a_set(1, temperature_celsius=Decimal("36.8"), systolic_mmhg=120, diastolic_mmhg=70),
    a_set(3, temperature_celsius=Decimal("38.6"), heart_rate_bpm=110, grade=1, at_least=1),
    a_set(4, spo2_percent=Decimal(91), oxygen_device="nasal_cannula", grade=None, at_least=2,
          mean_arterial_mmhg=60, vasopressors=("norepinephrine",)),
    a_set(5, respirations_per_minute=30, oxygen_device="bipap", grade=4, at_least=4,
          vasopressors=()),
    doses=[a_dose(START + 2 * HOUR)],
    day_zero=START + 2 * HOUR,
    neuro=[Neuro(START + 3 * HOUR, 1, 1, ice_score=8),
           Neuro(START + 4 * HOUR, 3, 3, capd_score=20, seizure="prolonged")],
    labs=[Lab(START + HOUR, "crp", "CRP", Decimal(0), "mg/L"),
          Lab(START + 2 * HOUR, "ferritin", "Ferritin", Decimal(500), "ng/mL", comparator=">"),
          Lab(START + 2 * HOUR, "blood_culture", "Culture", None, "", text="<b>growth</b>")],
    drugs=[Drug(START + 3 * HOUR, "paracetamol", "Paracetamol", "antipyretic"),
           Drug(START + 4 * HOUR, "tocilizumab", "Tocilizumab", "anti_cytokine", dose="560 mg",
                note="<script>"),
           Drug(START + 12 * HOUR, "tocilizumab", "Tocilizumab", "anti_cytokine"),
           Drug(START + 4 * HOUR, "norepinephrine", "Norepinephrine", "vasopressor",
                START + 5 * HOUR),
           Drug(START + 5 * HOUR, "milrinone", "Milrinone", "inotrope")],
    marks=[Mark(START + 3 * HOUR, "AB23CD", "P1", "First fever")],
)  # fmt: skip


def trace(course, name):
    return next(each for each in figure(course)["data"] if each["name"] == name)


def shapes(course, name):
    return [shape for shape in figure(course)["layout"]["shapes"] if shape["name"] == name]


@pytest.mark.parametrize("course", [FULL, a_course()], ids=["full", "empty"])
def test_plotly_knows_every_property_and_json_every_value(course):
    drawn = figure(course)
    go.Figure(drawn)
    assert orjson.loads(orjson.dumps(drawn)) == drawn
    orjson.dumps(table(course))


def test_a_misspelt_property_would_be_noticed():
    drawn = figure(FULL)
    drawn["data"][0]["modus"] = "lines"
    with pytest.raises(ValueError, match="modus"):
        go.Figure(drawn)


# --- One axis of true time -------------------------------------------------------------------


def test_every_time_is_utc_so_that_no_hour_repeats():
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1))
    assert instant(first) == "2026-10-25T00:30:00"
    assert instant(second) == "2026-10-25T01:30:00"


@pytest.mark.parametrize(
    ("start", "ticks"),
    [
        # The last Sunday of March has 23 hours in London, the last of October 25.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), ["03-29T00", "03-29T23", "03-30T23"]),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), ["10-24T23", "10-26T00", "10-27T00"]),
    ],
)
def test_days_begin_at_the_wards_midnight_whatever_the_clocks_do(start, ticks):
    end = start + timedelta(days=3)
    course = Course(zone=LONDON, now=end, start=start, end=end, day_zero=start)
    shown = axis.x_axis(course)
    assert [tick[5:13] for tick in shown["tickvals"]] == ticks
    assert shown["ticktext"] == ["D1", "D2", "D3"]


def test_days_are_counted_from_the_dose_and_named_by_date_without_one():
    assert axis.x_axis(a_course(day_zero=START + 30 * HOUR))["ticktext"] == ["D0", "D1", "D2", "D3"]
    assert axis.x_axis(a_course())["ticktext"] == ["2 Mar", "3 Mar", "4 Mar", "5 Mar"]


def test_the_axis_ends_now():
    assert figure(FULL)["layout"]["xaxis"]["range"] == [instant(FULL.start), instant(FULL.now)]
    assert shapes(FULL, "limit")


# --- Gaps ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "hours", "joined"),
    [(60, 2, True), (60, 2.1, False), (240, 8, True), (240, 8.1, False), (360, 8.1, False)],
)
def test_a_line_joins_sets_only_while_the_earlier_one_holds(interval, hours, joined):
    course = a_course(
        a_set(1, temperature_celsius=Decimal(37), interval_minutes=interval),
        a_set(1 + hours, temperature_celsius=Decimal(38), interval_minutes=interval),
    )
    assert (None in trace(course, "Temperature")["y"]) is not joined


def test_a_value_nobody_recorded_is_no_point():
    course = a_course(a_set(1, heart_rate_bpm=80), a_set(2), a_set(3, heart_rate_bpm=90))
    assert trace(course, "Heart rate")["y"] == [80.0, 90.0]
    assert trace(course, "Temperature")["y"] == []


def test_lines_are_never_told_to_bridge_gaps():
    assert all(each.get("connectgaps") in {False, None} for each in figure(FULL)["data"])


# --- The ribbon ------------------------------------------------------------------------------


def graded(*rows):
    return [(START + at * HOUR, grade, at_least, 8 * HOUR) for at, grade, at_least in rows]


def test_equal_grades_that_follow_each_other_are_one_stretch():
    found = ribbon.stretches(graded((1, 1, 1), (2, 1, 1), (3, 2, 2)), end=START + 5 * HOUR)
    assert [(s.begin - START, s.end - START, s.grade) for s in found] == [
        (HOUR, 3 * HOUR, 1), (3 * HOUR, 5 * HOUR, 2),
    ]  # fmt: skip


def test_a_grade_does_not_stand_for_longer_than_it_holds():
    found = ribbon.stretches(graded((0, 1, 1), (20, 1, 1)), end=START + 40 * HOUR)
    assert [(s.begin - START, s.end - START) for s in found] == [
        (0 * HOUR, 8 * HOUR), (20 * HOUR, 28 * HOUR),
    ]  # fmt: skip


def test_unknown_and_known_are_not_joined():
    found = ribbon.stretches(graded((1, 2, 2), (2, None, 2)), end=START + 3 * HOUR)
    assert [s.grade for s in found] == [2, None]


@pytest.mark.parametrize("grade", sorted(GRADES))
def test_each_grade_is_drawn_in_its_color_and_with_its_number(grade):
    (shape,) = shapes(a_course(a_set(1, grade=grade, at_least=grade), days=1), f"grade-{grade}")
    assert shape["fillcolor"] == GRADES[grade].fill
    assert shape["label"]["text"] == str(grade)
    assert shape["label"]["font"]["color"] == GRADES[grade].ink
    assert shape["line"]["dash"] == "solid"


@pytest.mark.parametrize(("at_least", "text"), [(0, "?"), (2, "≥2")])
def test_an_unknown_grade_is_dashed_and_says_so(at_least, text):
    course = a_course(a_set(1, grade=None, at_least=at_least), days=1)
    (shape,) = shapes(course, f"grade-{at_least}")
    assert (shape["label"]["text"], shape["line"]["dash"]) == (text, "dash")


# --- Lanes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bars", [0, 1, 8])
def test_lanes_fill_the_height_from_the_top_and_never_overlap(bars):
    lanes = list(axis.lanes(bars=bars).values())
    assert lanes[0].high == 1
    assert lanes[-1].low == pytest.approx(0, abs=1e-9)
    assert all(lower.high < upper.low for upper, lower in itertools.pairwise(lanes))


CAPD_ALONE = a_course(neuro=[Neuro(START, 0, 0, capd_score=4)])


@pytest.mark.parametrize("course", [FULL, a_course(), CAPD_ALONE], ids=["full", "empty", "capd"])
def test_every_lane_has_something_to_hang_its_axis_on(course):
    drawn = {each["yaxis"] for each in figure(course)["data"] if each["x"]}
    assert drawn >= {axis.ref(name) for name, _, _ in axis.LANES[1:]}


def test_fever_has_its_line_at_38():
    assert shapes(FULL, "limit")[-1]["y0"] == 38.0


def test_antipyretics_are_ticks_under_the_temperature():
    assert trace(FULL, "Antipyretic")["x"] == ["2026-03-01T03:00:00"]


def test_a_stick_needs_both_pressures():
    course = a_course(a_set(1, systolic_mmhg=120, diastolic_mmhg=70), a_set(2, systolic_mmhg=90))
    assert trace(course, "Pressure range")["y"] == [70.0, 120.0, None]
    assert trace(course, "Systolic")["y"] == [120.0, 90.0]


def test_pressors_run_until_somebody_charts_otherwise():
    course = a_course(
        a_set(1, vasopressors=()),
        a_set(2, vasopressors=("norepinephrine",)),
        a_set(3),
        a_set(4, vasopressors=("epinephrine", "norepinephrine")),
        a_set(6, vasopressors=()),
        days=1,
    )
    spans = [(a - START, b - START, text) for a, b, text in circulation.pressor_spans(course)]
    assert [(a, b) for a, b, _ in spans] == [(2 * HOUR, 4 * HOUR), (4 * HOUR, 6 * HOUR)]
    assert "1 vasopressor" in spans[0][2]
    assert "2 vasopressor" in spans[1][2]


def test_the_oxygen_band_steps_from_air_to_pressure():
    assert trace(FULL, "Oxygen device")["y"] == [1.0, 3.0]
    assert trace(FULL, "Oxygen device")["line"]["shape"] == "hv"


def test_tocilizumab_is_numbered():
    assert trace(FULL, "Given")["text"] == ["T1", "T2"]


def test_an_infusion_is_a_bar_to_its_stop_or_to_now():
    running = trace(FULL, "Running")
    assert running["x"] == [
        "2026-03-01T04:00:00", "2026-03-01T05:00:00", None,
        "2026-03-01T05:00:00", instant(FULL.end), None,
    ]  # fmt: skip


def test_a_result_of_zero_lies_on_the_floor_and_says_zero():
    crp = trace(FULL, "CRP mg/L")
    assert crp["y"] == [0.1]
    assert "0 mg/L" in crp["text"][0]


def test_a_comparator_is_said():
    assert "&gt;500 ng/mL" in trace(FULL, "Ferritin ng/mL")["text"][0]


def test_a_note_is_text_and_never_markup():
    said = trace(FULL, "Given")["customdata"][0]
    assert "&lt;script&gt;" in said
    assert "<script>" not in said


def test_a_seizure_in_another_systems_words_is_text_too():
    course = a_course(neuro=[Neuro(START, 3, 3, seizure="<b>long</b>")])
    assert "&lt;b&gt;" in trace(course, "Seizure")["text"][0]


def test_each_dose_has_its_line_and_its_name():
    assert len(shapes(FULL, "dose")) == 1
    assert [each["text"] for each in figure(FULL)["layout"]["annotations"]] == ["Infusion"]


def test_windows_that_overlap_are_one_shade():
    doses = [a_dose(START), a_dose(START + 24 * HOUR)]
    (window,) = shapes(a_course(doses=doses), "window")
    assert window["x1"] == instant(START + timedelta(days=4))


def test_alerts_stand_above_the_ribbon():
    alerts = trace(FULL, "Alert")
    assert "P1 First fever (AB23CD)" in alerts["text"][0]
    assert alerts["customdata"] == ["alerts/AB23CD/"]


def test_a_month_of_minutes_is_thinned_and_keeps_the_peak_and_the_alert():
    heart = [80] * 40_000
    heart[20_000] = 199
    moments = [
        Moment(START + n * timedelta(minutes=1), n, 0, 0, 240, heart_rate_bpm=bpm)
        for n, bpm in enumerate(heart)
    ]
    mark = Mark(moments[33_333].at, "AB23CD", "P1", "First fever")
    rates = trace(a_course(*moments, days=31, marks=[mark]), "Heart rate")
    assert len(rates["y"]) <= 2001
    assert max(rates["y"]) == 199
    assert instant(mark.at) in rates["x"]


# --- The table -------------------------------------------------------------------------------


def test_the_newest_row_comes_first_and_what_is_left_out_is_said():
    course = a_course(*(a_set(hour, heart_rate_bpm=60 + hour) for hour in range(10)))
    rows = table(course, most=4)["rows"]
    assert [row[4] for row in rows] == ["69", "68", "67", "66", ""]
    assert rows[-1][-1] == "and 6 older rows, not shown here"


def test_the_table_leaves_open_what_was_not_recorded():
    (row,) = table(a_course(a_set(1, grade=None, at_least=0)))["rows"]
    assert row == ["1 Mar 01:00", "", "?", *([""] * 9)]
