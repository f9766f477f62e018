"""Each mistake seen in public graders is found by the rows that are there for it."""

from fractions import Fraction

import pytest

from docs.conformance import crs_oracle, generate, icans_oracle
from docs.conformance.rows import Answer

ICE_ONE_BAND_LOW = {10: 0, 9: 0, 8: 1, 7: 1, 6: 1, 5: 2, 4: 2, 3: 2, 2: 2, 1: 3, 0: 3}


@pytest.mark.parametrize(
    ("oracle", "name", "wrong", "found_by"),
    [
        (crs_oracle, "FEVER_CELSIUS", Fraction("37.95"), "crs-fahrenheit-100.31: 0"),
        (crs_oracle, "FEVER_CELSIUS", Fraction("38.0001"), "crs-fahrenheit-100.4: 1"),
        (crs_oracle, "FEVER_WAIVER_HOURS", Fraction(23), "crs-recent-fever-24: 2"),
        (
            crs_oracle,
            "GRADE_BY_NASAL_FLOW",
            ((Fraction(0), 0), (Fraction("5.9"), 2)),
            "crs-flow-6.0: 2",
        ),
        (
            crs_oracle,
            "GRADE_BY_NASAL_FLOW",
            ((Fraction(0), 0), (Fraction("6.05"), 2)),
            "crs-flow-6.01: 3",
        ),
        (crs_oracle, "GRADE_BY_VASOPRESSORS", {0: 0, 1: 3, 2: 3}, "crs-vasopressors-two-tiny: 4"),
        (crs_oracle, "POSITIVE_PRESSURE", frozenset(), "crs-airway-protection: 1"),
        (crs_oracle, "NASAL", frozenset({"nasal_cannula"}), "KeyError"),
        (crs_oracle, "LOW_FLOW", frozenset(), "crs-home-oxygen-same: 1"),
        (icans_oracle, "GRADE_BY_ICE", ICE_ONE_BAND_LOW, "icans-ice-9: 1"),
        (icans_oracle, "GRADE_BY_CAPD", ((9, 1), (32, 3)), "icans-capd-9: 3"),
        (icans_oracle, "GRADE_BY_CAPD", ((-1, 0), (7, 1), (32, 3)), "icans-capd-low-8: 1"),
        (icans_oracle, "CAPD_REVERSED_ITEMS", 0, "icans-capd-items-well-answers: 0"),
        (icans_oracle, "CAPD_BELOW_AGE", Fraction("12.1"), "icans-from-12-ice-10: 0"),
        (icans_oracle, "CAPD_BELOW_AGE", Fraction("11.9"), "icans-below-12-capd-9: 3"),
        (
            icans_oracle,
            "LONGEST_BRIEF_SEIZURE_MINUTES",
            Fraction("4.99"),
            "icans-seizure-minutes-5: 3",
        ),
    ],
)
def test_a_table_that_is_wrong_in_one_place_is_refused(monkeypatch, oracle, name, wrong, found_by):
    monkeypatch.setattr(oracle, name, wrong)
    with pytest.raises((ValueError, KeyError)) as refused:
        generate.boundaries()
    assert found_by in f"{refused.type.__name__} {refused.value}"


def test_a_key_that_no_table_knows_is_refused():
    with pytest.raises(ValueError, match="unknown keys: temperatur_c"):
        crs_oracle.answer({"temperatur_c": 39.0}, age_years=40)
    with pytest.raises(ValueError, match="unknown keys: ice"):
        icans_oracle.answer({"ice": 9}, age_years=40)


def test_the_worst_column_decides_and_is_named():
    case = {
        "temperature_c": 39.5,
        "vasopressors": ["norepinephrine"],
        "oxygen_device": "nasal_cannula",
        "oxygen_flow_lpm": 2,
    }
    assert crs_oracle.answer(case, age_years=40) == Answer(
        3, "fever (1), one vasopressor (3), nasal cannula at 2 L/min (2): the worst counts"
    )
