"""EASIX and its variants: worked by hand, and no unit is ever guessed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.rules.scores_easix import BloodFindings, easix, m_easix, s_easix
from tests.spec.grading.scores import INFUSED, given

# 420 x 1.4 / 56 = 588 / 56 = 10.5;  420 x 12 / 56 = 90;  420 / 56 = 7.5
BLOOD = {
    "ldh": given(420, "U/L"),
    "creatinine": given("1.4", "mg/dL"),
    "crp": given(12, "mg/dL"),
    "platelets": given(56, "10*9/L"),
}


def of(score, **changed):
    return score(BloodFindings(**(BLOOD | changed)))


@pytest.mark.parametrize(("score", "value"), [(easix, "10.5"), (m_easix, "90"), (s_easix, "7.5")])
def test_a_worked_example(score, value):
    found = of(score)
    assert found.value == Decimal(value)
    assert (found.missing, found.refused) == ((), ())


def test_the_logarithm_is_said_and_of_nothing_there_is_none():
    assert of(s_easix, ldh=given(448, "U/L")).reading == "log2 is 3.00"  # 448 / 56 = 8
    assert of(easix, ldh=given(0, "U/L")).value == 0
    assert of(easix, ldh=given(0, "U/L")).reading == ""


@pytest.mark.parametrize("unit", ["umol/L"])
def test_creatinine_in_micromoles_gives_the_same_score_and_not_88_times_it(unit):
    # 1.4 mg/dL is 1.4 x 88.42 = 123.788 umol/L.
    assert of(easix, creatinine=given("123.788", unit)).value == Decimal("10.5")


def test_c_reactive_protein_per_liter_gives_the_same_score_and_not_10_times_it():
    assert of(m_easix, crp=given(120, "mg/L")).value == 90


@pytest.mark.parametrize(
    ("score", "name", "value", "unit", "words"),
    [
        (easix, "creatinine", "123.788", "mg/dL", "is outside 0.1 to 15 mg/dL: check the unit"),
        (easix, "creatinine", "15.1", "mg/dL", "Creatinine 15.1 mg/dL is outside"),
        (easix, "creatinine", "1.4", "umol/L", "Creatinine 1.4 umol/L is outside"),
        (easix, "creatinine", "1.4", "", "Creatinine in “”: known units are mg/dL, umol/L"),
        (easix, "creatinine", "1.4", "mg%", "Creatinine in “mg%”"),
        (easix, "creatinine", "1.4", "mmol/L", "Creatinine in “mmol/L”"),
        (m_easix, "crp", "120", "mg/dL", "C-reactive protein 120 mg/dL is outside 0 to 50"),
        (m_easix, "crp", "12", "", "C-reactive protein in “”: known units are mg/dL, mg/L"),
        (m_easix, "crp", "12", "ug/mL", "C-reactive protein in “ug/mL”"),
        (s_easix, "platelets", "56000", "10*9/L", "Platelets 56000 x10^9/L is outside 1 to 3000"),
        (s_easix, "platelets", "56000", "/uL", "Platelets in “/uL”: known units are 10*9/L"),
        (s_easix, "platelets", "0", "10*9/L", "Platelets 0 x10^9/L is outside 1 to 3000"),
        (s_easix, "ldh", "7", "ukat/L", "Lactate dehydrogenase in “ukat/L”: known units are U/L"),
        (s_easix, "ldh", "-1", "U/L", "Lactate dehydrogenase -1 U/L is outside 0 to 50000"),
    ],
)
def test_what_cannot_be_what_its_unit_says_is_refused(score, name, value, unit, words):
    found = of(score, **{name: given(value, unit)})
    assert found.value is None
    assert found.missing == (name,)
    assert words in found.refused[0]
    assert len(found.refused) == 1


@pytest.mark.parametrize("value", ["0.1", "15"])
def test_the_bounds_of_the_guard_belong_to_what_is_taken(value):
    assert of(easix, creatinine=given(value, "mg/dL")).value is not None


def test_a_bound_is_not_a_value():
    found = of(s_easix, ldh=given(40, "U/L", comparator="<"))
    assert found.value is None
    assert found.missing == ("ldh",)
    assert found.refused == ("Lactate dehydrogenase <40 U/L is a bound, not a value",)


@pytest.mark.parametrize(
    ("score", "needs"),
    [
        (easix, ("ldh", "creatinine", "platelets")),
        (m_easix, ("ldh", "crp", "platelets")),
        (s_easix, ("ldh", "platelets")),
    ],
)
def test_each_value_not_recorded_is_named_and_nothing_is_computed(score, needs):
    nothing = score(BloodFindings())
    assert (nothing.value, nothing.missing, nothing.refused) == (None, needs, ())
    assert nothing.reading == ""
    for name in needs:
        found = of(score, **{name: None})
        assert (found.value, found.missing) == (None, (name,))
        assert {part.name for part in found.parts} == set(needs) - {name}


def test_a_part_carries_value_unit_time_source_and_tag():
    at = INFUSED
    found = of(m_easix, crp=given(120, "mg/L", taken_at=at))
    part = found.parts[1]
    assert part.used[0].said == "C-reactive protein 120 mg/L"
    assert part.used[0].taken_at == at
    assert (part.points, part.verification_tag) == (None, "M")
    assert part.source.startswith("Pennisi 2021")
    assert found.ruleset == "m-easix-2021/1"
    assert "not an alarm; adult data" in found.caution


def test_how_far_apart_the_values_are_is_known_where_their_times_are():
    assert of(s_easix).apart is None
    one = of(s_easix, ldh=given(1, "U/L", taken_at=INFUSED))
    assert one.apart is None
    later = INFUSED + timedelta(hours=31)
    two = of(
        s_easix,
        ldh=given(1, "U/L", taken_at=later),
        platelets=given(56, "10*9/L", taken_at=INFUSED),
    )
    assert two.apart == timedelta(hours=31)
    assert two.times == (INFUSED, later)
