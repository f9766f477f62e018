"""HScore: nine items or no score at all."""

import pytest

from grading.rules.scores_hscore import HSCORE, HscoreFindings, hscore
from tests.spec.grading.scores import INFUSED, given, points

# Every item at its least: 0 points in all.
LEAST = {
    "known_immunosuppression": False,
    "hepatomegaly": False,
    "splenomegaly": False,
    "hemophagocytosis": False,
    "temperature": given("37.0", "Cel"),
    "hemoglobin": given("12", "g/dL"),
    "leukocytes": given("7", "10*9/L"),
    "platelets": given("200", "10*9/L"),
    "ferritin": given("300", "ng/mL"),
    "triglyceride": given("1.0", "mmol/L"),
    "fibrinogen": given("3.0", "g/L"),
    "ast": given("20", "U/L"),
}
# 18 + 49 + 38 + 34 + 50 + 64 + 30 + 19 + 35 = 337
MOST = {
    "known_immunosuppression": True,
    "hepatomegaly": True,
    "splenomegaly": True,
    "hemophagocytosis": True,
    "temperature": given("40.1", "Cel"),
    "hemoglobin": given("7", "g/dL"),
    "leukocytes": given("0.4", "10*9/L"),
    "platelets": given("12", "10*9/L"),
    "ferritin": given("90000", "ng/mL"),
    "triglyceride": given("4.8", "mmol/L"),
    "fibrinogen": given("0.9", "g/L"),
    "ast": given("310", "U/L"),
}


def of(**changed):
    return hscore(HscoreFindings(**(LEAST | changed)))


def test_the_least_and_the_most():
    assert of().value == 0
    assert of(**MOST).value == 337


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("temperature", "38.39", "Cel", 0),
        ("temperature", "38.4", "Cel", 33),
        ("temperature", "39.4", "Cel", 33),
        ("temperature", "39.41", "Cel", 49),
        ("ferritin", "1999.9", "ng/mL", 0),
        ("ferritin", "2000", "ng/mL", 35),
        ("ferritin", "6000", "ng/mL", 35),
        ("ferritin", "6000.1", "ng/mL", 50),
        ("triglyceride", "1.49", "mmol/L", 0),
        ("triglyceride", "1.5", "mmol/L", 44),
        ("triglyceride", "4", "mmol/L", 44),
        ("triglyceride", "4.01", "mmol/L", 64),
        ("triglyceride", "132.8", "mg/dL", 0),  # 1.5 x 88.57 = 132.855
        ("triglyceride", "132.855", "mg/dL", 44),
        ("fibrinogen", "2.5", "g/L", 30),
        ("fibrinogen", "2.51", "g/L", 0),
        ("fibrinogen", "250", "mg/dL", 30),
        ("fibrinogen", "251", "mg/dL", 0),
        ("ast", "29.9", "U/L", 0),
        ("ast", "30", "U/L", 19),
    ],
)
def test_both_sides_of_every_edge(name, value, unit, expected):
    found = of(**{name: given(value, unit)})
    assert points(found)[name] == expected
    assert found.value == expected


@pytest.mark.parametrize(
    ("hemoglobin", "leukocytes", "platelets", "expected"),
    [
        ("9.21", "5.01", "110.1", 0),
        ("9.2", "5.01", "110.1", 0),
        ("9.21", "5.0", "110.1", 0),
        ("9.21", "5.01", "110", 0),
        ("9.2", "5.0", "110.1", 24),
        ("9.2", "5.01", "110", 24),
        ("9.21", "5.0", "110", 24),
        ("9.2", "5.0", "110", 34),
    ],
)
def test_cytopenias_score_from_two_lineages_on(hemoglobin, leukocytes, platelets, expected):
    found = of(
        hemoglobin=given(hemoglobin, "g/dL"),
        leukocytes=given(leukocytes, "10*9/L"),
        platelets=given(platelets, "10*9/L"),
    )
    assert points(found)["cytopenias"] == expected
    assert found.value == expected


@pytest.mark.parametrize(
    ("liver", "spleen", "expected"),
    [(False, False, 0), (True, False, 23), (False, True, 23), (True, True, 38)],
)
def test_one_enlarged_organ_and_both(liver, spleen, expected):
    assert of(hepatomegaly=liver, splenomegaly=spleen).value == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("known_immunosuppression", 18), ("hemophagocytosis", 35)]
)
def test_what_somebody_stated(name, expected):
    assert of(**{name: True}).value == expected


# 33 + 35 + 44 + 34 + 19 = 165;  18 + 33 + 35 + 64 + 19 = 169
@pytest.mark.parametrize(
    ("changed", "value", "reading"),
    [
        ({"temperature": given("38.4", "Cel"), "ferritin": given("2000", "ng/mL"),
          "triglyceride": given("2", "mmol/L"), "ast": given("30", "U/L"),
          "hemoglobin": given("8", "g/dL"), "leukocytes": given("1", "10*9/L"),
          "platelets": given("9", "10*9/L")}, 165, "below the published cut-off of 169"),
        ({"temperature": given("38.4", "Cel"), "ferritin": given("2000", "ng/mL"),
          "triglyceride": given("5", "mmol/L"), "ast": given("30", "U/L"),
          "known_immunosuppression": True}, 169, "at or above the published cut-off of 169"),
    ],
)  # fmt: skip
def test_a_worked_example_on_each_side_of_the_cut_off(changed, value, reading):
    found = of(**changed)
    assert (found.value, found.reading) == (value, reading)


@pytest.mark.parametrize("name", LEAST)
def test_one_item_missing_blocks_the_score_and_is_named(name):
    found = of(**{name: None})
    assert (found.value, found.missing, found.reading) == (None, (name,), "")


def test_eight_of_nine_items_missing_is_no_score():
    found = hscore(HscoreFindings(ferritin=given("90000", "ng/mL")))
    assert found.value is None
    assert set(found.missing) == set(LEAST) - {"ferritin"}
    assert points(found) == {"ferritin": 50}


def test_every_item_that_can_be_missing_has_words():
    assert set(hscore(HscoreFindings()).missing) == set(HSCORE.items)


def test_an_assay_that_ran_over_its_range_blocks_the_score():
    found = of(ferritin=given("40000", "ng/mL", comparator=">"))
    assert (found.value, found.missing) == (None, ("ferritin",))
    assert found.refused == ("Ferritin >40000 ng/mL is a bound, not a value",)


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("triglyceride", "200", "mmol/L"),
        ("triglyceride", "2", "mg/dL"),
        ("fibrinogen", "250", "g/L"),
        ("hemoglobin", "82", "g/dL"),
        ("hemoglobin", "8.2", "g/L"),
        ("temperature", "101.3", "Cel"),
        ("temperature", "101.3", "[degF]"),
    ],
)
def test_a_slip_of_the_unit_is_refused(name, value, unit):
    found = of(**{name: given(value, unit)})
    assert (found.value, found.missing) == (None, (name,))
    assert len(found.refused) == 1


def test_the_cytopenias_show_the_three_values_they_rest_on():
    found = of(platelets=given("12", "10*9/L", taken_at=INFUSED))
    part = next(part for part in found.parts if part.name == "cytopenias")
    assert [one.said for one in part.used] == [
        "Hemoglobin 12 g/dL", "White cells 7 x10^9/L", "Platelets 12 x10^9/L",
    ]  # fmt: skip
    assert found.times == (INFUSED,)


def test_the_caution_says_that_it_was_never_validated_here():
    assert "not validated after CAR-T cells" in of().caution
