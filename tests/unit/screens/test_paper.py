"""What is drawn on paper keeps every extreme, breaks at gaps, and guesses nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from grading.rules.crs_astct import CRITERIA
from screens.paper import continuity, medicines_lane, parts, record
from screens.paper.axis import Axis, bounds, lines, thinned
from screens.paper.head import Head, printed
from screens.paper.lanes import Lanes
from screens.paper.page import made, room
from screens.paper.pen import Lane
from screens.timeline.course import Course, Drug, Moment
from tests.factories.paper import fonts_of, pages_of, text_of

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD = Head("Patient summary", "Łukasz Ąęśćż Müller Þór", "MRN 1", "Printed now", "Rules 1")


def moment(hours, celsius="37.0", *, grade=0, **more):
    return Moment(
        at=AT + hours * HOUR, set_id=int(hours * 100), grade=grade, at_least=grade or 0,
        interval_minutes=60,
        temperature_celsius=None if celsius is None else Decimal(celsius), **more,
    )  # fmt: skip


def a_course(*moments, drugs=()):
    return Course(zone=UTC, now=AT + 24 * HOUR, start=AT, end=AT + 24 * HOUR, moments=moments,
                  drugs=drugs)  # fmt: skip


# --- Lines -------------------------------------------------------------------------------------


def test_a_line_breaks_where_nothing_was_measured_for_too_long():
    course = a_course(moment(0), moment(2), moment(4.1), moment(5))
    runs = lines(course.moments, lambda m: m.temperature_celsius, x=Axis(course, 0, 240).x)
    assert [len(run) for run in runs] == [2, 2]


def test_what_was_not_recorded_is_no_point():
    course = a_course(moment(0), moment(1, None), moment(2))
    (run,) = lines(course.moments, lambda m: m.temperature_celsius, x=Axis(course, 0, 240).x)
    assert [value for _, value in run] == [37.0, 37.0]


def test_thinning_keeps_the_highest_and_the_lowest_of_a_month_of_minutes():
    points = [(minute * 700 / 43200, 37.0) for minute in range(43200)]
    points[20_000] = (points[20_000][0], 41.3)
    points[30_001] = (points[30_001][0], 33.1)
    kept = thinned(points)
    assert len(kept) < 4 * 2 * 700 + 4
    assert {41.3, 33.1} <= {value for _, value in kept}
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]
    assert kept == sorted(kept)


@pytest.mark.parametrize(
    ("values", "span"), [([], (36, 40)), ([35, 41], (35, 41)), ([37], (36, 40))]
)
def test_a_scale_holds_every_value(values, span):
    assert bounds(values, low=36, high=40) == span


@pytest.mark.parametrize(("hours", "x"), [(-5, 10), (0, 10), (12, 60), (24, 110), (30, 110)])
def test_what_lies_outside_the_course_is_drawn_on_its_edge(hours, x):
    assert Axis(a_course(), 10, 100).x(AT + hours * HOUR) == x


@pytest.mark.parametrize(("value", "y"), [(35, 5), (36, 5), (38, 15), (40, 25), (42, 25)])
def test_a_value_has_its_height_in_the_lane(value, y):
    assert Lane(5, 20, 36, 40).y(value) == y


# --- Words -------------------------------------------------------------------------------------


def test_a_set_row_leaves_open_what_was_not_recorded():
    course = a_course(moment(1, None, grade=None, vasopressors=()))
    (row,) = record.sets(record.Record(course, course.moments, 1, {}, [], []))
    assert row == ["10 Mar 13:00", "?", "", "", "", "", "", "", "", "none"]


def test_only_a_change_of_grade_is_in_the_log():
    course = a_course(moment(0), moment(1), moment(2, grade=2), moment(3, grade=2), moment(4))
    assert [m.grade for m in record.changed_sets(course)] == [0, 2, 0]


def test_tocilizumab_is_counted_in_the_order_given():
    drugs = [Drug(AT + n * HOUR, "tocilizumab", "Tocilizumab", "anti_cytokine") for n in (1, 9)]
    rows = record.drugs(a_course(drugs=drugs))
    assert [row[1] for row in rows] == ["Tocilizumab (dose 2)", "Tocilizumab (dose 1)"]
    assert "T Tocilizumab" in medicines_lane.key(a_course(drugs=drugs))


def test_a_medicine_that_nobody_lists_is_shown_as_it_was_sent():
    assert record.medicine("new_drug") == "new drug"


def test_paper_grades_by_the_words_of_the_rules():
    said = " ".join(continuity.criteria())
    assert all(rule.criterion.words in said for rule in CRITERIA)


# --- The frame ---------------------------------------------------------------------------------


def test_each_page_says_who_when_by_which_rules_and_how_many():
    story = [parts.grid(("A", "B"), [(str(n), "") for n in range(120)], (100, 100))]
    pages = pages_of(made(HEAD, story))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        for words in (HEAD.who, HEAD.identifiers, HEAD.printed, HEAD.rules, "sole basis", "COPY"):
            assert words in page


def test_every_name_of_europe_is_text_and_every_face_is_carried():
    names = "Ąęśćż Łódź Čapek Dvořák Őry Þórðardóttir Ștefan İnönü Ğ Ñúñez Ωμέγα Жук Nguyễn"
    pdf = made(HEAD, [parts.paragraph(names)])
    assert names in text_of(pdf)
    named, carried = fonts_of(pdf)
    assert named == carried > 0


def test_the_longest_name_is_never_cut():
    name = "Wolfeschlegelsteinhausenbergerdorff " * 6
    assert name.strip() in text_of(made(Head("T", name, "MRN 1", "P", "R"), [parts.paragraph("x")]))


def test_the_same_story_is_the_same_bytes():
    assert len({made(HEAD, [parts.paragraph("x")]) for _ in range(3)}) == 1


@pytest.mark.parametrize(("cell", "shown"), [("", parts.BLANK), (" ", ""), ("0", "0")])
def test_an_empty_cell_is_a_dash_and_a_nought_is_a_nought(cell, shown):
    row = text_of(made(HEAD, [parts.grid(("A", "B"), [("x", cell)], (50, 50))]))
    assert f"x {shown}".strip() in row
    assert (parts.BLANK in row) is (cell == "")


def test_a_lane_picture_of_nothing_is_still_a_picture():
    wide, high = room(is_landscape=True)
    empty = Course(zone=UTC, now=AT, start=AT, end=AT)
    text = text_of(made(HEAD, [Lanes(empty, wide=wide, high=high - 5)]))
    assert "CRS" in text
    assert "ICANS" in text


def test_the_time_of_printing_is_the_wards():
    assert printed(AT, zone=UTC, by="A. Nurse") == "Printed 10 Mar 2026 12:00 UTC by A. Nurse"
