"""ISTH overt DIC: all items with the laboratory's own tiers, or no score."""

from decimal import Decimal

import pytest

from grading.rules.scores_dic import DIC, DicFindings, DimerTiers, isth_dic
from tests.spec.grading.scores import given, points

FEU = "ng/mL{FEU}"
TIERS = DimerTiers(FEU, Decimal(500), Decimal(4000))
FINE = {
    "underlying_disorder": True,
    "platelets": given(200, "10*9/L"),
    "d_dimer": given(100, FEU),
    "pt_prolongation": given(0, "s"),
    "fibrinogen": given(3, "g/L"),
}


def of(*, tiers=TIERS, **changed):
    return isth_dic(DicFindings(**(FINE | changed)), tiers=tiers)


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("platelets", "100", "10*9/L", 0),
        ("platelets", "99.9", "10*9/L", 1),
        ("platelets", "50", "10*9/L", 1),
        ("platelets", "49.9", "10*9/L", 2),
        ("d_dimer", "499", FEU, 0),
        ("d_dimer", "500", FEU, 2),
        ("d_dimer", "3999", FEU, 2),
        ("d_dimer", "4000", FEU, 3),
        ("pt_prolongation", "-1.5", "s", 0),
        ("pt_prolongation", "2.9", "s", 0),
        ("pt_prolongation", "3", "s", 1),
        ("pt_prolongation", "5.9", "s", 1),
        ("pt_prolongation", "6", "s", 2),
        ("fibrinogen", "1.0", "g/L", 0),
        ("fibrinogen", "0.99", "g/L", 1),
        ("fibrinogen", "99", "mg/dL", 1),
    ],
)
def test_both_sides_of_every_edge(name, value, unit, expected):
    found = of(**{name: given(value, unit)})
    assert points(found)[name] == expected
    assert found.value == expected


@pytest.mark.parametrize(
    ("platelets", "dimer", "prolonged", "fibrinogen", "value", "reading"),
    [
        # 1 + 2 + 1 + 0 = 4;  1 + 3 + 1 + 0 = 5;  2 + 3 + 2 + 1 = 8, the most there is
        ("80", "900", "4", "2", 4, "below overt DIC (5 or more)"),
        ("80", "9000", "4", "2", 5, "compatible with overt DIC (5 or more)"),
        ("12", "9000", "9", "0.6", 8, "compatible with overt DIC (5 or more)"),
    ],
)
def test_a_worked_example(platelets, dimer, prolonged, fibrinogen, value, reading):
    found = of(
        platelets=given(platelets, "10*9/L"),
        d_dimer=given(dimer, FEU),
        pt_prolongation=given(prolonged, "s"),
        fibrinogen=given(fibrinogen, "g/L"),
    )
    assert (found.value, found.reading) == (value, reading)


@pytest.mark.parametrize("name", FINE)
def test_one_item_missing_blocks_the_score_and_is_named(name):
    found = of(**{name: None})
    assert (found.value, found.missing) == (None, (name,))


@pytest.mark.parametrize(
    ("dimer", "missing"),
    [(given(900, FEU), ("d_dimer_tiers",)), (None, ("d_dimer", "d_dimer_tiers"))],
)
def test_without_the_tiers_of_the_laboratory_no_d_dimer_scores(dimer, missing):
    found = of(tiers=None, d_dimer=dimer)
    assert (found.value, found.missing) == (None, missing)


@pytest.mark.parametrize(
    ("dimer", "words"),
    [
        (given(900, "ng/mL{DDU}"), "D-dimer in “ng/mL{DDU}”: known units are ng/mL{FEU}"),
        (given(200, FEU, comparator="<"), "D-dimer <200 ng/mL{FEU} is a bound, not a value"),
    ],
)
def test_another_assay_and_a_bound_are_refused(dimer, words):
    found = of(d_dimer=dimer)
    assert (found.value, found.missing, found.refused) == (None, ("d_dimer",), (words,))


def test_without_an_underlying_disorder_the_score_is_not_to_be_used():
    found = of(underlying_disorder=False)
    assert (found.value, found.parts, found.missing) == (None, (), ())
    assert found.refused == ("Without an underlying disorder the score is not to be used",)


@pytest.mark.parametrize(("moderate", "strong"), [(0, 4000), (-1, 4000), (500, 500), (900, 500)])
def test_tiers_that_do_not_rise_are_refused(moderate, strong):
    with pytest.raises(ValueError, match="tiers must rise from above 0"):
        DimerTiers(FEU, Decimal(moderate), Decimal(strong))


def test_every_item_that_can_be_missing_has_words():
    assert set(isth_dic(DicFindings(), tiers=None).missing) == set(DIC.items)
