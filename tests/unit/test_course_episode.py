"""An episode opens with the first fever and closes on a day of known well-being."""

from decimal import Decimal

import pytest

from grading.course import is_fever
from tests.unit.courses import (
    INSTANT,
    antipyretic,
    febrile,
    fold,
    hour,
    last,
    sets,
    well,
)

PARTIAL = {"heart_rate_bpm": 88}


def opened(found):
    return found.state.episode_opened_at


# --- Opening -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("celsius", "attributed", "fever"),
    [
        ("37.9", None, False),
        ("37.9999", None, False),
        ("38.0", None, True),
        ("41.0", None, True),
        ("38.0", False, True),
        ("39.0", True, False),
        (None, None, False),
    ],
)
def test_an_episode_opens_with_the_first_fever(celsius, attributed, fever):
    recorded = well(
        temperature_celsius=None if celsius is None else Decimal(celsius),
        fever_attributed_elsewhere=attributed,
    )
    found = last((0, well()), (5, recorded))
    assert is_fever(found.reading.findings) is fever
    assert opened(found) == (hour(5) if fever else None)
    assert found.state.last_fever_at == (hour(5) if fever else None)


@pytest.mark.parametrize(
    "recorded",
    [
        well(hypotension=True),
        well(vasopressors=["norepinephrine"]),
        well(oxygen_device="cpap"),
        well(temperature_celsius=None, vasopressors=["norepinephrine"]),
        PARTIAL,
    ],
)
def test_nothing_but_fever_opens_an_episode(recorded):
    assert opened(last((0, recorded))) is None


def test_a_later_fever_belongs_to_the_open_episode():
    found = last((0, febrile()), (6, well()), (12, febrile()))
    assert opened(found) == hour(0)
    assert found.state.last_fever_at == hour(12)


# --- Closing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "closed"),
    [(hour(4), False), (hour(27.9), False), (hour(28) - INSTANT, False), (hour(28), True),
     (hour(30), True)],
)  # fmt: skip
def test_a_day_at_a_known_grade_0_closes_it(at, closed):
    found = last((0, febrile()), (4, well()), (at, well()))
    assert (opened(found) is None) is closed


def test_the_day_at_grade_0_starts_again_after_any_grade():
    found = last((0, febrile()), (4, well()), (20, febrile()), (24, well()), (30, well()))
    assert opened(found) == hour(0)
    assert found.state.at_zero_since == hour(24)


@pytest.mark.parametrize(
    ("drug", "closed"),
    [
        # given     the set that may close it is taken at 28
        (antipyretic(3.9), True),
        (antipyretic(4), True),
        (antipyretic(4.1), False),
        (antipyretic(27), False),
        (antipyretic(28), False),
        (antipyretic(28.1), True),
        # given over hours: its end counts
        (antipyretic(1, until=4), True),
        (antipyretic(1, until=4.1), False),
        (antipyretic(1, until=40), False),
    ],
)
def test_a_drug_that_hides_fever_keeps_it_open_for_a_day(drug, closed):
    charted = sets((0, febrile()), (4, well()), (28, well()))
    found = fold(charted, drugs=[drug])[-1]
    assert (opened(found) is None) is closed


def test_another_drug_does_not_keep_it_open():
    from tests.unit.courses import drug

    charted = sets((0, febrile()), (4, well()), (28, well()))
    assert opened(fold(charted, drugs=[drug("antibiotic", 27)])[-1]) is None


@pytest.mark.parametrize("recorded", [PARTIAL, well(temperature_celsius=None, systolic_mmhg=None)])
def test_a_set_whose_grade_is_not_known_never_closes_it(recorded):
    found = last((0, febrile()), (4, well()), (28, recorded))
    assert found.verdict.grade is None
    assert opened(found) == hour(0)
    # Nor does it start the day again: the next known grade decides.
    assert opened(last((0, febrile()), (4, well()), (16, PARTIAL), (28, well()))) is None
    assert opened(last((0, febrile()), (4, PARTIAL), (28, well()))) == hour(0)


def test_a_day_without_any_set_is_not_a_day_of_grade_0():
    # Tocilizumab at 2, well at 4, and the next anybody looked the pressure needed support:
    # without fever, for the drug still hides it.
    collapsed = well(vasopressors=["norepinephrine"])
    charted = sets((0, febrile()), (4, well()), (40, collapsed))
    found = fold(charted, drugs=[antipyretic(2, code="tocilizumab")])[-1]
    assert found.verdict.grade == 3
    assert opened(found) == hour(0)


def test_a_fever_after_closing_opens_a_new_episode():
    steps = fold(sets((0, febrile()), (4, well()), (28, well()), (60, febrile())))
    assert [opened(each) for each in steps] == [hour(0), hour(0), None, hour(60)]


def test_a_drug_of_the_last_episode_waives_nothing_in_the_next():
    charted = sets((0, febrile()), (4, well()), (30, well()), (60, febrile()), (62, well()))
    found = fold(charted, drugs=[antipyretic(2)])[-1]
    assert found.reading.findings.fever_within_course is True
    assert found.reading.findings.fever_waiving_treatment_given is False


def test_a_closed_episode_forgets_how_long_ago_its_fever_was():
    found = last((0, febrile()), (4, well()), (28, well()), (32, well()))
    assert found.reading.findings.fever_within_course is False
    assert found.reading.findings.hours_since_last_fever is None
    assert found.state.at_zero_since is None
