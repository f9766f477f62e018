"""CTCAE 5.0 symptoms: what measured values decide, and what only a clinician can."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rules import ctcae_symptom_rows as rows
from grading.rules.ctcae_checks import check_symptom_tables
from grading.rules.ctcae_symptom import (
    CRITERIA,
    NEEDS_CLINICAL_INPUT,
    RULESET,
    SymptomFindings,
    SymptomFlag,
    criteria,
    grade_symptom,
)
from grading.rules.ctcae_symptom_picks import PICKS
from tests.spec.grading.case_files import asker, rows_of, too_sure_of, wrong_of

ask = asker("ctcae-symptom", assume_normal=True)
strict = asker("ctcae-symptom")


@pytest.mark.parametrize(
    ("celsius", "hours", "grade"),
    [
        (37.9, 0, 0),
        (38.0, 0, 1),
        (39.0, 0, 1),
        (39.1, 0, 2),
        (40.0, 30, 2),
        (40.1, 0, 3),
        (40.1, 24, 3),
        (40.1, 24.1, 4),
    ],
)
def test_fever_goes_by_height_and_then_by_hours(celsius, hours, grade):
    assert ask(term="Fever", temperature_c=celsius, hours_above_40=hours)["grade"] == grade


@pytest.mark.parametrize(
    ("anc", "celsius", "minutes", "grade"),
    [
        (0.99, 38.3, 0, 0),
        (0.99, 38.4, 0, 3),
        (1.0, 39.0, 200, 0),
        (0, 38.4, 0, 3),
        (0.9, 38.0, 60, 0),
        (0.9, 38.0, 61, 3),
    ],
)
def test_febrile_neutropenia_needs_both(anc, celsius, minutes, grade):
    case = {"anc_10e9_l": anc, "temperature_c": celsius, "minutes_at_or_above_38": minutes}
    answer = ask(term="Febrile neutropenia", **case)
    assert answer["grade"] == grade
    threatened = ask(term="Febrile neutropenia", life_threatening=True, **case)
    assert threatened["grade"] == (4 if grade else 0)


@pytest.mark.parametrize(
    ("percent", "drop", "grade"),
    [
        (51, 9, 0),
        (50, 0, 2),
        (40, 0, 2),
        (39, 0, 3),
        (20, 0, 3),
        (19, 0, 4),
        (55, 10, 2),
        (55, 19, 2),
        (55, 20, 3),
    ],
)
def test_ejection_fraction_goes_by_value_or_drop(percent, drop, grade):
    answer = ask(term="Ejection fraction decreased", ef_percent=percent, drop_points=drop)
    assert answer["grade"] == grade


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({"bsa_percent": 0}, 0),
        ({"bsa_percent": 9.9}, 1),
        ({"bsa_percent": 10}, 2),
        ({"bsa_percent": 30}, 2),
        ({"bsa_percent": 30, "severe_symptoms": True}, 2),
        ({"bsa_percent": 31}, 2),
        ({"bsa_percent": 31, "severe_symptoms": True}, 3),
        ({"bsa_percent": 5, "limits_instrumental": True}, 2),
        ({"bsa_percent": 5, "limits_self_care": True}, 3),
    ],
)
def test_rash_goes_by_surface_and_symptoms(case, grade):
    assert ask(term="Rash maculo-papular", **case)["grade"] == grade


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({"stools_over_baseline_per_day": 0}, 0),
        ({"stools_over_baseline_per_day": 1}, 1),
        ({"stools_over_baseline_per_day": 3}, 1),
        ({"stools_over_baseline_per_day": 4}, 2),
        ({"stools_over_baseline_per_day": 6}, 2),
        ({"stools_over_baseline_per_day": 7}, 3),
        ({"stools_over_baseline_per_day": 2, "limits_instrumental": True}, 2),
        ({"stools_over_baseline_per_day": 2, "hospitalised": True}, 3),
        ({"stools_over_baseline_per_day": 2, "limits_self_care": True}, 3),
        ({"stools_over_baseline_per_day": 2, "life_threatening": True}, 4),
        ({"hospitalised": True}, 3),
    ],
)
def test_diarrhea_goes_by_stools_and_what_it_needs(case, grade):
    assert ask(term="Diarrhoea", **case)["grade"] == grade


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({}, 1),
        ({"symptomatic": True}, 2),
        ({"intervention": "non_urgent"}, 2),
        ({"intervention": "urgent"}, 3),
    ],
)
def test_sinus_tachycardia_goes_by_treatment_not_by_rate(case, grade):
    assert ask(term="Sinus tachycardia", **case)["grade"] == grade


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({"type": "partial", "brief": True}, 1),
        ({"type": "generalized", "brief": True}, 2),
        ({"type": "generalized", "brief": False}, 3),
        ({"type": "partial", "new_onset": True}, 3),
        ({"type": "generalized", "multiple_despite_treatment": True}, 3),
        ({"type": "generalized", "prolonged_repetitive": True}, 4),
        ({"type": "partial", "life_threatening": True}, 4),
    ],
)
def test_a_seizure_goes_by_kind_onset_and_repetition(case, grade):
    assert ask(term="Seizure", **case)["grade"] == grade


@pytest.mark.parametrize(
    ("case", "at_least", "missing"),
    [
        ({"term": "Fever", "temperature_c": 40.5}, 3, ["hours_above_40"]),
        ({"term": "Fever"}, 0, ["temperature_c"]),
        ({"term": "Febrile neutropenia", "temperature_c": 39}, 0, ["anc_10e9_l"]),
        ({"term": "Ejection fraction decreased", "ef_percent": 52}, 0, ["drop_points"]),
        ({"term": "Rash maculo-papular", "bsa_percent": 35}, 2, ["severe_symptoms"]),
        ({"term": "Sinus tachycardia"}, 1, ["intervention", "symptomatic"]),
        (
            {"term": "Seizure", "type": "generalized", "brief": True},
            2,
            ["life_threatening", "new_onset"],
        ),
        ({"term": "Seizure", "type": "generalized"}, 2, ["life_threatening", "new_onset", "brief"]),
    ],
)
def test_what_was_not_recorded_leaves_the_grade_open_and_bounded(case, at_least, missing):
    answer = strict(**case)
    assert (answer["grade"], answer["at_least"], answer["missing"]) == (None, at_least, missing)


def test_a_known_low_fever_needs_no_hours_and_says_what_it_rests_on():
    answer = strict(term="fever", temperature_c=38.5)
    assert (answer["grade"], answer["ruleset"]) == (1, RULESET)
    assert answer["because"] == ["38.0 to 39.0 °C (temperature 38.5 °C)"]


@pytest.mark.parametrize("term", PICKS)
def test_a_term_of_judgment_is_picked_and_never_computed(term):
    for question in (ask, strict):
        answer = question(term=term)
        assert (answer["grade"], answer["at_least"]) == (NEEDS_CLINICAL_INPUT, 0)
        assert answer["flags"] == [SymptomFlag.PICK]


@pytest.mark.parametrize(
    ("case", "grade", "at_least"),
    [
        ({"term": "Confusion", "life_threatening": True}, 4, 4),
        ({"term": "Confusion", "limits_self_care": True}, NEEDS_CLINICAL_INPUT, 3),
        ({"term": "Headache", "limits_self_care": True}, 3, 3),
        ({"term": "Headache", "life_threatening": True}, NEEDS_CLINICAL_INPUT, 0),
        ({"term": "Hypotension", "limits_self_care": True}, NEEDS_CLINICAL_INPUT, 0),
        ({"term": "Dyspnoea", "limits_self_care": True}, NEEDS_CLINICAL_INPUT, 3),
    ],
)
def test_what_is_stated_still_sets_the_least_it_can_be(case, grade, at_least):
    answer = strict(**case)
    assert (answer["grade"], answer["at_least"]) == (grade, at_least)


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({}, "term must be given"),
        ({"term": "Sadness"}, "unknown term 'Sadness' among CTCAE 5.0 symptoms"),
        ({"term": "z" * 300}, "unknown term 'zzz"),
        ({"term": "Cytokine release syndrome"}, "grade it by ctcae5-crs"),
        ({"term": "Fever", "temperature_c": 101}, "it looks like Fahrenheit"),
        ({"term": "Fever", "hours_above_40": -1}, "hours_above_40 must be 0 to 100000 h, not -1"),
        ({"term": "Fever", "temperature_c": float("nan")}, "temperature_c must be"),
        ({"term": "Diarrhea", "stools_over_baseline_per_day": "7"}, "must be a number, not '7'"),
        ({"term": "Seizure", "type": "absence"}, "type must be one of partial, generalized"),
        ({"term": "Fever", "stool": 1}, "unknown key 'stool'"),
    ],
)
def test_a_bad_case_is_refused_by_field_value_and_bound(case, error):
    for question in (ask, strict):
        assert error in question(**case)["error"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"intervention": "some"}, "unknown intervention 'some'; known: non_urgent, none, urgent"),
        ({"drop_points": Decimal(-1)}, "drop_points must be a finite number of 0 or more, not -1"),
        ({"drop_points": Decimal("NaN")}, "not NaN"),
    ],
)
def test_findings_that_cannot_be_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        grade_symptom(SymptomFindings("Fever", **wrong))


def test_every_stated_and_derived_case_has_its_grade(cases, tmp_path):
    written = rows_of(cases, "CTCAE5", {"stated", "derived"})
    mine = [row for row in written if "Cytokine release syndrome" not in row["inputs_json"]]
    assert len(mine) >= 10
    assert wrong_of(mine, "ctcae-symptom", tmp_path) == []
    assert too_sure_of(mine, "ctcae-symptom", tmp_path) == []


_graver = {
    rows.FEVER: ("temperature_celsius", 1),
    rows.DIARRHEA: ("stools_over_baseline_per_day", 1),
    rows.RASH: ("body_surface_percent", 1),
    rows.EJECTION_FRACTION: ("ejection_fraction_percent", -1),
    rows.FEBRILE_NEUTROPENIA: ("neutrophils_10e9_l", -1),
}
_values = st.decimals("0", "60", places=1)
_answers = st.sampled_from([True, False, None])


@given(
    st.sampled_from(sorted(_graver)),
    _values,
    _values,
    st.fixed_dictionaries(
        dict.fromkeys(["limits_self_care", "severe_symptoms", "life_threatening"], _answers)
    ),
    st.none() | _values,
)
def test_a_worse_value_never_lowers_the_least_grade(term, value, further, stated, other):
    field, way = _graver[term]
    rest = {"hours_above_40": other, "temperature_celsius": other, "drop_points": other}
    findings = SymptomFindings(term, **(rest | stated | {field: value}))
    worse = replace(findings, **{field: max(Decimal(0), value + way * further)})
    assert grade_symptom(worse).at_least >= grade_symptom(findings).at_least


def test_the_tables_are_whole_and_a_missing_row_is_noticed():
    assert check_symptom_tables() == []
    assert all(row.words and row.source for _, row in criteria())
    unnoticed = {
        rule.criterion.id
        for place, rule in enumerate(CRITERIA)
        if not check_symptom_tables((*CRITERIA[:place], *CRITERIA[place + 1 :]))
    }
    # What these rest on is stated, not measured; the values of the others leave no gap.
    assert unnoticed == {
        *("ctcae5-febrile-neutropenia-4", "ctcae5-febrile-neutropenia-3"),
        *("ctcae5-rash-maculo-papular-3", "ctcae5-diarrhea-4"),
        *("ctcae5-sinus-tachycardia-3", "ctcae5-sinus-tachycardia-2", "ctcae5-sinus-tachycardia-1"),
        *("ctcae5-seizure-4", "ctcae5-seizure-3", "ctcae5-seizure-3-long"),
        *("ctcae5-seizure-2", "ctcae5-seizure-1"),
    }
