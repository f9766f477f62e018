"""A sheet marks what is new since it was last read back, and nothing where nobody read it."""

import pytest

from alerts.policy import Severity
from screens.handing import ahead, sheet
from screens.handing.sheet import NO_HANDOVER, Given, Section, Who

WHO = Who(1, "Bell, Ada", "MRN1", "1 May 1980", "12", "", "BA")
LINES = {
    Section.ILLNESS: ["CRS grade 2 · computed 10 Mar 11:55"],
    Section.ACTIONS: ["Set due · 10 Mar 12:10"],
}
WORDS = Given(1, "Watcher", {Section.SUMMARY: "Lives alone"}, "Nurse A, 10 Mar 07:00")


def composed(lines=LINES, *, given=WORDS, before=None, last=""):
    return sheet.compose(WHO, lines, given=given, before=before, last=last)


def news(found):
    return [line.text for said in found.sections.values() for line in said if line.is_new]


def test_without_a_hand_over_on_record_nothing_is_marked_and_that_is_said():
    found = composed()
    assert news(found) == []
    assert not found.words_are_new
    assert found.last == NO_HANDOVER


def test_what_stood_on_the_sheet_that_was_read_is_not_new():
    found = composed(before=composed().lines(), last="Last hand-over 10 Mar 07:30")
    assert news(found) == []
    assert not found.words_are_new
    assert found.last == "Last hand-over 10 Mar 07:30"


@pytest.mark.parametrize(
    ("line", "is_new"),
    [
        ("CRS grade 2 · computed 10 Mar 15:55", False),  # a newer set, the same grade
        ("CRS grade 3 · computed 10 Mar 15:55", True),
        ("CRS at least grade 2, incomplete · computed 10 Mar 15:55", True),
        ("CRS: not recorded", True),
    ],
)
def test_a_newer_time_alone_is_no_news_and_another_grade_is(line, is_new):
    found = composed({Section.ILLNESS: [line]}, before=composed().lines())
    assert news(found) == ([line] if is_new else [])


def test_a_set_that_became_overdue_is_news():
    found = composed({Section.ACTIONS: ["Set overdue · 10 Mar 12:10"]}, before=composed().lines())
    assert news(found) == ["Set overdue · 10 Mar 12:10"]


def test_words_written_after_the_last_read_back_are_new():
    later = Given(2, "Unstable", {Section.SUMMARY: "Lives alone"}, "Nurse A, 10 Mar 15:00")
    assert composed(given=later, before=composed().lines()).words_are_new


def test_what_is_read_back_holds_the_givers_words():
    assert composed().lines()["words"] == [
        "Nurse A, 10 Mar 07:00: Watcher", "Nurse A, 10 Mar 07:00: Lives alone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"lines": {**LINES, Section.ACTIONS: ["Set due · 10 Mar 12:11"]}},
        {"given": Given(2, "Stable", {}, "Nurse A, 10 Mar 08:00")},
    ],
)
def test_a_sheet_that_says_anything_else_has_another_name(other):
    assert composed().digest == composed().digest
    assert composed(**other).digest != composed().digest


@pytest.mark.parametrize(
    ("at_least", "begins"),
    [
        (None, ["If T ≥ 38.0 °C", "If also hypotension", "If a vasopressor"]),
        (0, ["If T ≥ 38.0 °C", "If also hypotension", "If a vasopressor"]),
        (1, ["If also hypotension", "If a vasopressor"]),
        (2, ["If a vasopressor"]),
        (3, ["If a vasopressor"]),
        (4, ["The highest grade"]),
    ],
)
def test_what_may_come_names_the_grades_not_reached_yet(at_least, begins):
    found = ahead.lines(at_least, ward_minutes=None)
    assert len(found) == len(begins)
    for line, begin in zip(found, begins, strict=True):
        assert line.startswith(begin)


def test_what_may_come_is_told_by_the_ladder_and_the_schedule_that_act():
    fever = ahead.lines(0, ward_minutes=None)[0]
    assert "bedside nurse and charge nurse. Next set after 30 min." in fever
    assert "ICU outreach" in ahead.lines(2, ward_minutes=None)[0]
    assert Severity.P1 in ahead.for_everybody()[0]


def test_no_line_tells_anybody_what_to_give():
    said = " ".join([*ahead.lines(None, ward_minutes=None), *ahead.for_everybody()])
    assert "tocilizumab" not in said.lower()
    assert "give " not in said.lower()
