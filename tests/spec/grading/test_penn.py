"""Penn by the table: any oxygen is grade 3, and vasopressin is a high dose."""

from decimal import Decimal

import pytest

from grading.rules.penn import DEFAULT_PENN_POLICY, TABLE, PennPolicy, grade_penn, rules_for
from grading.rules.support_checks import check_support_table
from grading.rules.support_flags import SupportFlag
from tests.spec.grading.support import answer, dull, grade_of, organs, running

NOREPINEPHRINE = running("norepinephrine", "5", "ug/min")


def grade(policy=DEFAULT_PENN_POLICY, **charted):
    return grade_penn(dull(**charted), policy).grade


@pytest.mark.parametrize(
    ("charted", "expected"),
    [
        ({}, 0),
        ({"temperature_celsius": Decimal("37.9")}, 0),
        ({"temperature_celsius": Decimal("38.0")}, 1),
        ({"antipyretics_given": True}, 1),
        ({"hospitalized_for_crs": True}, 2),
        ({"febrile_neutropenia": True}, 2),
        ({"iv_antibiotics_given": True}, 2),
        ({"coagulopathy_products": frozenset({"cryoprecipitate"})}, 3),
        ({"coagulopathy_products": frozenset({"platelets", "red_cells"})}, 0),
    ],
)
def test_care_decides_the_lower_grades(charted, expected):
    assert grade(**charted) == expected


@pytest.mark.parametrize(
    ("charted", "expected"),
    [
        # boluses by count and by word                               grade
        ({"fluid_bolus_count": 0}, 0),
        ({"fluid_bolus_count": 1}, 2),
        ({"fluid_bolus_count": 2}, 3),
        ({"fluid_bolus_count": None, "fluid_bolus_given": True}, None),
        ({"fluid_bolus_count": None, "fluid_bolus_given": False}, 0),
        ({"fluid_bolus_count": None, "fluid_bolus_given": None}, None),
        ({"hypotension_present": True}, 2),
        ({"fluid_bolus_count": 3, "hypotension_attributed_elsewhere": True}, 0),
    ],
)
def test_one_bolus_is_not_several(charted, expected):
    assert grade(**charted) == expected


@pytest.mark.parametrize(
    ("drugs", "vasopressin", "stated", "expected"),
    [
        ((NOREPINEPHRINE,), False, "low", 3),
        ((NOREPINEPHRINE,), False, "high", 4),
        ((NOREPINEPHRINE,), False, None, 3),
        ((NOREPINEPHRINE, running("dopamine")), False, "low", 3),
        ((NOREPINEPHRINE,), True, "low", 4),
        ((running("vasopressin"),), None, None, 4),
        ((running("terlipressin"),), False, None, 4),
        ((), True, None, 4),
        ((NOREPINEPHRINE,), None, "low", None),
        (None, False, "high", None),
    ],
)
def test_a_high_dose_or_vasopressin_is_grade_4(drugs, vasopressin, stated, expected):
    charted = {
        "vasopressors": drugs,
        "vasopressin": vasopressin,
        "vasopressor_intensity": stated,
    }
    verdict = grade_penn(dull(**charted))
    assert verdict.grade == expected
    assert (SupportFlag.VASOPRESSIN_HIGH in verdict.flags) is (
        bool(vasopressin) or any("pressin" in one.drug for one in drugs or ())
    )
    assert grade_penn(dull(**charted, hypotension_attributed_elsewhere=True)).grade == 0


@pytest.mark.parametrize(
    ("drugs", "hours", "expected"),
    [
        # several at once, each below its own line; equivalents in ug/min
        ((("norepinephrine", "10"), ("phenylephrine", "99")), 3, 3),
        ((("norepinephrine", "10"), ("phenylephrine", "100")), 3, 4),
        ((("norepinephrine", "10"), ("phenylephrine", "100")), 2, 3),
        ((("norepinephrine", "12"), ("norepinephrine", "8")), 3, 4),
        ((("norepinephrine", "19"), ("angiotensin_II", "20")), 3, None),
        ((("norepinephrine", "19"), ("angiotensin_II", "20")), 2, 3),
    ],
)
def test_doses_add_up_in_norepinephrine_equivalents(drugs, hours, expected):
    infusions = tuple(
        running(drug, dose, "ng/kg/min" if drug == "angiotensin_II" else "ug/min")
        for drug, dose in drugs
    )
    assert grade(vasopressors=infusions, hours_on_dose=Decimal(hours)) == expected


@pytest.mark.parametrize(
    ("dose", "vasopressin", "expected"),
    [
        ("9.9", True, 3),
        ("10", True, 4),
        ("10", False, 3),
        ("10", None, None),
        ("9.9", None, 3),
    ],
)
def test_beside_vasopressin_half_the_equivalent_is_high(dose, vasopressin, expected):
    counted_by_dose = PennPolicy(vasopressin_is_high_dose=False)
    given = {
        "vasopressors": (running("norepinephrine", dose, "ug/min"),),
        "vasopressin": vasopressin,
        "hours_on_dose": Decimal(3),
    }
    assert grade(counted_by_dose, **given) == expected


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("room_air", 0),
        ("nasal_cannula", 3),
        ("blow_by", 3),
        ("high_flow_nasal_cannula", 3),
        ("simple_facemask", 3),
        ("cpap", 3),
        ("bipap", 3),
        ("invasive_ventilation", 4),
        (None, None),
    ],
)
def test_any_oxygen_is_grade_3_and_a_ventilator_4(device, expected):
    assert grade(oxygen_device=device) == expected


@pytest.mark.parametrize(
    ("toxicities", "expected"),
    [
        ({"creatinine_increased": 1}, 0),
        ({"creatinine_increased": 2}, 2),
        ({"creatinine_increased": 3}, 3),
        ({"creatinine_increased": 4}, 3),
        ({"creatinine_increased": 5}, 3),
        ({"ALT_increased": 2}, 0),
        ({"AST_increased": 3}, 2),
        ({"GGT_increased": 4}, 3),
        ({"Blood_bilirubin_increased": 4}, 3),
        ({"Ejection_fraction_decreased": 4}, 0),
    ],
)
def test_only_creatinine_and_liver_tests_count(toxicities, expected):
    verdict = grade_penn(dull(organ_toxicities=organs(**toxicities)))
    assert verdict.grade == expected
    beyond = toxicities.get("creatinine_increased", 0) > 3
    assert (SupportFlag.CREATININE in verdict.flags) is beyond
    assert (SupportFlag.OTHER_ORGAN in verdict.flags) is (
        "Ejection_fraction_decreased" in toxicities
    )


@pytest.mark.parametrize(
    ("policy", "charted", "before", "after"),
    [
        (
            {"inotropes_count": True},
            {"vasopressors": (running("dobutamine"),), "vasopressor_intensity": "low"},
            0,
            3,
        ),
        ({"untreated_hypotension_grade": 0}, {"hypotension_present": True}, 2, 0),
        ({"single_bolus_grade": 3}, {"fluid_bolus_count": 1}, 2, 3),
        (
            {"vasopressin_is_high_dose": False},
            {"vasopressin": True, "vasopressor_intensity": "low"},
            4,
            3,
        ),
        (
            {"creatinine_four_grade": 4},
            {"organ_toxicities": organs(creatinine_increased=4)},
            3,
            4,
        ),
        ({"doses_decide_intensity": False}, {"vasopressors": (NOREPINEPHRINE,)}, 3, None),
        (
            {"high_dose_hours": 4},
            {
                "vasopressors": (running("dopamine", "10", "ug/kg/min"),),
                "hours_on_dose": Decimal(3),
            },
            4,
            3,
        ),
    ],
)
def test_each_choice_changes_what_it_says(policy, charted, before, after):
    changed = PennPolicy(**policy)
    assert (grade(**charted), grade(changed, **charted)) == (before, after)
    assert grade_penn(dull(), changed).ruleset.startswith("penn-2018/1+")


def test_a_case_is_read_as_the_page_of_keys_says():
    assert grade_of("penn", coagulopathy_products=["FFP"]) == 3
    assert grade_of("penn", fluids_bolus=True) == 2
    assert grade_of("penn", fluid_boluses_n=2) == 3
    assert grade_of("penn", fluid_boluses_n=None) is None
    got = answer("penn", {"age_years": 10, "coagulopathy_products": ["cryo"]})
    assert got["because"] == ["Plasma, cryoprecipitate or fibrinogen given (cryoprecipitate)"]


def test_the_table_is_whole_under_the_other_choices_too():

    other = PennPolicy(vasopressin_is_high_dose=False, single_bolus_grade=3)
    assert check_support_table(TABLE, rules_for(other)) == []
