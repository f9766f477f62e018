"""The pure parts of a board: trend, workload, short names, and the order of bed labels."""

import pytest

from screens.boards import workload
from screens.boards.short import initials
from screens.boards.trend import Grade, decoded, trend
from screens.boards.urgency import natural
from screens.boards.workload import Patient, loads, points

NURSE, OTHER = (1, "Ann Lee"), (2, "Bo Kim")


@pytest.mark.parametrize(
    ("before", "newest", "expected"),
    [
        (Grade(1, 1), Grade(2, 2), "worse"),
        (Grade(2, 2), Grade(2, 2), "same"),
        (Grade(2, 2), Grade(1, 1), "better"),
        (Grade(1, 1), Grade(None, 2), "worse"),
        (Grade(2, 2), Grade(None, 2), "unknown"),
        (Grade(2, 2), Grade(None, 0), "unknown"),
        (Grade(None, 2), Grade(1, 1), "better"),
        (Grade(None, 1), Grade(1, 1), "unknown"),
        (Grade(None, 0), Grade(1, 1), "worse"),
        (None, Grade(1, 1), "unknown"),
        (Grade(1, 1), None, "unknown"),
    ],
)
def test_the_trend_says_only_what_is_known(before, newest, expected):
    assert trend(newest=newest, before=before) == expected


@pytest.mark.parametrize(
    ("code", "grade"), [(None, None), (0, Grade(0, 0)), (1, Grade(None, 0)), (7, Grade(None, 3))]
)
def test_a_packed_grade_is_unpacked(code, grade):
    assert decoded(code) == grade


@pytest.mark.parametrize(
    ("interval", "at_least", "running", "expected"),
    [
        # min  grade  lines  points
        (60, 0, 0, 1),
        (15, 1, 0, 4),
        (15, 2, 0, 6),
        (240, 0, 3, 3.25),
        (None, 4, 1, 3),
    ],
)
def test_points_are_those_of_the_formula(interval, at_least, running, expected):
    assert points(Patient(interval, at_least, running, ())) == expected


def test_each_nurse_has_the_sum_and_nobodys_patients_come_last():
    ward = [
        Patient(60, 0, 0, (NURSE,)),
        Patient(30, 2, 1, (NURSE, OTHER)),
        Patient(15, 3, 0, ()),
        Patient(None, 0, 0, (OTHER,)),
    ]
    assert loads(ward) == [
        workload.Load("Ann Lee", 2, 6.0, 0),
        workload.Load("Bo Kim", 2, 5.0, 1),
        workload.Load("", 1, 6.0, 0),
    ]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ann Lee", "AL"), ("nurse1", "N"), ("Ann van der Lee", "AL"), ("Nurse One (demo)", "NO"),
     ("", "")],
)  # fmt: skip
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_bed_2_comes_before_bed_10_and_rooms_before_their_beds():
    assert sorted(["10", "2", "A2", "2b", "A10", "", "2a"], key=natural) == [
        "", "2", "2a", "2b", "10", "A2", "A10",
    ]  # fmt: skip
