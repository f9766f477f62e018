"""CAR-HEMATOTOX: each edge, and only values from before the cells."""

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.rules.scores_hematotox import BaselineFindings, car_hematotox
from tests.spec.grading.scores import INFUSED, given, points

BEFORE = INFUSED - timedelta(days=6)
FINE = {
    "platelets": ("200", "10*9/L"),
    "neutrophils": ("3.0", "10*9/L"),
    "hemoglobin": ("12.0", "g/dL"),
    "crp": ("1.0", "mg/dL"),
    "ferritin": ("300", "ng/mL"),
}


def of(*, at=BEFORE, **changed):
    values = {
        name: None if pair is None else given(*pair, taken_at=at)
        for name, pair in (FINE | changed).items()
    }
    return car_hematotox(BaselineFindings(**values), before=INFUSED)


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("platelets", "175.1", "10*9/L", 0),
        ("platelets", "175", "10*9/L", 1),
        ("platelets", "75", "10*9/L", 1),
        ("platelets", "74.9", "10*9/L", 2),
        ("neutrophils", "1.2", "10*9/L", 0),
        ("neutrophils", "1.199", "10*9/L", 1),
        ("neutrophils", "1200", "/uL", 0),
        ("neutrophils", "1199", "/uL", 1),
        ("hemoglobin", "9.0", "g/dL", 0),
        ("hemoglobin", "8.9", "g/dL", 1),
        ("hemoglobin", "90", "g/L", 0),
        ("hemoglobin", "89", "g/L", 1),
        ("crp", "2.99", "mg/dL", 0),
        ("crp", "3.0", "mg/dL", 1),
        ("crp", "29.9", "mg/L", 0),
        ("crp", "30", "mg/L", 1),
        ("ferritin", "649.9", "ng/mL", 0),
        ("ferritin", "650", "ng/mL", 1),
        ("ferritin", "2000", "ug/L", 1),
        ("ferritin", "2000.1", "ug/L", 2),
    ],
)
def test_both_sides_of_every_edge(name, value, unit, expected):
    found = of(**{name: (value, unit)})
    assert points(found)[name] == expected
    assert found.value == expected


@pytest.mark.parametrize(
    ("changed", "value", "reading"),
    [
        ({}, 0, "low risk by its cut-off (2 or more)"),
        ({"crp": ("4", "mg/dL")}, 1, "low risk by its cut-off (2 or more)"),
        ({"crp": ("4", "mg/dL"), "hemoglobin": ("8", "g/dL")}, 2,
         "high risk by its cut-off (2 or more)"),
        # 2 + 1 + 1 + 1 + 2 = 7, the most there is
        ({"platelets": ("20", "10*9/L"), "neutrophils": ("0.1", "10*9/L"),
          "hemoglobin": ("7", "g/dL"), "crp": ("20", "mg/dL"), "ferritin": ("9000", "ng/mL")}, 7,
         "high risk by its cut-off (2 or more)"),
    ],
)  # fmt: skip
def test_the_points_add_up_and_two_are_high(changed, value, reading):
    found = of(**changed)
    assert (found.value, found.reading) == (Decimal(value), reading)


def test_a_tenfold_c_reactive_protein_scores_only_by_its_unit():
    assert points(of(crp=("12", "mg/L")))["crp"] == 0
    assert points(of(crp=("12", "mg/dL")))["crp"] == 1
    assert of(crp=("12", "")).missing == ("crp",)
    assert of(hemoglobin=("90", "g/dL")).missing == ("hemoglobin",)


@pytest.mark.parametrize("name", FINE)
def test_an_item_that_is_missing_blocks_the_score_and_is_named(name):
    found = of(**{name: None})
    assert (found.value, found.missing) == (None, (name,))


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (INFUSED - timedelta(microseconds=1), True),
        (INFUSED, False),
        (INFUSED + timedelta(days=1), False),
        (None, False),
    ],
)
def test_only_values_from_before_the_cells_count(at, counts):
    found = of(at=at)
    assert (found.value == 0) is counts
    assert (found.missing == ()) is counts
    if not counts:
        assert found.refused[0] == "Platelets: not known to be from before the cells"


def test_the_caution_says_what_it_is_not_about():
    assert "not about CRS" in of().caution
    assert "before lymphodepletion only" in of().caution
