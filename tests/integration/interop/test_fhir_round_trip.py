"""Out of one system and into an empty one: the same sets, grades and history of alerts."""

import json
import os
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from alerts.models import Alert, Notification
from charting import chart, confirming, neuro, symptoms
from grading.confirming import Word
from grading.models import Assessment, Confirmation
from grading.services import SCALE
from interop.fhir import gate, text
from patients.models import Patient
from staff.models import Role
from tests.factories import fhir, ward
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

pytestmark = pytest.mark.django_db
FULL = ward.GRADE_3 | {
    "mean_arterial_mmhg": 60, "oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal("3.5"),
    "fio2_percent": Decimal(32), "blood_pressure_method": "cuff", "note": "Rigors, “cold” hands.",
    "fluid_bolus_ml": 500, "pain_score": 4, "worried": True,
    "skipped": {"consciousness": "other"}, "capillary_refill_seconds": 3,
}  # fmt: skip
ICE = {"year": 1, "month": 1, "city": 1, "hospital": 1}
FULL = {name: value for name, value in FULL.items() if name != "consciousness"}


def sets_of(patient):
    rows = ObservationSet.objects.for_patient(patient.pk).in_force().order_by("taken_at")
    # Who brought it and when is another story in each system.
    skip = {"id", "patient", "ward", "body_hash", "charted_by", "received_at", "source"}
    skip |= {"supersedes", "reason"}
    skip |= {"correction_code", "moved_from", "as_entered", "doubted"}
    names = [f.name for f in ObservationSet._meta.fields if f.name not in skip]
    return [{name: getattr(row, name) for name in names} for row in rows]


def grades_of(patient):
    rows = Assessment.objects.filter(patient=patient).in_force()
    return sorted(
        (str(row.taken_at), row.scale, row.term, row.grade if row.grade is not None else -1,
         row.at_least, json.dumps(row.missing), json.dumps(row.because))
        for row in rows
    )  # fmt: skip


def alerts_of(patient):
    rows = Alert.objects.filter(patient=patient).order_by("raised_at", "code")
    return [
        (row.code, row.family, row.rule, row.severity, row.step, row.raised_at, row.count)
        for row in rows
    ]


def labs_of(patient):
    rows = LabResult.objects.filter(patient=patient).in_force().order_by("taken_at", "loinc")
    return [
        (row.client_id, row.loinc, row.taken_at, row.comparator, row.value, row.unit, row.text,
         row.canonical_value, row.reference_high)
        for row in rows
    ]  # fmt: skip


def findings_of(patient):
    """Neuro checks, symptoms and words on grades, without who brought them and when."""
    skip = {"id", "patient", "recorded_by", "received_at", "recorded_at", "source", "supersedes"}
    skip |= {"reason", "assessment", "correction_code"}
    found = []
    for model in (NeuroAssessment, SymptomReport, Confirmation):
        names = [f.name for f in model._meta.fields if f.name not in skip]
        rows = model.objects.filter(patient=patient).in_force().order_by("client_id")
        found += [{name: getattr(row, name) for name in names} for row in rows]
    words = Confirmation.objects.filter(patient=patient).select_related("assessment")
    return found, [(each.assessment.scale, each.assessment.taken_at) for each in words]


def examine(someone, nurse):
    """A neuro check, two symptoms, and what a clinician says of the newest grade."""
    neuro.record_neuro_check(
        patient_id=someone.pk, client_id=uuid4(), recorded_by=nurse, now=ward.NOW,
        taken_at=ward.NOW - timedelta(minutes=50),
        findings={"ice_items": ICE, "consciousness": "alert", "motor_weakness": False,
                  "headache": True, "language": "de", "raised_pressure_signs": []},
    )  # fmt: skip
    symptoms.record_symptoms(
        patient_id=someone.pk, client_id=uuid4(), recorded_by=nurse, now=ward.NOW, source="nurse",
        reports=[
            symptoms.Report("headache", is_present=True, taken_at=ward.NOW, grade=2, note="dull"),
            symptoms.Report("rash", is_present=False, taken_at=ward.NOW),
        ],
    )  # fmt: skip
    graded = Assessment.objects.filter(patient=someone, scale=SCALE).in_force()
    newest = graded.order_by("taken_at").last()
    grade = newest.at_least if newest.grade is None else newest.grade
    word = Word("confirmed", grade)
    confirming.confirm_grade(
        assessment_id=newest.pk, client_id=uuid4(), word=word, by=nurse, now=ward.NOW
    )


@pytest.fixture
def course(monkeypatch):
    """Days of a patient: sets, a correction, results, medicines, a dose; then the export."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: ward.NOW)
    place = ward.a_ward()
    someone = ward.a_patient(place)
    nurse = ward.a_person(Role.NURSE, place)
    sender = fhir.Sender.of(place)
    ward.chart_set(someone, ward.WELL, minutes_ago=600, by=nurse)
    wrong = ward.chart_set(someone, ward.FEVER, minutes_ago=480, by=nurse)
    right = ward.an_entry(
        ward.FEVER | {"temperature_celsius": Decimal("38.4567")},
        taken_at=ward.NOW - timedelta(minutes=480),
    )
    chart.correct_observations(
        wrong_id=wrong.observations.pk, entry=right, corrected_by=nurse, reason="typing",
        now=ward.NOW,
    )  # fmt: skip
    ward.chart_set(someone, {"temperature_celsius": Decimal("39.1")}, minutes_ago=300, by=nurse)
    ward.give(someone, "tocilizumab", minutes_ago=240, dose_value=Decimal(8), dose_unit="mg/kg",
              stopped_at=ward.NOW - timedelta(minutes=180))  # fmt: skip
    ward.chart_set(someone, FULL, minutes_ago=60, by=nurse)
    for loinc, value, unit in (("1988-5", 12.5, "mg/dL"), ("2276-4", 900, "ng/mL"),
                               ("777-3", 41, "10*3/uL"), ("8310-5", 38.9, "Cel"),
                               ("14749-6", 5.4, "mmol/L"), ("17861-6", 9.1, "mg/dL"),
                               ("2000-8", 2.21, "mmol/L"), ("2951-2", 139, "meq/L")):  # fmt: skip
        resource = fhir.observation(loinc, value, unit, effectiveDateTime="2026-03-10T10:00:00Z")
        if loinc == "777-3":
            resource["referenceRange"] = [{"high": fhir.quantity(450, "10*3/uL")}]
        assert sender.send("Observation", fhir.of(someone, resource)).status_code == 201
    examine(someone, nurse)
    answer = sender.get(f"/fhir/Patient/{someone.pk}/$everything")
    assert answer.status_code == 200
    return someone, answer.content


def imported(content, path):
    path.write_bytes(content)
    out = StringIO()
    call_command("import_fhir", str(path), rejects=str(path) + ".r", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_the_record_is_a_valid_bundle_of_everything(course):
    _, content = course
    bundle = text.read(content)
    assert gate.faults(bundle) == []
    assert bundle["total"] == len(bundle["entry"])
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert kinds == {
        "Patient", "Encounter", "Observation", "MedicationAdministration", "Procedure", "Flag",
        "Provenance",
    }  # fmt: skip
    idents = [(e["resource"]["resourceType"], e["resource"]["id"]) for e in bundle["entry"]]
    assert len(set(idents)) == len(idents)


def test_every_reference_within_the_record_leads_to_a_part_of_it(course):
    _, content = course
    bundle = text.read(content)
    there = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
    lost = []

    def look(value):
        if isinstance(value, dict):
            reference = value.get("reference")
            if isinstance(reference, str) and reference not in there:
                lost.append(reference)
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(bundle)
    assert lost == []


@pytest.mark.sqlite_lane
@pytest.mark.skipif(
    os.environ.get("CRS_TEST_DATABASE", "sqlite") != "sqlite",
    reason="emptied by means that only SQLite allows",
)
def test_into_an_empty_system_come_the_same_sets_grades_and_alerts(course, tmp_path):
    someone, content = course
    before = sets_of(someone), grades_of(someone), labs_of(someone), alerts_of(someone)
    found = findings_of(someone)
    assert before[3]
    assert len(found[0]) == 4
    mrn = someone.mrn
    _empty()
    summary = imported(content, tmp_path / "f.json")
    other = Patient.objects.get(mrn=mrn)
    assert summary["quarantined"] + summary["rejected"] == _stays(summary)
    assert sets_of(other) == before[0]
    assert labs_of(other) == before[2]
    assert grades_of(other) == before[1]
    assert findings_of(other) == found
    assert alerts_of(other) == before[3]
    assert not Alert.objects.not_closed().exists()
    assert not Notification.objects.exists()
    assert other.infusions.count() == other.treatments.count() == 1


def _stays(summary):
    """The stay, which without --ward waits for somebody to say where it was."""
    return summary["resources"].get("Encounter quarantined", 0)


def _empty():
    """Take everything away, as no door of the product can: the tables refuse it."""
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        ours = ("alerts", "audit", "charting", "grading", "interop", "patients", "vitals")
        for app in ours:
            for model in apps.get_app_config(app).get_models():
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


def test_into_the_system_it_came_from_nothing_is_stored_twice(course, tmp_path):
    someone, content = course
    before = sets_of(someone), labs_of(someone), alerts_of(someone)
    summary = imported(content, tmp_path / "f.json")
    assert (sets_of(someone), labs_of(someone), alerts_of(someone)) == before
    assert summary["resources"].get("Observation stored", 0) == 0
    assert someone.treatments.count() == someone.infusions.count() == 1
