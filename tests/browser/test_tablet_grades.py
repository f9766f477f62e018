"""Every published case graded on the tablet, held against what the rules answer themselves."""

import csv
import gzip
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from alerts import policy, rulebook
from alerts.policy import CourseFacts, Facts, SetFacts, Severity, neuro
from alerts.policy.facts import NeuroCheck, NeuroFacts
from charting.alerting_facts import (
    FIELDS,
    GradedSet,
    hours_since_masking_drug,
    reading_of,
    rests_on_pressure,
)
from grading import also, course, hypotension, icans
from grading.models import Assessment, columns_of
from grading.rules.crs_astct import grade_crs
from grading.rules.icans_astct import grade_icans
from patients.age import completed_months
from patients.windows import WindowState
from tests.factories.tablet import AT, a_check, a_row, a_set, a_situation, birthday

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CORPUS = Path(__file__).parents[2] / "docs/conformance"
BOOK = rulebook.current()


def said(because):
    return [
        f"{row['words']} ({', '.join(row['inputs'])})" if row["inputs"] else row["words"]
        for row in because
    ]


def is_urgent(found):
    return any(each.severity is Severity.P1 for each in found)


def by_the_rules(values, state, drugs, age_years):
    """Grade, reasons and urgency of one set by the modules that the server asks."""
    born = birthday(age_years)
    limit = hypotension.limit_mmhg(born, on=AT.date())
    read = course.read(state, values, drugs=drugs, hypotension_below=limit)
    verdict = grade_crs(read.findings)
    after = course.advance(state, read, verdict, at=AT, drugs=drugs)
    columns = also.presumed(columns_of(verdict), read)
    graded = GradedSet(Assessment(taken_at=AT), drugs)
    row = dict.fromkeys(FIELDS) | dict(values.recorded) | {"taken_at": AT}
    seen = SetFacts(
        reading_of(row | {"consciousness": ""}),
        at_least=verdict.at_least,
        grade=verdict.grade,
        fever=after.last_fever_at == AT,
        rests_on_pressure=verdict.at_least == 2 and rests_on_pressure(after, graded),
    )
    facts = CourseFacts(
        WindowState.NONE,
        age_months=completed_months(born, on=AT.date()),
        hypotension_below_mmhg=limit,
        hours_since_masking_drug=hours_since_masking_drug(drugs, at=AT),
    )
    found = policy.conditions(Facts(seen, facts), BOOK)
    return {
        "grade": verdict.grade,
        "at_least": verdict.at_least,
        "because": said(columns["because"]),
        "missing": columns["missing"],
        "flags": columns["flags"],
        "is_p1": is_urgent(found),
        "provisional": any(each.is_provisional for each in found),
    }


def check_by_the_rules(fields, age_years, baseline):
    row = a_row(fields)
    verdict = grade_icans(
        icans.findings_at(row, age_years=age_years, capd_baseline=baseline), icans.POLICY
    )
    facts = NeuroFacts(
        newest=NeuroCheck(AT, *(read_total(fields, age_years, name) for name in ("ice", "capd"))),
        capd_baseline=baseline,
        consciousness=row.consciousness,
        seizure=row.seizure,
        weakness=row.motor_weakness,
        raised_pressure=bool(row.raised_pressure_signs) or row.cerebral_edema not in {"", "none"},
    )
    told = verdict.as_dict()
    return {
        "grade": told["grade"],
        "at_least": told["at_least"],
        "because": told["because"],
        "missing": told["missing"],
        "flags": told["flags"],
        "is_p1": is_urgent(neuro.conditions(facts, BOOK)),
        "provisional": False,
    }


def read_total(fields, age_years, name):
    """The score as the door stores it: stated, or added up from a complete sheet."""
    findings = icans.findings_at(a_row(fields), age_years=age_years, capd_baseline=None)
    return getattr(findings, f"{name}_score")


def differences(rows, asked, told):
    """The rows of which the tablet says something else, and what."""
    found = [
        (row["id"], {key: (expected[key], got.get(key)) for key in expected
                     if got.get(key) != expected[key]})
        for row, expected, got in zip(rows, asked, told, strict=True)
    ]  # fmt: skip
    return [each for each in found if each[1]]


def died(case):
    """Grade 5 is a person's word: neither a set nor a neuro check says it."""
    return bool(case.get("death_due_to_crs") or case.get("death_due_to_icans"))


def corpus(name):
    text = (CORPUS / name).read_text(encoding="utf-8")
    rows = [json.loads(line, parse_float=Decimal) for line in text.splitlines()]
    return [row for row in rows if not died(row["case"])]


def published(cases, scale):
    for row in csv.DictReader(cases.open(encoding="utf-8")):
        case = json.loads(row["inputs_json"], parse_float=Decimal)
        if row["scale"] == scale and not died(case):
            yield {
                "id": row["id"],
                "case": case,
                "age_years": float(row["age_years"] or 30),
                "expected": row["expected"],
            }


def compare_sets(on_tablet, rows):
    asked, questions = [], []
    for row in rows:
        values, state, drugs = a_set(row["case"])
        age = float(row["age_years"])
        asked.append(by_the_rules(values, state, drugs, age))
        situation = a_situation(state, age_years=age, drugs=drugs)
        questions.append([dict(values.recorded) | {"taken_at": AT.isoformat()}, situation])
    told = on_tablet("gradeSet", questions)
    assert differences(rows, asked, told) == []
    assert [str(got["grade"]) for got in told] == [str(row["expected"]) for row in rows]
    return len(rows)


def compare_checks(on_tablet, rows):
    asked, questions = [], []
    for row in rows:
        age, baseline = float(row["age_years"]), row["case"].get("capd_baseline")
        fields = a_check(row["case"], age)
        asked.append(check_by_the_rules(fields, int(age), baseline))
        before = {"capd_baseline": baseline, "capd_baseline_at": None, "checks": []}
        if baseline is not None:
            before["capd_baseline_at"] = (AT - timedelta(days=9)).isoformat()
        situation = a_situation(age_years=age, neuro=before)
        questions.append([fields | {"taken_at": AT.isoformat()}, situation])
    told = on_tablet("gradeNeuro", questions)
    assert differences(rows, asked, told) == []
    assert [str(got["grade"]) for got in told] == [str(row["expected"]) for row in rows]
    return len(rows)


def test_every_row_of_the_crs_grid_is_graded_as_by_the_rules(on_tablet):
    assert compare_sets(on_tablet, corpus("crs-grid.jsonl")) == 100


def test_every_row_of_the_icans_grid_is_graded_as_by_the_rules(on_tablet):
    assert compare_checks(on_tablet, corpus("icans-grid.jsonl")) == 1485


@pytest.mark.parametrize(
    ("scale", "compare", "known"),
    [("astct-crs", compare_sets, 194), ("astct-icans", compare_checks, 95)],
)
def test_both_sides_of_every_bound_are_graded_as_by_the_rules(on_tablet, scale, compare, known):
    rows = [row for row in corpus("boundaries.jsonl") if row["scale"] == scale]
    assert compare(on_tablet, rows) == known


@pytest.mark.parametrize(
    ("scale", "compare", "known"),
    [("ASTCT-CRS", compare_sets, 30), ("ASTCT-ICANS", compare_checks, 20)],
)
def test_the_published_cases_are_graded_as_by_the_rules(on_tablet, cases, scale, compare, known):
    assert compare(on_tablet, list(published(cases, scale))) >= known


WELL = {
    "temperature_celsius": "36.8", "systolic_mmhg": 120, "oxygen_device": "room_air",
    "vasopressors": [],
}  # fmt: skip


def alone(on_tablet, values, situation, name="gradeSet"):
    return on_tablet(name, [[{"taken_at": AT.isoformat()} | values, situation]])[0]


@pytest.mark.parametrize(
    ("values", "situation", "why"),
    [
        (WELL, None, "nothing is known of this patient"),
        (WELL, {"table": "0" * 16}, "other rules than the server"),
        (WELL, {"newest_at": AT.isoformat()}, "a newer set is known"),
        (WELL, {"until": (AT - timedelta(minutes=1)).isoformat()}, "too far from what"),
        (WELL | {"taken_at": (AT - timedelta(days=2)).isoformat()}, {}, "too far from what"),
        (WELL | {"taken_at": ""}, {}, "the time of the set is not known"),
        (WELL | {"supersedes": 7}, {}, "a correction changes"),
        (WELL | {"oxygen_device": "iron_lung"}, {}, "is not known as an oxygen device"),
        (WELL | {"vasopressors": ["coffee"]}, {}, "is not known as a vasopressor"),
        (WELL | {"temperature_celsius": "warm"}, {}, "is no number here"),
        (WELL | {"systolic_mmhg": "84.5"}, {}, "is no number here"),
        (WELL | {"hypotension": "maybe"}, {}, "is no answer"),
    ],
)
def test_what_cannot_be_known_here_is_said_and_has_no_grade(on_tablet, values, situation, why):
    known = None if situation is None else a_situation(**situation)
    got = alone(on_tablet, values, known)
    assert why in got["not_computed"]
    assert got["grade"] is got["at_least"] is got["is_p1"] is None


def test_what_was_not_recorded_is_missing_and_not_normal(on_tablet):
    nothing = alone(on_tablet, {"heart_rate_bpm": 80}, a_situation())
    assert (nothing["grade"], nothing["at_least"]) == (None, 0)
    assert "temperature_celsius" in nothing["missing"]
    well = alone(on_tablet, WELL, a_situation())
    assert (well["grade"], well["missing"], well["is_p1"]) == (0, [], False)


def test_a_fever_that_is_not_sent_yet_counts_for_the_next_set(on_tablet):
    fever = WELL | {"temperature_celsius": "38.0", "taken_at": AT.isoformat()}
    later = WELL | {"hypotension": True, "taken_at": (AT + timedelta(hours=5)).isoformat()}
    situation = a_situation()
    unheard, heard = on_tablet("gradeSet", [[later, situation], [later, situation, [fever]]])
    assert (unheard["grade"], heard["grade"]) == (0, 2)


def test_table_and_modules_are_small_enough_for_the_tablet():
    static = CORPUS.parents[1] / "static/crs_monitor"
    served = [*(static / "js/rules").glob("*.js"), *(static / "rules").glob("*.json")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in served) < 25_000
