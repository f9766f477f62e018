"""Cases of the scales of support: which keys they read, and what is refused by name."""

from dataclasses import fields
from decimal import Decimal

import pytest

from grading.rules.cases_crs_keys import CONTEXT, FIELD_OF, KEYS
from grading.rules.crs_scales import TABLES
from grading.rules.organ import Toxicity
from grading.rules.pressors import Infusion, norepinephrine_equivalent
from grading.rules.support_findings import SupportFindings
from tests.spec.grading.support import GRADERS, POLICIES, answer, dull, grade_of
from tests.spec.grading.support import running as infusion

# The keys each section of the page of case keys lists.
LISTED = {
    "lee-2014": "constitutional day_post_infusion fio2 fluids_bolus hours_on_dose "
    "hypotension_present organ_toxicities oxygen_device oxygen_flow_lpm temperature_c "
    "vasopressor_intensity vasopressors ventilation_reason",
    "penn": "antipyretics coagulopathy_products death_due_to_crs febrile_neutropenia "
    "fluid_boluses_n hospitalised_for_crs hypotension_present iv_antibiotics organ_toxicities "
    "oxygen_device oxygen_flow_lpm temperature_c vasopressor_intensity vasopressors "
    "ventilation_reason",
    "ctcae5-crs": "anc_10e9_l brief bsa_percent constitutional death_due_to_crs drop_points "
    "ef_percent fio2 fluid_responsive fluids_bolus hours_above_40 hypotension_present "
    "intervention life_threatening limits_self_care minutes_at_or_above_38 new_onset "
    "oxygen_device severe_symptoms stools_over_baseline_per_day symptomatic temperature_c "
    "type vasopressors ventilation_reason",
}
CARTOX_KEYS = "vasopressor_intensity hours_on_dose hours_on_vasopressor sbp age_years"


@pytest.mark.parametrize("scale", LISTED)
def test_every_listed_key_is_accepted(scale):
    accepted = KEYS[scale] | CONTEXT.get(scale, frozenset())
    assert set(LISTED[scale].split()) <= accepted


@pytest.mark.parametrize("scale", ["cartox", "cartox-paediatric", "mskcc"])
def test_scales_without_a_section_read_durations_pressure_and_organs(scale):
    assert {*CARTOX_KEYS.split(), "organ_toxicities"} <= KEYS[scale]


def test_every_key_fills_a_field_and_every_field_has_a_key():
    assert set().union(*KEYS.values()) == FIELD_OF.keys()
    assert set(FIELD_OF.values()) == {field.name for field in fields(SupportFindings)}


@pytest.mark.parametrize(
    ("scale", "case", "error"),
    [
        ("lee-2014", {"flow": 2}, "unknown key 'flow'"),
        ("lee-2014", {"sbp": 84}, "unknown key 'sbp'"),
        ("penn", {"hours_on_vasopressor": 4}, "unknown key 'hours_on_vasopressor'"),
        ("mskcc", {"ice_score": 9}, "unknown key 'ice_score'"),
        ("penn", {"vasopressors": ["adrenalin"]}, "vasopressors: unknown drug 'adrenalin'; known:"),
        (
            "lee-2014",
            {"vasopressors": [{"drug": "dopamine", "dose": -1, "unit": "ug/kg/min"}]},
            "vasopressors: dose must be 0 to 100000, not -1",
        ),
        (
            "lee-2014",
            {"vasopressors": [{"drug": "dopamine", "dose": float("nan")}]},
            "vasopressors: dose must be a finite number, not NaN",
        ),
        (
            "lee-2014",
            {"vasopressors": [{"drug": "dopamine", "dose": 1, "unit": "drops"}]},
            "vasopressors: unit must be one of ug/min, ug/kg/min",
        ),
        ("lee-2014", {"vasopressors": [{"drug": "dopamine", "rate": 1}]}, "unknown key 'rate'"),
        ("lee-2014", {"vasopressors": "dopamine"}, "vasopressors must be a list"),
        ("lee-2014", {"vasopressor_intensity": "medium"}, "must be one of low, high, not 'medium'"),
        ("cartox", {"hours_on_dose": -1}, "hours_on_dose must be 0 to 100000 h, not -1"),
        ("mskcc", {"hours_on_vasopressor": float("nan")}, "must be a finite number, not NaN"),
        ("cartox", {"sbp": 351}, "sbp must be 0 to 350 mmHg, not 351"),
        ("lee-2014", {"fio2": 40}, "fio2 must be 0.21 to 1, not 40"),
        ("lee-2014", {"temperature_c": 101.5}, "it looks like Fahrenheit: send it as temper"),
        (
            "lee-2014",
            {"temperature_c": 38, "temperature_f": 100.4},
            "temperature_c and temperature_f are both given; send one",
        ),
        ("penn", {"fluid_boluses_n": 1.5}, "fluid_boluses_n must be a whole number, not 1.5"),
        ("penn", {"fluid_boluses_n": -1}, "fluid_boluses_n must be 0 to 100, not -1"),
        ("penn", {"coagulopathy_products": ["gin"]}, "coagulopathy_products must be one of fresh"),
        ("penn", {"coagulopathy_products": "FFP"}, "coagulopathy_products must be a list"),
        ("penn", {"hospitalised_for_crs": "yes"}, "hospitalised_for_crs must be true or false"),
        ("penn", {"organ_toxicities": ["ALT"]}, "organ_toxicities must be an object of CTCAE"),
        (
            "penn",
            {"organ_toxicities": {"ALT increased": 6}},
            "organ_toxicities: ALT increased must be 0 to 5, not 6",
        ),
        (
            "penn",
            {"organ_toxicities": {"ALT increased": 2.5}},
            "organ_toxicities: ALT increased must be a whole number, not 2.5",
        ),
        ("penn", {"organ_toxicities": {" ": 2}}, "organ_toxicities: a grade without a CTCAE term"),
    ],
)
def test_a_bad_case_is_refused_by_field_and_bound(scale, case, error):
    for normal in (False, True):
        assert error in answer(scale, case, normal=normal)["error"]


@pytest.mark.parametrize("scale", GRADERS)
def test_a_null_is_not_recorded_under_both_readings(scale):
    for key in ("vasopressors", "vasopressin", "oxygen_device", "fluids_bolus", "temperature_c"):
        got = answer(scale, {"age_years": 40, key: None})
        assert (got["grade"], got["at_least"]) == (None, 0)
        assert key in got["missing"]
    assert grade_of(scale, temperature_f=None) == 1
    assert answer(scale, {"temperature_f": 100.4})["grade"] == 1
    assert answer(scale, {"temperature_f": 100.3, "temperature_c": None})["grade"] == 0
    assert answer(scale, {})["grade"] == 0


def test_an_absent_device_is_no_room_air_beside_an_fio2_above_it():
    got = answer("lee-2014", {"age_years": 40, "fio2": 0.5})
    assert (got["grade"], got["at_least"], got["missing"]) == (None, 3, ["oxygen_device"])
    assert answer("lee-2014", {"age_years": 40, "fio2": 0.21})["grade"] == 0


def test_vasopressin_may_stand_in_the_list():
    both = [{"drug": "norepinephrine", "dose": 2, "unit": "ug/min"}, "vasopressin"]
    assert grade_of("lee-2014", vasopressors=both, vasopressor_intensity="low") == 3
    assert grade_of("penn", vasopressors=both, vasopressor_intensity="low") == 4
    assert grade_of("ctcae5-crs", vasopressors=both) == 3


@pytest.mark.parametrize(
    ("charted", "error"),
    [
        ({"oxygen_device": "tent"}, "unknown oxygen_device 'tent'"),
        ({"ventilation_reason": "habit"}, "unknown ventilation_reason 'habit'"),
        ({"vasopressor_intensity": "medium"}, "unknown vasopressor_intensity 'medium'"),
        ({"inotropes": frozenset({"dopamine"})}, "unknown inotropes 'dopamine'; known: dobut"),
        ({"coagulopathy_products": frozenset({"gin"})}, "unknown coagulopathy_products 'gin'"),
        ({"fio2_fraction": Decimal("0.2")}, "fio2_fraction must be 0.21 to 1, not 0.2"),
        ({"hours_on_dose": Decimal(-1)}, "hours_on_dose must be 0 to 100000, not -1"),
        ({"temperature_celsius": Decimal("NaN")}, "temperature_celsius must be 25 to 45, not NaN"),
    ],
)
def test_findings_outside_the_vocabulary_are_refused(charted, error):
    for grade in GRADERS.values():
        with pytest.raises(ValueError) as refused:
            grade(dull(**charted))
        assert error in str(refused.value)


def test_a_binary_float_is_refused():
    with pytest.raises(TypeError, match="fio2_fraction is a Decimal, never a binary float"):
        GRADERS["lee-2014"](dull(fio2_fraction=0.4))
    with pytest.raises(TypeError, match="the dose of dopamine is a Decimal"):
        Infusion("dopamine", 2.5, "ug/kg/min")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (("adrenalin", None, None), "unknown drug 'adrenalin'; known: angiotensin_II"),
        (("dopamine", "2", "drops"), "unknown unit 'drops' of dopamine; known: U/h"),
        (("dopamine", "-1", "ug/kg/min"), "the dose of dopamine must be 0 or more, not -1"),
        (("dopamine", "NaN", "ug/kg/min"), "the dose of dopamine must be 0 or more, not NaN"),
    ],
)
def test_an_infusion_no_rule_can_read_is_refused(wrong, error):
    with pytest.raises(ValueError) as refused:
        infusion(*wrong)
    assert error in str(refused.value)


def test_equivalents_add_up_and_say_when_they_are_not_all():
    known = [
        infusion("norepinephrine", "5", "ug/min"),
        infusion("epinephrine", "2", "ug/min"),
        infusion("dopamine", "8", "ug/kg/min"),
        infusion("phenylephrine", "50", "ug/min"),
    ]
    assert norepinephrine_equivalent(known) == (Decimal(16), True)
    for unknown in (
        infusion("norepinephrine"),
        infusion("norepinephrine", "0.1", "ug/kg/min"),
        infusion("metaraminol", "50", "ug/min"),
    ):
        assert norepinephrine_equivalent([*known, unknown]) == (Decimal(16), False)
    assert norepinephrine_equivalent([]) == (Decimal(0), True)


def test_a_toxicity_without_a_term_or_beyond_grade_5_is_refused():
    with pytest.raises(ValueError, match="needs the CTCAE term"):
        Toxicity(" ", 2)
    with pytest.raises(ValueError, match="ALT increased must be 0 to 5, not 6"):
        Toxicity("ALT increased", 6)


@pytest.mark.parametrize("scale", POLICIES)
def test_every_field_of_a_policy_is_a_question_somebody_can_answer(scale):
    (table,) = (table for table in TABLES if table.scale == scale)
    asked = [choice.field for choice in table.choices]
    assert asked == [field.name for field in fields(POLICIES[scale])]
    assert len({choice.code for choice in table.choices}) == len(asked)
    assert table.ruleset_of(table.default) == table.ruleset


BOUNDS = {
    "untreated_hypotension_grade": (0, 2),
    "single_bolus_grade": (2, 3),
    "fluid_alone_grade": (1, 2),
    "several_vasopressors_grade": (3, 4),
    "creatinine_four_grade": (3, 4),
    "high_dose_hours": (0, 24),
    "cannula_below_limit_lpm": (0, 6),
}


@pytest.mark.parametrize(
    ("scale", "name"),
    [
        (scale, field.name)
        for scale, policy in POLICIES.items()
        for field in fields(policy)
        if field.type != "bool" and field.type is not bool
    ],
)
def test_a_choice_that_turns_a_table_around_is_refused(scale, name):
    low, high = BOUNDS[name]
    for value in (low, high):
        assert getattr(POLICIES[scale](**{name: value}), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"{name} must be {low} to {high}, not {value}"):
            POLICIES[scale](**{name: value})
