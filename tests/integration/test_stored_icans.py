"""Neuro checks through the door: the published ICANS cases, item sheets, and what is refused."""

import json
import uuid
from datetime import timedelta

import pytest

from charting.entry import EntryRefusedError
from charting.models import PatientState
from charting.neuro import record_neuro_check
from grading.rules.icans_findings import IcansFindings
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.spec.grading.case_files import answers_to, line_of, rows_of
from vitals.models import NeuroAssessment

pytestmark = pytest.mark.django_db
# A key of a case: the field of a check. What is not here is named alike or context.
NAMES = {
    "capd": "capd_score",
    "ice_unable_reason": "unable_reason",
    "capd_unable_reason": "unable_reason",
    "motor_focal_weakness_deep": "motor_weakness",
    "cerebral_oedema": "cerebral_edema",
    "raised_icp_signs": "raised_pressure_signs",
    "intracranial_haemorrhage": "intracranial_hemorrhage",
    "oedema_due_to_haemorrhage": "edema_due_to_hemorrhage",
}
# In case files what is absent is normal: charted, it has to be said.
NORMAL = {"consciousness": "alert", "seizure": "none", "motor_weakness": False}
ALL_ICE = {"year": 1, "month": 1, "city": 1, "hospital": 1, "naming": 3, "commands": 1,
           "writing": 1, "attention": 1}  # fmt: skip


def check(patient, *, minutes_ago=0, client_id=None, **findings):
    return record_neuro_check(
        patient_id=patient.pk,
        client_id=client_id or uuid.uuid4(),
        taken_at=NOW - timedelta(minutes=minutes_ago),
        recorded_by=a_person(),
        now=NOW,
        findings=findings,
    )


def aged(years, ward=None):
    days = int(float(years) * 365.25) + 1
    return a_patient(ward or a_ward(), birth_date=(NOW - timedelta(days=days)).date())


def charted(case, patient):
    findings = {NAMES.get(key, key): value for key, value in case.items()}
    if findings.pop("developmental_delay", False):
        findings["unable_reason"] = "developmental_delay"
    baseline = findings.pop("capd_baseline", None)
    if baseline is not None:
        check(patient, minutes_ago=9 * 24 * 60, capd_score=baseline, is_baseline=True)
    if "seizure_minutes" not in findings:
        findings.setdefault("seizure", "none")
    if not {"ice_score", "ice_items", "capd_score", "capd_items", "unable_reason"} & set(findings):
        young = patient.age_years(NOW.date()) < 12
        findings |= {"capd_score": 0} if young else {"ice_score": 10}
    return check(patient, **(NORMAL | findings))


def test_every_stated_and_derived_case_is_graded_the_same_when_charted(cases, tmp_path):
    rows = rows_of(cases, "ASTCT-ICANS", {"stated", "derived"})
    assert len(rows) >= 22
    answers = answers_to(map(line_of, rows), "astct-icans", tmp_path, assume_normal=True)
    ward, wrong = a_ward(), []
    for row, answer in zip(rows, answers, strict=True):
        case = json.loads(row["inputs_json"])
        stored, _ = charted(case, aged(row["age_years"], ward))
        read = stored.assessments.get()
        found = read.outcome or read.grade
        if not str(found) == row["expected"] == str(answer["grade"]):
            wrong.append((row["id"], row["expected"], answer["grade"], found))
    assert wrong == []


def test_every_finding_of_the_scale_can_be_charted():
    from grading import icans

    never_charted = {"death_due_to_icans"}  # no death is charted on a check
    patient = aged(40)
    stored, _ = check(
        patient, ice_items={"year": 0}, capd_items=[1, None] + [0] * 6, unable_reason="other",
        consciousness="alert", consciousness_other_cause=False, seizure="brief_resolved",
        seizure_minutes=2, motor_weakness=False, cerebral_edema="focal",
        raised_pressure_signs=["papilloedema"], intracranial_hemorrhage=False,
        edema_due_to_hemorrhage=False, global_aphasia=False,
    )  # fmt: skip
    check(patient, capd_score=3, is_baseline=True, minutes_ago=60)
    filled = icans.findings_of(stored, patient, zone=a_ward().zone)
    said = {
        name for name in IcansFindings.__dataclass_fields__ if getattr(filled, name) is not None
    }
    unsaid = set(IcansFindings.__dataclass_fields__) - said - never_charted
    # Totals with items left out are unknown; the reason is about the score of the age.
    assert unsaid == {"ice_score", "capd_score", "capd_unable_reason", "developmental_delay"}
    assert (filled.ice_score_at_most, filled.capd_score_at_least) == (9, 1)


def test_ten_items_give_the_score_that_nobody_had_to_add_up():
    stored, assessment = check(aged(40), ice_items=ALL_ICE | {"naming": 2}, **NORMAL)
    assert stored.ice_score == 9
    assert assessment.grade == 1


def test_items_left_out_bound_the_grade_and_never_make_a_total():
    some = {"year": 0, "month": 0, "city": 0, "hospital": 0}
    stored, assessment = check(aged(40), ice_items=some, **NORMAL)
    assert stored.ice_score is None
    assert (assessment.grade, assessment.at_least) == (None, 2)
    assert "ice_score" in assessment.missing


def test_eight_answers_give_the_delirium_score_of_a_child():
    stored, assessment = check(aged(5), capd_items=[1, 1, 1, 2, 1, 1, 1, 1], **NORMAL)
    assert stored.capd_score == 9
    assert assessment.grade == 3


@pytest.mark.parametrize(
    ("answers", "grade", "at_least"),
    [
        ([4, 4, None, 0, 0, 0, 0, 0], None, 1),
        ([4, 4, 1, None, 0, 0, 0, 0], 3, 3),  # 9 already: no answer can make it less or more
    ],
)
def test_delirium_answers_not_judged_bound_the_grade(answers, grade, at_least):
    stored, assessment = check(aged(5), capd_items=answers, **NORMAL)
    assert stored.capd_score is None
    assert (assessment.grade, assessment.at_least) == (grade, at_least)


@pytest.mark.parametrize(
    ("findings", "said", "given"),
    [
        ({"ice_items": ALL_ICE, "ice_score": 9}, "9", "10"),
        ({"ice_items": {"year": 0}, "ice_score": 9}, "9", "at most 9"),
        ({"capd_items": [0] * 8, "capd_score": 1}, "1", "0"),
        ({"capd_items": [None] * 8, "capd_score": 1}, "1", "at least 0"),
    ],
)
def test_a_total_that_its_items_contradict_is_refused_with_both_named(findings, said, given):
    with pytest.raises(EntryRefusedError) as refused:
        check(aged(40), **findings)
    items, score = list(findings)
    errors = {error.field: error for error in refused.value.errors}
    assert errors.keys() == {items, score}
    assert given in errors[items].message
    assert said in errors[items].message
    assert items in errors[score].message
    assert not NeuroAssessment.objects.exists()


@pytest.mark.parametrize(
    ("findings", "field"),
    [
        ({"ice_items": {"president": 1}}, "ice_items"),
        ({"ice_items": {"naming": 4}}, "ice_items"),
        ({"capd_items": [0] * 7}, "capd_items"),
        ({"capd_items": [5] + [0] * 7}, "capd_items"),
        ({"cerebral_edema": "some"}, "cerebral_edema"),
        ({"raised_pressure_signs": ["headache"]}, "raised_pressure_signs"),
        ({"seizure_minutes": 10_001}, "seizure_minutes"),
        ({"ice_score": 11}, "ice_score"),
        ({}, "findings"),
        ({"language": "Turkish", "interpreter": True}, "findings"),
    ],
)
def test_what_no_sheet_can_hold_is_refused_by_name(findings, field):
    with pytest.raises(EntryRefusedError) as refused:
        check(aged(40), **findings)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_sedated_patient_is_not_assessable_and_never_zero():
    _, assessment = check(aged(40), unable_reason="sedated", consciousness="unarousable")
    assert (assessment.grade, assessment.outcome) == (None, "not_assessable")


def test_hemorrhage_is_excluded_and_said():
    _, assessment = check(
        aged(40), ice_score=10, cerebral_edema="diffuse", edema_due_to_hemorrhage=True,
        intracranial_hemorrhage=True, **NORMAL,
    )  # fmt: skip
    assert assessment.grade == 0
    assert any("hemorrhage" in flag for flag in assessment.flags)


def test_tremor_myoclonus_and_headache_are_kept_and_change_no_grade():
    stored, assessment = check(
        aged(40), ice_score=10, tremor=True, myoclonus=True, headache=True, **NORMAL
    )
    assert (stored.tremor, stored.myoclonus, stored.headache) == (True, True, True)
    assert assessment.grade == 0


def test_delirium_score_stands_from_twelve_on_only_where_ice_cannot_be_done():
    _, able = check(aged(15), capd_score=9, **NORMAL)
    assert (able.grade, able.at_least) == (None, 0)
    _, unable = check(aged(15), capd_score=9, unable_reason="language_barrier", **NORMAL)
    assert unable.grade == 3


def test_a_child_who_cannot_be_woken_for_the_score_is_grade_four():
    _, assessment = check(aged(5), unable_reason="unarousable", consciousness="unarousable")
    assert assessment.grade == 4


def test_a_baseline_of_later_does_not_excuse_an_earlier_score():
    patient = aged(3)
    check(patient, capd_score=8, is_baseline=True)
    _, before = check(patient, minutes_ago=60, capd_score=4, **NORMAL)
    assert before.at_least == 1


def test_a_repeat_answers_what_is_stored_and_the_newest_check_leads():
    patient, name = aged(40), uuid.uuid4()
    first, _ = check(patient, client_id=name, ice_score=5, **NORMAL)
    again, assessment = check(patient, client_id=name, ice_score=5, **NORMAL)
    assert first.pk == again.pk
    check(patient, minutes_ago=90, ice_score=10, **NORMAL)
    assert PatientState.objects.get(pk=patient.pk).latest_icans == assessment
