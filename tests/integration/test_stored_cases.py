"""The published cases through the stored path: chart what the case says, read the assessments."""

import csv
import json
import uuid
from decimal import Decimal

import pytest

from charting import confirming
from grading.confirming import Word
from grading.models import Assessment, Confirmation
from grading.rules.cases import grade_case
from grading.rules.ctcae_crs import TERM
from grading.rules.registry import SCALES
from staff.models import Role
from tests.factories.cases import charted
from tests.factories.ward import NOW, a_person, a_ward

pytestmark = pytest.mark.django_db

# The scale of the case file: its name here, and how many rows of it can be charted.
SCALE_OF = {
    "ASTCT-CRS": ("astct-crs", 26),
    "LEE2014": ("lee-2014", 7),
    "PENN": ("penn", 8),
    "CTCAE5": ("ctcae5-crs", 3),
    "NEWS2": ("news2", 10),
    "PEWS": ("pews", 12),
}
# No set says it: grade 5 is a person's word, so these go through the door for it (see below).
DEATHS = {"CT5-007"}


def rows(cases, scale):
    for row in csv.DictReader(cases.open(encoding="utf-8")):
        case = json.loads(row["inputs_json"], parse_float=Decimal)
        of_term = case.get("term", TERM) == TERM
        if row["scale"] == scale and row["certainty"] in {"stated", "derived"} and of_term:
            yield row, case


def by_command(scale, case, age_years):
    """What `manage.py grade SCALE --assume-normal` answers."""
    line = {"inputs": case, "age_years": Decimal(age_years) if age_years else None}
    return grade_case(SCALES[scale], line, assume_normal=True)["grade"]


@pytest.mark.parametrize("named", sorted(SCALE_OF))
def test_every_case_is_graded_the_same_when_charted_and_by_the_command(cases, named):
    scale, known = SCALE_OF[named]
    ward, wrong, judged = a_ward(), [], 0
    for row, case in rows(cases, named):
        if row["id"] in DEATHS:
            continue
        patient, _ = charted(case, age_years=row["age_years"], ward=ward)
        stored = Assessment.objects.in_force().get(
            patient=patient, scale=scale, observation_set__taken_at=NOW
        )
        command = by_command(scale, case, row["age_years"])
        judged += 1
        if not stored.grade == command == int(row["expected"]):
            wrong.append((row["id"], row["expected"], stored.grade, command, stored.missing))
    assert wrong == []
    assert judged >= known


def test_a_death_is_grade_5_by_a_persons_word_alone(cases):
    ward = a_ward()
    oncologist = a_person(Role.ONCOLOGIST, ward)
    deaths = [
        (scale, row, case)
        for named, (scale, _) in SCALE_OF.items()
        for row, case in rows(cases, named)
        if case.get("death_due_to_crs")
    ]
    assert {row["id"] for _, row, _ in deaths} == DEATHS
    for scale, row, case in deaths:
        patient, _ = charted(case, age_years=row["age_years"], ward=ward)
        computed = Assessment.objects.in_force().get(patient=patient, scale=scale)
        assert by_command(scale, case, row["age_years"]) == int(row["expected"]) == 5
        assert computed.at_least < 5
        confirming.confirm_grade(
            assessment_id=computed.pk,
            client_id=uuid.uuid4(),
            word=Word("changed", 5, note="died of it"),
            by=oncologist,
            now=NOW,
        )
        said = Confirmation.objects.in_force().get(patient=patient)
        assert (said.grade, said.assessment.scale) == (5, scale)
