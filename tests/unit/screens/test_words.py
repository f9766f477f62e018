"""Every name the program may show to a person has a word the ward would use."""

from dataclasses import fields

import pytest

from charting.entry import READERS
from grading.grades import GRADES
from grading.rules.crs_findings import CrsFindings
from grading.rules.icans_findings import IcansFindings
from patients.medicines import CLASS_OF, TreatmentClass
from screens import words
from screens.badges import badge
from screens.timeline.breathing import _DEVICE_STEP
from screens.timeline.medicines_lane import BARS, LETTERS
from vitals.vocabulary import OxygenDevice


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_field_of_a_set_has_words(name):
    assert name in words.FIELD_WORDS


def test_no_finding_is_shown_by_its_name_in_the_code():
    names = {each.name for each in (*fields(CrsFindings), *fields(IcansFindings))}
    assert [name for name in sorted(names) if "_" in words.field(name)] == []


@pytest.mark.parametrize("device", list(OxygenDevice))
def test_every_oxygen_device_has_words_and_a_step(device):
    assert words.device(device)
    assert words.device(device, short=True)
    assert 0 <= _DEVICE_STEP[device] <= 3


def test_a_word_nobody_lists_is_shown_as_it_came():
    assert words.device("iron_lung") == "iron lung"
    assert words.consciousness("asleep") == "asleep"
    assert words.device("") == ""


def test_every_treatment_is_drawn_exactly_one_way():
    antipyretics = {c for c, k in CLASS_OF.items() if k is TreatmentClass.ANTIPYRETIC}
    assert LETTERS.keys() | BARS | antipyretics == CLASS_OF.keys()
    assert len(LETTERS) + len(BARS) + len(antipyretics) == len(CLASS_OF)


def test_no_two_medicines_share_a_letter():
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("temperature_celsius", "38.6", "38.6 °C"),
        ("spo2_percent", "97", "97%"),
        ("hypotension", True, "yes"),
        ("vasopressin", False, "no"),
        ("vasopressors", [], "none running"),
        ("vasopressors", ["angiotensin_II"], "angiotensin II"),
        ("oxygen_device", "room_air", "Room air"),
    ],
)
def test_a_recorded_value_in_words(name, value, said):
    assert words.shown(name, value) == said


@pytest.mark.parametrize("grade", sorted(GRADES))
def test_a_known_grade_shows_its_number_and_never_the_unknown_shape(grade):
    shown = badge(grade)
    assert (shown["short"], shown["token"]) == (str(grade), f"grade-{grade}")
    assert shown["shape"] != "unknown"


@pytest.mark.parametrize(("at_least", "short"), [(0, "?"), (1, "≥1"), (4, "≥4")])
def test_an_unknown_grade_is_dashed_and_says_the_least_it_can_be(at_least, short):
    shown = badge(None, at_least=at_least)
    assert (shown["short"], shown["shape"], shown["value"]) == (short, "unknown", None)


def test_unknown_and_zero_do_not_look_alike():
    assert badge(None)["shape"] != badge(0)["shape"]
    assert badge(None)["label"] != badge(0)["label"]
