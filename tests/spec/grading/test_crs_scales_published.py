"""The written cases and the one-patient table of the scales of support, through the command."""

import csv
import io
import json

import pytest
from django.core.management import call_command

from tests.spec.grading.support import grade_of

SCALES = {"LEE2014": "lee-2014", "PENN": "penn", "CTCAE5": "ctcae5-crs"}
AT_LEAST = {"LEE2014": 7, "PENN": 8, "CTCAE5": 4}


def rows_of(cases, scale, certainties):
    """The rows of one scale; of CTCAE only those of the term this scale grades."""
    with cases.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["scale"] == scale]
    return [
        row
        for row in rows
        if row["certainty"] in certainties
        and json.loads(row["inputs_json"]).get("term", "Cytokine release syndrome")
        == "Cytokine release syndrome"
    ]


def answers_to(rows, scale, folder, **options):
    lines = folder / "cases.jsonl"
    # The text of the inputs is spliced in, so that no number passes through binary.
    lines.write_text(
        "".join(
            f'{{"id": {json.dumps(row["id"])}, "age_years": {row["age_years"] or "null"}, '
            f'"inputs": {row["inputs_json"]}}}\n'
            for row in rows
        ),
        encoding="utf-8",
    )
    out = io.StringIO()
    call_command("grade", SCALES[scale], str(lines), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("scale", SCALES)
def test_every_written_case_has_its_grade(cases, scale, tmp_path):
    rows = rows_of(cases, scale, {"stated", "derived", "policy", "memory"})
    assert len(rows) >= AT_LEAST[scale]
    answers = answers_to(rows, scale, tmp_path, assume_normal=True)
    assert {row["id"]: row["expected"] for row in rows} == {
        answer["id"]: str(answer["grade"]) for answer in answers
    }


@pytest.mark.parametrize("scale", SCALES)
def test_read_strictly_no_case_claims_more_than_its_grade(cases, scale, tmp_path):
    rows = rows_of(cases, scale, {"stated", "derived"})
    for row, answer in zip(rows, answers_to(rows, scale, tmp_path), strict=True):
        assert answer["at_least"] <= int(row["expected"])
        assert str(answer["grade"]) in (row["expected"], "None")


ONE = [{"drug": "norepinephrine", "dose": 5, "unit": "ug/min"}]
TWO = [*ONE, {"drug": "phenylephrine", "dose": 20, "unit": "ug/min"}]
LOW, HIGH = {"vasopressor_intensity": "low"}, {"vasopressor_intensity": "high"}
PRESSED = {"hypotension_present": True}
NO_DOSE = ("astct-crs", "ctcae5-crs")


@pytest.mark.parametrize(
    ("scenario", "case", "astct", "lee", "penn", "ctcae", "cartox"),
    [
        # scenario, with fever; inputs; ASTCT, Lee, Penn, CTCAE, CARTOX
        ("fever only", {}, 1, 1, 1, 1, 1),
        (
            "several boluses work",
            PRESSED | {"fluids_bolus": True, "fluid_boluses_n": 3},
            2,
            2,
            3,
            2,
            2,
        ),
        ("one vasopressor, low dose", PRESSED | {"vasopressors": ONE} | LOW, 3, 2, 3, 3, 2),
        ("one vasopressor, high dose", PRESSED | {"vasopressors": ONE} | HIGH, 3, 3, 4, 3, 3),
        ("two vasopressors, low dose", PRESSED | {"vasopressors": TWO} | LOW, 4, 3, 3, 3, 3),
        ("cannula", {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": 2}, 2, 2, 3, 2, 2),
        ("facemask", {"oxygen_device": "simple_facemask", "fio2": 0.35}, 3, 2, 3, 2, 2),
        ("CPAP", {"oxygen_device": "cpap", "fio2": 0.35}, 4, 2, 3, 2, 2),
        (
            "ventilated",
            {"oxygen_device": "invasive_ventilation", "ventilation_reason": "hypoxia"},
            4,
            4,
            4,
            4,
            4,
        ),
        ("ALT grade 4", {"organ_toxicities": {"ALT increased": 4}}, 1, 3, 3, 1, 3),
        ("creatinine grade 4", {"organ_toxicities": {"creatinine increased": 4}}, 1, 4, 3, 1, 4),
        ("cryoprecipitate", {"coagulopathy_products": ["cryoprecipitate"]}, 1, 1, 3, 1, 1),
    ],
)
def test_one_patient_has_another_grade_in_each_scale(
    scenario, case, astct, lee, penn, ctcae, cartox
):
    expected = {
        "astct-crs": astct,
        "lee-2014": lee,
        "penn": penn,
        "ctcae5-crs": ctcae,
        "cartox": cartox,
    }
    assert {scale: grade_of(scale, **_as_read_by(scale, case)) for scale in expected} == expected


def _as_read_by(scale, case):
    """The part of the scenario that a case of this scale may state."""
    unread = {
        "fluid_boluses_n": scale != "penn",
        "coagulopathy_products": scale != "penn",
        "vasopressor_intensity": scale in NO_DOSE,
        "organ_toxicities": scale == "ctcae5-crs",
    }
    return {key: value for key, value in case.items() if not unread.get(key)}


def test_fever_only_is_penn_2_once_admitted_for_it():
    assert grade_of("penn", hospitalised_for_crs=True) == 2


def test_low_fibrinogen_counts_by_its_organ_grade_where_products_do_not():
    toxicity = {"organ_toxicities": {"Fibrinogen decreased": 3}}
    assert grade_of("lee-2014", **toxicity) == grade_of("cartox", **toxicity) == 3
