"""What a case may say, key by key: both ends are taken, a hundredth beyond is refused in full."""

import json
from decimal import Decimal

import pytest

from grading.rules.cases import grade_line
from grading.rules.registry import SCALES

SUPPORT = ("lee-2014", "penn", "ctcae5-crs", "cartox", "cartox-paediatric", "mskcc")
DOSED = tuple(scale for scale in SUPPORT if scale != "ctcae5-crs")
PRESSURE = ("cartox", "cartox-paediatric", "mskcc")

# The scales, the key, what a case needs besides, then the two ends and the unit they are told in.
RANGES = [
    ((*SUPPORT, "astct-crs"), "oxygen_flow_lpm", {}, "0", "80", " L/min"),
    ((*SUPPORT, "astct-crs"), "baseline_home_oxygen_lpm", {}, "0", "80", " L/min"),
    ((*SUPPORT, "astct-crs"), "spo2", {}, "30", "100", " %"),
    ((*SUPPORT, "astct-crs"), "fio2", {}, "0.21", "1", ""),
    (("astct-crs",), "hours_since_last_fever", {}, "0", "100000", " h"),
    (DOSED, "hours_on_dose", {}, "0", "100000", " h"),
    (PRESSURE, "hours_on_vasopressor", {}, "0", "100000", " h"),
    (PRESSURE, "sbp", {}, "0", "350", " mmHg"),
    (
        ("astct-crs", "astct-icans", *SUPPORT, "news2", "pews"),
        "age_years",
        {},
        "0",
        "130",
        " years",
    ),
    (("astct-icans",), "seizure_minutes", {}, "0", "100000", " min"),
    (("pews",), "oxygen_flow_lpm", {}, "0", "80", " L/min"),
    (("pews",), "fio2", {}, "0.21", "1", ""),
    (("ctcae-lab",), "value", {"term": "Anemia"}, "0", "1000000000", ""),
    (("ctcae-lab",), "lln", {"term": "Anemia"}, "0", "1000000000", ""),
    (
        ("ctcae-lab",),
        "pct_change_from_baseline",
        {"term": "Fibrinogen decreased"},
        "-100",
        "1000000000",
        "",
    ),
    (("ctcae-symptom",), "hours_above_40", {"term": "Fever"}, "0", "100000", " h"),
    (("ctcae-symptom",), "anc_10e9_l", {"term": "Febrile neutropenia"}, "0", "1000", " 10^9/L"),
    (
        ("ctcae-symptom",),
        "minutes_at_or_above_38",
        {"term": "Febrile neutropenia"},
        "0",
        "1000000",
        " min",
    ),
    (("ctcae-symptom",), "ef_percent", {"term": "Ejection fraction decreased"}, "0", "100", " %"),
    (("ctcae-symptom",), "drop_points", {"term": "Ejection fraction decreased"}, "0", "100", ""),
    (("ctcae-symptom",), "bsa_percent", {"term": "Rash maculo-papular"}, "0", "100", " %"),
    (("ctcae-symptom",), "stools_over_baseline_per_day", {"term": "Diarrhea"}, "0", "100", ""),
]
WHOLE = [
    ("news2", "rr", "0", "120"),
    ("news2", "spo2", "30", "100"),
    ("news2", "spo2_scale", "1", "2"),
    ("news2", "sbp", "20", "300"),
    ("news2", "hr", "0", "350"),
    ("pews", "rr", "0", "120"),
    ("pews", "spo2", "30", "100"),
    ("pews", "sbp", "20", "300"),
    ("pews", "hr", "0", "350"),
    ("pews", "crt_s", "0", "60"),
    ("penn", "fluid_boluses_n", "0", "100"),
    ("astct-icans", "ice_score", "0", "10"),
    ("astct-icans", "capd", "0", "32"),
    ("astct-icans", "capd_baseline", "0", "32"),
]


def error_of(scale, key, value, **besides):
    """What is said against a case with one key, or None where it is graded."""
    besides = {name: json.dumps(said) for name, said in besides.items()} | {key: str(value)}
    line = "{" + ", ".join(f'"{name}": {said}' for name, said in besides.items()) + "}"
    return grade_line(SCALES[scale], line, line=1).get("error")


@pytest.mark.parametrize(
    ("scale", "key", "besides", "low", "high", "unit"),
    [(scale, *row) for scales, *row in RANGES for scale in scales],
)
def test_a_number_is_taken_from_end_to_end_and_no_further(scale, key, besides, low, high, unit):
    for taken in (low, high):
        assert error_of(scale, key, taken, **besides) is None
    for beyond in (Decimal(low) - Decimal("0.01"), Decimal(high) + Decimal("0.01")):
        wanted = f"{key} must be {low} to {high}{unit}, not {beyond}"
        assert error_of(scale, key, beyond, **besides) == wanted


@pytest.mark.parametrize(("scale", "key", "low", "high"), WHOLE)
def test_a_count_is_taken_from_end_to_end_and_only_whole(scale, key, low, high):
    for taken in (low, high):
        assert error_of(scale, key, taken) is None
    for beyond in (int(low) - 1, int(high) + 1):
        assert error_of(scale, key, beyond) == f"{key} must be {low} to {high}, not {beyond}"
    half = Decimal(low) + Decimal("0.5")
    assert error_of(scale, key, half) == f"{key} must be a whole number, not {half}"


@pytest.mark.parametrize("key", ["uln", "baseline"])
def test_an_upper_limit_and_a_baseline_are_above_zero(key):
    refusal = error_of("ctcae-lab", key, "0", term="Creatinine increased")
    assert refusal == f"{key} must be above 0, not 0"
    assert error_of("ctcae-lab", key, "0.01", term="Creatinine increased") is None
    assert error_of("ctcae-lab", key, "1000000000", term="Creatinine increased") is None
    refusal = error_of("ctcae-lab", key, "1000000000.1", term="Creatinine increased")
    assert refusal == f"{key} must be 0 to 1000000000, not 1000000000.1"


@pytest.mark.parametrize("scale", ["astct-crs", *SUPPORT])
def test_a_temperature_is_taken_from_end_to_end_in_both_units(scale):
    for key, taken in (("temperature_c", (25, 45)), ("temperature_f", (77, 113))):
        assert [error_of(scale, key, value) for value in taken] == [None, None]
    refusals = {
        ("temperature_c", "24.9"): "temperature_c must be 25 to 45 °C, not 24.9",
        ("temperature_c", "45.1"): "temperature_c must be 25 to 45 °C, not 45.1",
        ("temperature_f", "24.9"): "temperature_f must be 77 to 113 °F, not 24.9",
        ("temperature_f", "45.1"): "temperature_f must be 77 to 113 °F, not 45.1",
        ("temperature_f", "76.9"): "temperature_f must be 77 to 113 °F, not 76.9",
        ("temperature_f", "113.1"): "temperature_f must be 77 to 113 °F, not 113.1",
        ("temperature_f", "25"): "temperature_f must be 77 to 113 °F, not 25; "
        "it looks like Celsius: send it as temperature_c",
        ("temperature_f", "45"): "temperature_f must be 77 to 113 °F, not 45; "
        "it looks like Celsius: send it as temperature_c",
    }
    assert {(key, value): error_of(scale, key, value) for key, value in refusals} == refusals


@pytest.mark.parametrize("scale", ["astct-crs", *SUPPORT])
def test_a_null_in_one_unit_leaves_the_reading_in_the_other(scale):
    case = {"temperature_c": None, "temperature_f": 100.4}
    answer = grade_line(SCALES[scale], json.dumps(case), line=1)
    assert "temperature_c" not in answer["missing"]
    assert any("38.0 °C" in reason for reason in answer["because"])
    case = {"temperature_c": 38.0, "temperature_f": None}
    assert grade_line(SCALES[scale], json.dumps(case), line=1) == answer


# Scale, case, and the whole of what is said against it.
REFUSED = [
    ("astct-crs", '{"oxygen_device": "tent"}', "oxygen_device must be one of room_air, "
     "nasal_cannula, blow_by, high_flow_nasal_cannula, simple_facemask, non_rebreather, venturi, "
     "cpap, bipap, invasive_ventilation, not 'tent'"),
    ("astct-crs", '{"ventilation_reason": 1}', "ventilation_reason must be one of hypoxia, "
     "airway_protection, procedure, baseline_home_therapy, not 1"),
    ("astct-crs", '{"vasopressors": ["adrenalin"]}', "vasopressors: unknown drug 'adrenalin'; "
     "known: norepinephrine, epinephrine, phenylephrine, dopamine, angiotensin_II, metaraminol, "
     "ephedrine, vasopressin, terlipressin"),
    ("astct-crs", '{"inotropes": [7]}', "inotropes: unknown drug 7; known: milrinone, dobutamine, "
     "levosimendan, enoximone"),
    ("astct-crs", '{"vasopressors": [{"drug": "dopamine", "rate": 1}]}',
     "vasopressors: unknown key 'rate'; known: drug, dose, unit"),
    ("astct-crs", '{"vasopressors": [{"drug": "dopamine", "dose": 100001}]}',
     "vasopressors: dose must be 0 to 100000, not 100001"),
    ("astct-crs", '{"agents": "tocilizumab"}', "agents must be a list, not 'tocilizumab'"),
    ("astct-crs", '{"agents": [3]}', "agents must be a list of words, not 3"),
    ("astct-crs", '{"inotropes": "milrinone"}', "inotropes must be a list, not 'milrinone'"),
    ("astct-crs", '{"vasopressors": [["dopamine"]]}', "vasopressors: unknown drug ['dopamine']; "
     "known: norepinephrine, epinephrine, phenylephrine, dopamine, angiotensin_II, metaraminol, "
     "ephedrine, vasopressin, terlipressin"),
    ("astct-crs", '{"ventilation_reason": ["hypoxia"]}', "ventilation_reason must be one of "
     "hypoxia, airway_protection, procedure, baseline_home_therapy, not ['hypoxia']"),
    ("astct-icans", '{"raised_icp_signs": [3]}', "raised_icp_signs must be a list of words, not 3"),
    ("astct-icans", '{"raised_icp_signs": 3}', "raised_icp_signs must be a list, not 3"),
    ("astct-icans", '{"ice_items": {"president": 2}}',
     "ice_items.president must be 0 to 1, not 2"),
    ("astct-crs", '{"fluids_bolus": 0}', "fluids_bolus must be true or false, not 0"),
    ("astct-crs", '{"inputs": {}, "spo2": 97, "hr": 1}',
     "unknown key 'spo2' beside inputs; unknown key 'hr' beside inputs"),
    ("astct-crs", '{"b": 1, "a": 1, "b": 2, "a": 2}', "'a' is given twice; 'b' is given twice"),
    ("astct-crs", '{"spo2": 7, "flow": 2}', "spo2 must be 30 to 100 %, not 7; unknown key 'flow'"),
    ("astct-crs", '{"spo2": 1e99999999999999999999}',
     "not readable: a number is too large to hold"),
    ("astct-crs", "{", "not readable as JSON: Expecting property name enclosed in double quotes: "
     "line 1 column 2 (char 1)"),
    ("astct-icans", '{"ice_items": {"president": 1}}', "ice_items: unknown ICE item 'president'; "
     "known: year, month, city, hospital, naming, commands, writing, attention"),
    ("astct-icans", '{"ice_items": [1]}', "ice_items must be an object of items, not [1]"),
    ("astct-icans", '{"ice_items": {"naming": 4}}', "ice_items.naming must be 0 to 3, not 4"),
    ("astct-icans", '{"capd_items": [0]}', "capd_items: CAPD has 8 items, not 1"),
    ("astct-icans", '{"capd_items": [0, 0, 0, 0, 0, 0, 0, 5]}',
     "capd_items must be 0 to 4, not 5"),
    ("astct-icans", '{"capd_items": ["never", 0, 0, 0, 0, 0, 0, 0]}',
     "capd_items must be one of never, rarely, sometimes, often, always, not 0"),
    ("astct-icans", '{"capd": 5, "capd_items": [0, 1, 0, 0, 0, 0, 0, 0]}',
     "capd_score 5 does not agree with its items (1)"),
    ("astct-icans", '{"raised_icp_signs": ["squint"]}', "raised_icp_signs: unknown sign 'squint'; "
     "known: decerebrate_posturing, decorticate_posturing, cranial_nerve_VI_palsy, papilloedema, "
     "cushing_triad"),
    ("lee-2014", '{"vasopressors": [{"drug": "dopamine", "dose": -1}]}',
     "vasopressors: dose must be 0 to 100000, not -1"),
    ("lee-2014", '{"vasopressors": [{"drug": "dopamine", "dose": 1, "unit": "drops"}]}',
     "vasopressors: unit must be one of ug/min, ug/kg/min, ng/kg/min, mg/h, U/min, U/h, "
     "U/kg/min, not 'drops'"),
    ("lee-2014", '{"organ_toxicities": [3]}',
     "organ_toxicities must be an object of CTCAE terms, not [3]"),
    ("lee-2014", '{"organ_toxicities": {" ": 3}}',
     "organ_toxicities: a grade without a CTCAE term"),
    ("lee-2014", '{"organ_toxicities": {"Fatigue": 6}}',
     "organ_toxicities: Fatigue must be 0 to 5, not 6"),
    ("penn", '{"coagulopathy_products": ["whisky"]}', "coagulopathy_products must be one of "
     "fresh_frozen_plasma, cryoprecipitate, fibrinogen_concentrate, platelets, red_cells, "
     "not 'whisky'"),
    ("penn", '{"coagulopathy_products": [1]}',
     "coagulopathy_products must be a list of words, not 1"),
    ("penn", '{"vasopressor_intensity": "medium"}',
     "vasopressor_intensity must be one of low, high, not 'medium'"),
    ("penn", '{"temperature_c": 38, "temperature_f": 100}',
     "temperature_c and temperature_f are both given; send one"),
    ("cartox", '{"age_years": 40, "inputs": {"age_years": 41}}',
     "age_years 41 is not the 40 beside it"),
    ("ctcae5-crs", '{"term": "Fever"}',
     "term must be Cytokine release syndrome, not 'Fever'; see ctcae-symptom"),
    ("ctcae-lab", "{}", "term must be given: the CTCAE term to grade"),
    ("ctcae-lab", '{"term": " "}', "term must be text, not ' '"),
    ("ctcae-lab", '{"term": 3}', "term must be text, not 3"),
    ("ctcae-lab", '{"term": "Anemia", "unit": 3}', "unit must be text, not 3"),
    ("ctcae-lab", '{"term": "Anemia", "value": 90, "unit": "fathoms"}', "unknown unit 'fathoms'"),
    ("ctcae-lab", '{"term": "Bad hair"}', "unknown term 'Bad hair' in CTCAE 5.0"),
    ("ctcae-lab", '{"term": "Anemia", "ctcae_version": "7.0"}',
     "ctcae_version must be one of 4.03, 5.0, 6.0, not '7.0'"),
    ("ctcae-lab", '{"term": "Anemia", "ctcae_version": [5]}',
     "ctcae_version must be one of 4.03, 5.0, 6.0, not [5]"),
    ("ctcae-lab", '{"term": "Hypocalcemia", "kind": "free"}',
     "kind must be one of albumin_corrected, ionised, not 'free'"),
    ("ctcae-symptom", "{}", "term must be given: the CTCAE term to grade"),
    ("ctcae-symptom", '{"term": "Fever", "intervention": "soon"}',
     "intervention must be one of none, non_urgent, urgent, not 'soon'"),
    ("ctcae-symptom", '{"term": "Seizure", "type": "odd"}',
     "type must be one of partial, generalized, not 'odd'"),
    ("news2", '{"acvpu": "X"}', "acvpu must be one of A, C, V, P, U, not 'X'"),
    ("pews", '{"avpu": "C"}', "avpu must be one of A, V, P, U, not 'C'"),
    ("pews", '{"resp_distress": "some"}',
     "resp_distress must be one of none, mild, moderate, severe, not 'some'"),
]  # fmt: skip


@pytest.mark.parametrize(("scale", "case", "error"), REFUSED)
def test_a_refusal_names_the_key_the_bound_and_what_was_sent(scale, case, error):
    for normal in (False, True):
        answer = grade_line(SCALES[scale], case, line=3, assume_normal=normal)
        assert answer == {"line": 3, "error": error}


def test_a_refused_value_is_shown_up_to_sixty_letters():
    whole, cut = "x" * 58, "x" * 59
    asked = "must be true or false, not"
    crs = SCALES["astct-crs"]
    for word, shown in ((whole, repr(whole)), (cut, "'" + "x" * 56 + "...")):
        answer = grade_line(crs, json.dumps({"fluids_bolus": word}), line=1)
        assert answer["error"] == f"fluids_bolus {asked} {shown}"


def test_ends_of_a_dose_are_taken():
    for scale in ("astct-crs", "cartox"):
        for dose in ("0", "100000"):
            drug = f'{{"vasopressors": [{{"drug": "dopamine", "dose": {dose}}}]}}'
            assert "error" not in grade_line(SCALES[scale], drug, line=1)


@pytest.mark.parametrize(
    ("edition", "ruleset"),
    [
        ('"4.03"', "4.03"),
        ('"4"', "4.03"),
        ('"4.0"', "4.03"),
        ("5", "5.0"),
        ("5.0", "5.0"),
        ('"5"', "5.0"),
        ("6.0", "6.0"),
        ('"6"', "6.0"),
    ],
)
def test_an_edition_is_known_by_its_name_or_number(edition, ruleset):
    line = f'{{"term": "Anemia", "ctcae_version": {edition}}}'
    assert grade_line(SCALES["ctcae-lab"], line, line=1)["ruleset"] == f"ctcae-lab-{ruleset}/1"
