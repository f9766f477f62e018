"""The figure from plain values: true time, open gaps, colors with numbers, nothing misspelt."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import plotly.graph_objects as go
import pytest

from grading.grades import GRADES
from patients import therapies
from patients.windows import Dose, DoseKind
from screens.timeline import axis, backdrop, circulation, events_lane, limits_by_age, ribbon
from screens.timeline.course import (
    Carried,
    Course,
    Drug,
    Fine,
    Lab,
    Mark,
    Moment,
    Neuro,
    Place,
    Said,
    instant,
)
from screens.timeline.figure import figure, guide
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


def bars(course, name):
    """What each bar of a trace says, in order: color, look, label, begin, hours."""
    drawn = trace(course, name)
    rows = zip(drawn["meta"]["tokens"], drawn["meta"]["looks"], drawn["text"], drawn["base"],
               drawn["x"], strict=True)  # fmt: skip
    return [(*row, length / 3_600_000) for *row, length in rows]


@pytest.mark.parametrize("course", [FULL, a_course()], ids=["full", "empty"])
def test_plotly_knows_every_property_and_json_every_value(course):
    drawn = figure(course)
    go.Figure(drawn)
    orjson.dumps(guide(course))
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


def test_at_first_the_axis_begins_two_days_before_the_dose():
    course = a_course(day_zero=START + timedelta(days=3))
    assert axis.shown(course) == (START + timedelta(days=1), course.end)
    assert axis.shown(a_course()) == (START, a_course().end)


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


@pytest.mark.parametrize(
    ("hours", "said"),
    [(8, []), (8.1, ["missed 1 set"]), (12, ["missed 2 sets"]), (16, ["missed 3 sets"])],
)
def test_a_gap_says_how_many_sets_it_lacks(hours, said):
    course = a_course(a_set(0), a_set(hours), days=1, end=START + (hours + 1) * HOUR)
    assert [words for _, _, words in backdrop.gaps(course)] == said
    assert [label for _, _, label, *_ in bars(course, "Missed")] == said


@pytest.mark.parametrize(("hours", "said"), [(8, []), (8.1, ["missed 2 sets"])])
def test_the_time_since_the_last_set_is_a_gap_too(hours, said):
    course = a_course(a_set(0), end=START + hours * HOUR)
    assert [words for _, _, words in backdrop.gaps(course)] == said


def test_a_carried_value_is_hollow_and_says_where_it_comes_from():
    old = Carried("temperature_celsius", "38.4", START + HOUR)
    course = a_course(a_set(1, temperature_celsius=Decimal("38.4")), a_set(2, carried=(old,)))
    hollow = trace(course, "Temperature, carried")
    assert (hollow["x"], hollow["y"]) == (["2026-03-01T02:00:00"], [38.4])
    assert hollow["marker"]["symbol"] == "circle-open"
    assert hollow["mode"] == "markers"
    assert "carried forward from 01:00" in hollow["text"][0]
    assert trace(course, "Temperature")["y"] == [38.4]


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
    course = a_course(a_set(1, grade=grade, at_least=grade), days=1)
    ((token, look, label, *_),) = bars(course, "Computed")
    assert (token, look, label) == (f"grade-{grade}", "tint", str(grade))


@pytest.mark.parametrize(("at_least", "text"), [(0, "?"), (2, "≥2")])
def test_an_unknown_grade_is_dotted_and_says_so(at_least, text):
    course = a_course(a_set(1, grade=None, at_least=at_least), days=1)
    ((token, look, label, *_),) = bars(course, "Computed")
    assert (token, look, label) == (f"grade-{at_least}", "dots", text)
    assert trace(course, "Computed")["marker"]["pattern"]["shape"] == ["."]


def test_time_without_a_grade_is_hatched_and_says_no_data():
    course = a_course(a_set(0, grade=1, at_least=1), days=1)
    assert bars(course, "No data") == [
        ("gap", "hatch", "no data", "2026-03-01T08:00:00", 16),
        ("gap", "hatch", "no data", "2026-03-01T00:00:00", 24),
    ]  # fmt: skip
    told = trace(course, "No data")["meta"]["said"]
    assert told == ["No CRS grade: no data", "No ICANS grade: no data"]


def a_word(hours, grade, *, of, **more):
    given = {"scale": "astct-crs", "decision": "changed", "by": "Somebody", "waits": False}
    at = START + hours * HOUR
    return Said(at=at, grade=grade, of_at_least=of, said_at=at, **given | more)


def test_a_clinicians_word_stands_over_the_computed_grade_and_both_are_seen():
    course = a_course(
        a_set(1, grade=2, at_least=2), a_set(2, grade=2, at_least=2), a_set(3, grade=1, at_least=1),
        said=[a_word(1, 1, of=2)], end=START + 4 * HOUR,
    )  # fmt: skip
    assert [label for _, _, label, *_ in bars(course, "Computed")] == ["2", "1"]
    ((token, look, label, begin, hours),) = bars(course, "Clinician")
    assert (token, look, label) == ("grade-1", "solid", "1")
    assert (begin, hours) == ("2026-03-01T01:00:00", 3)
    ribbon_axis = figure(course)["layout"]["yaxis2"]
    assert ribbon_axis["ticktext"] == ["ICANS", "CRS", "Clinician"]


def test_a_word_ends_where_a_set_forces_a_higher_grade_than_it_was_about():
    course = a_course(
        a_set(1, grade=1, at_least=1), a_set(2, grade=2, at_least=2),
        said=[a_word(1, 1, of=1)], end=START + 4 * HOUR,
    )  # fmt: skip
    assert [hours for *_, hours in bars(course, "Clinician")] == [1]


def test_a_word_that_waits_for_a_second_person_is_not_drawn():
    course = a_course(a_set(1, grade=3, at_least=3), said=[a_word(1, 1, of=3, waits=True)])
    assert bars(course, "Clinician") == []


def test_the_newest_word_on_a_set_counts_and_a_rejected_one_is_none():
    words = [a_word(1, 2, of=2), a_word(1, None, of=2, decision="rejected")]
    course = a_course(a_set(1, grade=2, at_least=2), said=words, end=START + 2 * HOUR)
    assert [label for _, _, label, *_ in bars(course, "Clinician")] == ["not CRS"]


def test_a_grade_leads_to_its_reasons():
    course = a_course(a_set(1, assessment_id=77), neuro=[Neuro(START, 1, 1, assessment_id=78)])
    assert trace(course, "Computed")["customdata"] == ["why/77", "why/78"]


# --- Lanes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "values"),
    [
        # At START 16 years make an adult (NEWS2); below, the PEWS chart of the age.
        (date(2010, 3, 1), [51, 91, 12, 21]),
        (date(2010, 3, 2), [70, 100, 15, 25]),
        (date(2021, 3, 1), [80, 120, 20, 25]),
        (date(2021, 3, 2), [90, 140, 20, 40]),
        (date(2026, 2, 1), [110, 150, 30, 50]),
        (None, []),
    ],
)
def test_the_usual_range_of_the_rates_follows_the_age(born, values):
    course = a_course(born=born, day_zero=START)
    assert [value for value, _, _ in limits_by_age.limits(course)] == values


def test_the_pressure_before_the_dose_is_a_line_and_so_is_four_fifths_of_it():
    course = a_course(a_set(1, systolic_mmhg=90), baseline_systolic_mmhg=Decimal(120))
    assert trace(course, "Baseline systolic 120")["y"] == [120.0, 120.0]
    assert trace(course, "80 % of baseline, 96")["y"] == [96.0, 96.0]


def test_the_newest_baseline_ice_is_a_line():
    course = a_course(neuro=[Neuro(START, 0, 0, ice_score=9, is_baseline=True)])
    assert trace(course, "Baseline ICE 9")["y"] == [9.0, 9.0]


def test_the_other_results_wait_until_somebody_asks_for_them():
    labs = [Lab(START, "platelets", "Platelets", Decimal(40), "10*9/L",
                graded="CTCAE grade 3, Platelet count decreased")]  # fmt: skip
    course = a_course(labs=labs)
    hidden = trace(course, "Platelets 10⁹/L")
    assert hidden["visible"] is False
    assert "CTCAE grade 3" in hidden["text"][0]
    named = {each["name"]: each["shown"] for each in guide(course)["labs"]}
    assert named == {"CRP mg/L": True, "Ferritin ng/mL": True, "IL-6 pg/mL": True,
                     "Platelets 10⁹/L": False}  # fmt: skip


def test_every_result_has_a_marker_of_its_own():
    course = a_course(labs=[Lab(START, analyte, analyte, Decimal(1), "")
                            for analyte in ("crp", "ferritin", "il6", "fibrinogen", "platelets",
                                            "neutrophils", "creatinine", "alt", "ldh",
                                            "lactate")])  # fmt: skip
    symbols = [each["marker"]["symbol"] for each in figure(course)["data"]
               if each["yaxis"] == axis.ref("labs") and each["x"]]  # fmt: skip
    assert len(symbols) == len(set(symbols)) == 10


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
    assert trace(FULL, "38.0 °C")["y"] == [38.0, 38.0]


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
    assert trace(FULL, "Oxygen device")["y"] == [1.0, 3.0, 3.0]  # the last stands for its time
    assert trace(FULL, "Oxygen device")["line"]["shape"] == "hv"


def test_tocilizumab_is_numbered():
    assert trace(FULL, "Given")["text"] == ["T1", "T2"]


def test_an_infusion_is_a_bar_to_its_stop_or_to_now():
    running = [(label, base, hours) for _, _, label, base, hours in bars(FULL, "Running")]
    assert running == [
        ("Norepinephrine", "2026-03-01T04:00:00", 1), ("Milrinone", "2026-03-01T05:00:00", 91),
    ]  # fmt: skip


def test_an_interrupted_infusion_is_two_bars_on_one_row():
    course = a_course(drugs=[
        Drug(START, "norepinephrine", "Norepinephrine", "vasopressor", START + HOUR),
        Drug(START + 3 * HOUR, "norepinephrine", "Norepinephrine", "vasopressor"),
    ])  # fmt: skip
    running = trace(course, "Running")
    assert (len(running["base"]), len(set(running["y"]))) == (2, 1)


def test_a_bolus_says_how_much():
    course = a_course(drugs=[Drug(START, "fluid_bolus", "IV fluid bolus", "fluid", dose="500 mL")])
    assert trace(course, "Given")["text"] == ["F 500"]


def test_letters_that_would_lie_on_each_other_are_told_together():
    drugs = [Drug(START + n * HOUR / 2, code, code, "blood_product")
             for n, code in enumerate(("platelets", "plasma"))]  # fmt: skip
    assert trace(a_course(drugs=drugs), "Given")["text"] == ["PL FP", ""]


def test_a_result_of_zero_lies_on_the_floor_and_says_zero():
    crp = trace(FULL, "CRP mg/L")
    assert crp["y"] == [0.01]
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
    assert trace(FULL, "Doses")["x"] == ["2026-03-01T02:00:00", "2026-03-01T02:00:00", None]
    named = [each["text"] for each in figure(FULL)["layout"]["annotations"]]
    assert named[0] == "▼ Infusion"
    assert [each.split("<br>")[0] for each in named[1:]] == [title for _, title, _ in axis.LANES]


def test_windows_that_overlap_are_one_shade():
    doses = [a_dose(START), a_dose(START + 24 * HOUR)]
    assert len(backdrop.high_risk(a_course(doses=doses))) == 1
    assert backdrop.high_risk(a_course(doses=doses))[0][1] == START + timedelta(days=4)


def test_what_is_monitored_outside_the_windows_is_hatched():
    course = a_course(doses=[a_dose(START + 12 * HOUR)])
    shaded, hatched = backdrop.high_risk(course), backdrop.monitoring(course)
    assert hatched == [(START + 12 * HOUR, shaded[0][0])]
    looks = [look for _, look, *_ in bars(course, "Windows")]
    assert looks == ["shade", "hatch"]


def test_an_alert_is_solid_until_somebody_has_it_and_hatched_until_it_is_closed():
    mark = Mark(START, "AB23CD", "P1", "First fever", START + HOUR, START + 4 * HOUR)
    course = a_course(marks=[mark])
    assert [(look, hours) for _, look, _, _, hours in bars(course, "Alert")] == [
        ("solid", 1), ("hatch", 3),
    ]  # fmt: skip
    alerts = trace(course, "Alert")
    assert "P1 First fever (AB23CD), raised" in alerts["meta"]["said"][0]
    assert set(alerts["customdata"]) == {"alerts/AB23CD/"}
    assert trace(course, "Severity")["text"] == ["P1"]


def test_an_open_alert_lasts_and_alerts_at_once_lie_side_by_side():
    marks = [Mark(START + n * HOUR, f"AB23C{n}", "P2", "Words") for n in range(5)]
    course = a_course(marks=marks)
    assert {hours for *_, hours in bars(course, "Alert")} == {96, 95, 94, 93, 92}
    assert events_lane.stacked(marks, end=course.end) == [1, 2, 3, 3, 3]
    ended = [Mark(START, "A", "P2", "", None, START + HOUR), Mark(START + HOUR, "B", "P2", "")]
    assert events_lane.stacked(ended, end=course.end) == [1, 1]


def test_places_cultures_and_notes_are_events():
    culture = Lab(START + HOUR, "", "Blood culture", None, "", text="<b>growth</b>")
    course = a_course(
        a_set(1, note="moved to the window"), a_set(2, note="moved to the window"), a_set(3),
        labs=[culture], places=[Place(START - HOUR, "ICU", "3", START + 4 * HOUR)],
    )  # fmt: skip
    assert [(label, hours) for _, _, label, _, hours in bars(course, "Ward")] == [("ICU", 4)]
    letters = trace(course, "Notes")
    assert letters["text"] == ["C", "N"]
    assert "&lt;b&gt;" in letters["customdata"][0]


def a_month(**fields):
    heart = [80] * 40_000
    heart[20_000] = 199
    moments = [
        Moment(START + n * timedelta(minutes=1), n, 0, 0, 240, heart_rate_bpm=bpm)
        for n, bpm in enumerate(heart)
    ]
    mark = Mark(moments[33_333].at, "AB23CD", "P1", "First fever")
    return a_course(*moments, days=31, marks=[mark], **fields), mark


def test_a_month_of_minutes_is_thinned_and_keeps_the_peak_and_the_alert():
    course, mark = a_month()
    rates = trace(course, "Heart rate")
    assert len(rates["y"]) <= 1002
    assert max(rates["y"]) == 199
    assert instant(mark.at) in rates["x"]
    assert rates["mode"] == "lines"


def test_the_part_looked_at_closely_has_as_much_room_as_all_the_rest():
    day = Fine(START + timedelta(days=5), START + timedelta(days=6))
    course, _ = a_month(fine=day)
    drawn = [at for at in trace(course, "Heart rate")["x"] if at]
    inside = [at for at in drawn if instant(day.begin) <= at <= instant(day.end)]
    assert len(inside) > 450  # of a plain, on which a bucket has two ends and no more
    assert len(drawn) <= 2010


def test_a_value_alone_between_two_gaps_is_still_seen_where_lines_have_no_dots():
    moments = [a_set(n / 30, heart_rate_bpm=80) for n in range(500)]
    alone = a_set(40, heart_rate_bpm=99)
    rates = figure(a_course(*moments, alone))["data"]
    (single,) = [each for each in rates if each["name"] == "Heart rate, single"]
    assert (single["y"], single["mode"]) == ([99.0], "markers")


# --- The table -------------------------------------------------------------------------------


def test_the_newest_row_comes_first_and_what_is_left_out_is_said():
    course = a_course(*(a_set(hour, heart_rate_bpm=60 + hour) for hour in range(10)))
    rows = table(course, most=4)["rows"]
    assert [row[4] for row in rows] == ["69", "68", "67", "66", ""]
    assert rows[-1][-1] == "and 6 older rows, not shown here"


def test_the_table_leaves_open_what_was_not_recorded():
    (row,) = table(a_course(a_set(1, grade=None, at_least=0)))["rows"]
    assert row == ["1 Mar 01:00", "", "?", *([""] * 9)]
