"""Symptoms through the door: the published CTCAE cases, picks, absences and corrections."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from audit.models import AuditEntry
from charting.entry import EntryRefusedError
from charting.symptoms import Report, correct_symptom, record_symptoms
from grading import symptoms as grading
from grading.models import Assessment
from grading.rules.cases_ctcae import SYMPTOM_FIELD_OF
from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.spec.grading.case_files import answers_to, line_of, rows_of
from vitals.models import SymptomReport
from vitals.symptoms import SYMPTOMS

pytestmark = pytest.mark.django_db
CODE_OF = {each.term: code for code, each in SYMPTOMS.items() if each.term}


@pytest.fixture
def patient():
    return a_patient(a_ward())


def record(patient, *reports, client_id=None):
    return record_symptoms(
        patient_id=patient.pk,
        client_id=client_id or uuid.uuid4(),
        reports=reports,
        recorded_by=a_person(),
        now=NOW,
        source="nurse",
    )


def present(code, *, minutes_ago=0, **more):
    return Report(code, is_present=True, taken_at=NOW - timedelta(minutes=minutes_ago), **more)


def absent(code):
    return Report(code, is_present=False, taken_at=NOW)


def refused_by(patient, *reports):
    with pytest.raises(EntryRefusedError) as refused:
        record(patient, *reports)
    assert not SymptomReport.objects.exists()
    return {error.field: error.message for error in refused.value.errors}


def test_every_stated_and_derived_case_is_graded_the_same_when_charted(cases, patient, tmp_path):
    rows = [
        row
        for row in rows_of(cases, "CTCAE5", {"stated", "derived"})
        if json.loads(row["inputs_json"]).get("term") in CODE_OF
    ]
    assert len(rows) >= 10
    answers = answers_to(map(line_of, rows), "ctcae-symptom", tmp_path, assume_normal=True)
    wrong = []
    for row, answer in zip(rows, answers, strict=True):
        case = json.loads(row["inputs_json"], parse_float=Decimal)
        code = CODE_OF[case.pop("term")]
        findings = {SYMPTOM_FIELD_OF[key]: value for key, value in case.items()}
        # In case files what is absent is normal: charted, it has to be said.
        for question in grading.questions_of(SYMPTOMS[code].term):
            if not question.is_number and not question.words:
                findings.setdefault(question.name, question.name == "brief")
        (stored,) = record(patient, present(code, findings=findings))
        read = Assessment.objects.get(symptom_report=stored.report)
        kept = SymptomReport.objects.get(pk=stored.report.pk)
        if not row["expected"] == str(answer["grade"]) == str(read.grade) == str(kept.grade):
            wrong.append((row["id"], row["expected"], answer["grade"], read.grade))
    assert wrong == []


@pytest.mark.parametrize("code", sorted(SYMPTOMS))
def test_every_symptom_is_recorded_present_and_absent(patient, code):
    ((seen,), (missed,)) = (record(patient, present(code)), record(patient, absent(code)))
    assert (seen.report.is_present, missed.report.is_present) == (True, False)
    assert (seen.assessment is None) is (SYMPTOMS[code].term == "")
    assert missed.assessment is None


@pytest.mark.parametrize(
    ("code", "grade"),
    [
        (code, row.grade)
        for code, each in sorted(SYMPTOMS.items())
        if each.term
        for row in grading.rows_of(each.term)
    ],
)
def test_every_row_of_every_term_can_be_picked_and_is_kept_in_its_words(patient, code, grade):
    (stored,) = record(patient, present(code, grade=grade))
    assessment = stored.assessment
    assert (assessment.grade, assessment.at_least, assessment.term) == (
        grade, grade, SYMPTOMS[code].term,
    )  # fmt: skip
    rows = {row.grade: row.words for row in grading.rows_of(assessment.term)}
    assert assessment.because[0]["words"] == rows[grade]
    assert assessment.ruleset == "ctcae-symptom-5.0/1"


def test_a_symptom_that_nobody_graded_has_no_grade_and_waits_for_a_pick(patient):
    (stored,) = record(patient, present("chills"))
    assert stored.report.grade is None
    assert (stored.assessment.grade, stored.assessment.outcome) == (None, "needs_clinical_input")


def test_what_was_measured_grades_by_itself(patient):
    findings = {"temperature_celsius": Decimal("40.1"), "hours_above_40": 24}
    (stored,) = record(patient, present("fever", findings=findings))
    assert (stored.report.grade, stored.assessment.grade) == (3, 3)
    assert SymptomReport.objects.get().findings == {
        "temperature_celsius": "40.1",
        "hours_above_40": "24",
    }


def test_a_pick_fills_in_what_was_not_measured(patient):
    findings = {"temperature_celsius": Decimal("40.1")}
    (alone,) = record(patient, present("fever", findings=findings))
    assert (alone.assessment.grade, alone.assessment.missing) == (None, ["hours_above_40"])
    (picked,) = record(patient, present("fever", findings=findings, grade=4))
    assert picked.assessment.grade == 4


def test_a_pick_that_what_was_measured_contradicts_is_refused_with_both(patient):
    findings = {"temperature_celsius": Decimal("39.0"), "hours_above_40": 0}
    said = refused_by(patient, present("fever", findings=findings, grade=3))
    assert said == {"fever.grade": "grade 3 was picked, what was recorded gives grade 1"}


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (present("chills", grade=4), "chills.grade"),
        (present("reduced_oxygen", grade=1), "reduced_oxygen.grade"),
        (present("liver_function", grade=1), "liver_function.grade"),
        (Report("chills", is_present=False, taken_at=NOW, grade=1), "chills"),
        (present("chills", findings={"temperature_celsius": 38}), "chills.temperature_celsius"),
        (present("fever", findings={"temperature_celsius": True}), "fever.temperature_celsius"),
        (present("fever", findings={"temperature_celsius": -1}), "fever.temperature_celsius"),
        (present("seizure", findings={"seizure_type": "odd"}), "seizure.seizure_type"),
        (present("seizure", findings={"new_onset": "yes"}), "seizure.new_onset"),
        (present("chills", attribution="weather"), "chills.attribution"),
        (present("chills", note="x" * 201), "chills.note"),
        (present("chills", minutes_ago=-6), "taken_at"),
        (present("sadness"), "symptom"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_stored(patient, report, field):
    assert field in refused_by(patient, absent("nausea"), report)


def test_a_check_of_nothing_and_a_symptom_twice_are_refused(patient):
    assert "reports" in refused_by(patient)
    assert "chills" in refused_by(patient, present("chills"), absent("chills"))


def test_a_repeat_answers_what_is_stored(patient):
    name = uuid.uuid4()
    first = record(patient, present("chills", grade=2), absent("nausea"), client_id=name)
    again = record(patient, present("chills", grade=2), absent("nausea"), client_id=name)
    assert {each.report.pk for each in first} == {each.report.pk for each in again}
    assert Assessment.objects.count() == 1
    assert AuditEntry.objects.filter(action="symptoms.recorded").count() == 1


def correct(stored, report, **more):
    asked = {"reason": "wrong patient in mind", "client_id": uuid.uuid4()} | more
    return correct_symptom(
        wrong_id=stored.report.pk, report=report, recorded_by=a_person(), now=NOW,
        source="nurse", **asked,
    )  # fmt: skip


def test_a_correction_supersedes_the_report_and_its_grade(patient):
    (wrong,) = record(patient, present("chills", grade=3))
    right = correct(wrong, present("chills", grade=1))
    assert SymptomReport.objects.in_force().get() == right.report
    assert Assessment.objects.in_force().get().grade == 1
    assert Assessment.objects.in_force().get().supersedes == wrong.assessment


@pytest.mark.parametrize("report", [None, absent("chills")])
def test_a_withdrawal_or_an_absence_takes_the_grade_back(patient, report):
    (wrong,) = record(patient, present("chills", grade=3))
    correct(wrong, report)
    assert not Assessment.objects.in_force().exists()
    assert SymptomReport.objects.in_force().exists() is (report is not None)


def test_a_report_is_corrected_once_with_a_reason_and_stays_the_same_symptom(patient):
    (wrong,) = record(patient, present("chills", grade=3))
    for report, more, words in (
        (absent("chills"), {"reason": " "}, "reason"),
        (absent("nausea"), {}, "must stay chills"),
    ):
        with pytest.raises(EntryRefusedError, match=words):
            correct(wrong, report, **more)
    correct(wrong, absent("chills"))
    with pytest.raises(EntryRefusedError, match="corrected before"):
        correct(wrong, absent("chills"))


class TestOverHttp:
    @pytest.fixture
    def ward(self):
        return a_ward()

    @pytest.fixture
    def here(self, ward):
        return a_patient(ward)

    @pytest.fixture
    def api(self, ward):
        client = APIClient()
        client.force_authenticate(a_person(Role.NURSE, ward))
        return client

    def check(self, here, *reports):
        return {
            "client_id": str(uuid.uuid4()),
            "patient": here.mrn,
            "taken_at": "2026-03-10T11:00:00Z",
            "reports": list(reports),
        }

    def test_a_check_is_stored_graded_and_listed(self, api, here):
        body = self.check(
            here,
            {"symptom": "chills", "present": True, "grade": 2, "attribution": "crs"},
            {"symptom": "headache", "present": False},
        )
        answer = api.post("/api/v1/symptoms/", body, format="json")
        assert answer.status_code == 201, answer.content
        chills, headache = answer.json()["symptoms"]
        assert (chills["graded"]["grade"], chills["attribution"]) == (2, "crs")
        assert (headache["present"], headache["graded"]) == (False, None)
        assert headache["body_systems"] == ["general", "brain"]
        listed = api.get(f"/api/v1/patients/{here.pk}/symptoms/").json()["symptoms"]
        assert {row["symptom"] for row in listed} == {"chills", "headache"}

    @pytest.mark.parametrize(
        ("report", "field"),
        [
            ({"symptom": "chills"}, "present"),
            ({"symptom": "sadness", "present": True}, "symptom"),
            ({"symptom": "chills", "present": True, "grade": 6}, "grade"),
            ({"symptom": "chills", "present": True, "mood": "good"}, "mood"),
            ("chills", "reports"),
        ],
    )
    def test_a_wrong_report_is_refused_by_name(self, api, here, report, field):
        answer = api.post("/api/v1/symptoms/", self.check(here, report), format="json")
        assert answer.status_code == 400
        assert field in {error["field"] for error in answer.json()["errors"]}
        assert not SymptomReport.objects.exists()

    def test_a_patient_of_another_ward_is_nobody(self, api):
        elsewhere = a_patient(a_ward())
        body = self.check(elsewhere, {"symptom": "chills", "present": True})
        assert api.post("/api/v1/symptoms/", body, format="json").status_code == 404
        assert api.get(f"/api/v1/patients/{elsewhere.pk}/symptoms/").status_code == 404

    def test_a_report_is_corrected_with_a_reason(self, ward, here, api):
        body = self.check(here, {"symptom": "chills", "present": True, "grade": 3})
        (stored,) = api.post("/api/v1/symptoms/", body, format="json").json()["symptoms"]
        charge = APIClient()
        charge.force_authenticate(a_person(Role.CHARGE_NURSE, ward))
        change = {
            "client_id": str(uuid.uuid4()), "taken_at": "2026-03-10T11:00:00Z",
            "reason": "graded too high", "symptom": "chills", "present": True, "grade": 1,
        }  # fmt: skip
        where = f"/api/v1/symptoms/{stored['id']}/corrections/"
        answer = charge.post(where, change, format="json")
        assert answer.status_code == 201, answer.content
        assert answer.json()["supersedes"] == stored["id"]
        other = change | {"client_id": str(uuid.uuid4())}
        assert charge.post("/api/v1/symptoms/0/corrections/", other).status_code == 404
