"""What is taken out comes in again: same sets, same grades, into a system that knew nothing."""

import csv
import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from audit.models import AuditEntry
from charting.confirming import confirm_grade
from charting.models import PatientState
from grading.confirming import Word
from grading.models import Assessment, Decision
from interop.exports import tidy, wide, writing
from interop.exports.course import Subject, of_patient
from interop.exports.deidentify import Mask
from interop.exports.models import ExportKind
from staff.models import Role
from tests.factories.extract import import_files
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
    check_neuro,
    give,
    report_symptoms,
)
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

SCALES = ("astct-crs", "astct-icans")


def a_course(**fields):
    """A patient with fever, low pressure, a vasopressor, medicines, a neuro check and a result."""
    ward = a_ward()
    patient = a_patient(ward, **fields)
    chart_set(patient, WELL | {"temperature_celsius": Decimal("36.7234")}, minutes_ago=900)
    chart_set(patient, FEVER | {"note": "=shivers, “cold”\nlater warm"}, minutes_ago=600)
    give(patient, "paracetamol", minutes_ago=590, dose_value=Decimal(1000), dose_unit="mg")
    chart_set(patient, GRADE_2, minutes_ago=500)
    give(patient, "tocilizumab", minutes_ago=450, dose_value=Decimal(560), dose_unit="mg")
    chart_set(patient, GRADE_3 | {"temperature_celsius": Decimal("37.1")}, minutes_ago=400)
    doses = [{"drug": "norepinephrine", "dose": "0.05", "unit": "ug/kg/min"}]
    chart_set(patient, {"vasopressor_doses": doses, **GRADE_3}, minutes_ago=300)
    chart_set(patient, {"heart_rate_bpm": 99, "skipped": {"spo2_percent": "refused"}},
              minutes_ago=100)  # fmt: skip
    check_neuro(patient, minutes_ago=60, ice_score=6, consciousness="alert")
    report_symptoms(patient, {"fever": None}, minutes_ago=50)
    return ward, patient


def subject(patient, **mask):
    state = PatientState.objects.select_related("patient", "ward").get(pk=patient.pk)
    return Subject(state, Mask(**mask), NOW)


def written(path, module, patient, columns, **mask):
    stream, count = writing.table(columns, module.rows(iter([subject(patient, **mask)])))
    path.write_bytes(stream.read())
    return count


def grades():
    rows = Assessment.objects.filter(scale__in=SCALES).in_force()
    keys = ("scale", "taken_at", "grade", "at_least", "because", "missing", "flags")
    return sorted(map(repr, rows.values_list(*keys)))


def sets():
    hidden = {"id", "ward_id", "charted_at", "received_at", "charted_by_id", "source", "body_hash",
              "as_entered", "doubted", "patient_id"}  # fmt: skip
    return [
        {name: value for name, value in row.items() if name not in hidden}
        for row in ObservationSet.objects.in_force().order_by("taken_at", "pk").values()
    ]


def said_of_a_grade(patient, note):
    graded = Assessment.objects.filter(patient=patient, scale="astct-crs", grade=3).in_force()
    return confirm_grade(
        assessment_id=graded.first().pk,
        client_id=uuid.uuid4(),
        word=Word(Decision.CHANGED, 1, "", note),
        by=a_person(Role.ONCOLOGIST, patient.state.ward),
        now=NOW,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "mask", "note"),
    [
        (tidy.COLUMNS, {}, "dehydrated, said Ms Curie"),
        (tidy.DEIDENTIFIED, {"secret": "k1"}, ""),
    ],
)
def test_a_grade_leaves_with_its_reasons_and_what_clinicians_held(tmp_path, columns, mask, note):
    _, patient = a_course(mrn="RT3")
    said = said_of_a_grade(patient, "dehydrated, said Ms Curie")
    path = tmp_path / "out.csv"
    written(path, tidy, patient, columns, **mask)
    text = path.read_text("utf-8")
    graded = [row for row in csv.DictReader(text.splitlines()) if row["scale"] == "astct-crs"]
    decided = [row for row in graded if row["decision"]]
    assert {row["because"] for row in decided} == {
        "; ".join(each["words"] for each in said.assessment.because)
    }
    assert {(row["grade"], row["decided_grade"], row["decided_by"]) for row in decided} == {
        ("3", "1", Role.ONCOLOGIST.value)
    }
    assert {row["ruleset"] for row in decided} == {said.assessment.ruleset}
    assert {row["decision_note"] for row in decided} == {note}
    assert ("Ms Curie" in text) == bool(note)
    assert {row["decision"] for row in graded} == {"", "changed"}


@pytest.mark.django_db(transaction=True)
def test_a_patient_comes_back_from_a_tidy_export_with_the_same_sets_and_grades(tmp_path):
    _, patient = a_course(mrn="RT1")
    said_of_a_grade(patient, "dehydrated, said Ms Curie")
    path = tmp_path / "out.csv"
    written(path, tidy, patient, tidy.COLUMNS)
    before_sets, before_grades = sets(), grades()
    before_checks = NeuroAssessment.objects.count(), SymptomReport.objects.count()
    assert len(before_sets) > 5

    again = import_files(path, tidy=True)  # where it came from: nothing is new
    assert again["duplicates"] == again["received"], again["reasons"]

    call_command("flush", interactive=False, verbosity=0)
    done = import_files(path, tidy=True, rejects=tmp_path / "r.csv")
    assert done["stored"] == done["received"], (done["reasons"], (tmp_path / "r.csv").read_text())
    assert sets() == before_sets
    assert grades() == before_grades
    assert (NeuroAssessment.objects.count(), SymptomReport.objects.count()) == before_checks
    twice = import_files(path, tidy=True)
    assert twice["stored"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_wide_export_comes_back_with_the_same_sets(tmp_path):
    _, patient = a_course(mrn="RT2")
    path = tmp_path / "out.csv"
    written(path, wide, patient, wide.COLUMNS)
    before = sets()
    assert import_files(path, wide=True)["duplicates"] == len(before)
    call_command("flush", interactive=False, verbosity=0)
    done = import_files(path, wide=True, rejects=tmp_path / "r.csv")
    assert done["stored"] == len(before), done["reasons"]
    assert sets() == before


@pytest.mark.django_db
def test_a_deidentified_table_holds_no_name_number_date_or_words(tmp_path):
    _, patient = a_course(
        mrn="SECRET77", family_name="Lovelace", given_name="Augusta",
        birth_date=NOW.date() - timedelta(days=365 * 93),
    )  # fmt: skip
    LabResult.objects.create(
        client_id=uuid.uuid4(), patient=patient, loinc="600-7", display="Blood culture",
        taken_at=NOW - timedelta(hours=2), received_at=NOW, text="grew E. coli, Dr Who told",
    )  # fmt: skip
    path = tmp_path / "out.csv"
    written(path, tidy, patient, tidy.DEIDENTIFIED, secret="k1")
    text = path.read_text("utf-8")
    for word in ("SECRET77", "Lovelace", "Augusta", "shivers", "Dr Who", "2026-", "1933", "03-10"):
        assert word not in text
    rows = list(csv.DictReader(text.splitlines()))
    ages = [row["value"] for row in rows if row["name"] == "age_years"]
    assert ages == ["90+"]
    assert {row["study_id"] for row in rows} != {"SECRET77"}
    numbers = {str(each) for each in ObservationSet.objects.values_list("client_id", flat=True)}
    assert not numbers & {row["set"] for row in rows}
    temperature = [row for row in rows if row["name"] == "temperature_celsius"]
    assert next(row["day"] for row in temperature) in {"4", "5"}
    assert all(Decimal(row["hour"]) > 0 for row in temperature)


@pytest.mark.django_db
def test_a_study_id_is_the_same_under_one_key_and_another_under_another():
    patient = a_patient(a_ward())
    first, again, other = (subject(patient, secret=key).name for key in ("a", "a", "b"))
    assert first == again != other
    assert patient.mrn not in first


@pytest.mark.parametrize(("years", "told"), [(89, "89"), (90, "90+"), (104, "90+")])
def test_ages_over_89_are_one_group(years, told):
    from datetime import date

    from interop.exports import deidentify

    assert deidentify.age(date(2026 - years, 3, 10), on=date(2026, 3, 10)) == told


@pytest.mark.django_db
def test_every_door_gives_the_same_readings_the_same_grades(tmp_path):
    """Tablet, wide and tidy: one patient each, the same values at the same times."""
    ward = a_ward()
    by_hand = a_patient(ward, infused_at=None)
    values = [(300, WELL), (240, FEVER), (200, GRADE_2), (150, GRADE_3)]
    for minutes, said in values:
        chart_set(by_hand, said, minutes_ago=minutes, by=a_person())
    paths = {}
    for shape, module, columns in (
        ("wide", wide, wide.COLUMNS), ("tidy", tidy, tidy.COLUMNS),
    ):  # fmt: skip
        paths[shape] = tmp_path / f"{shape}.csv"
        written(paths[shape], module, by_hand, columns)
        rows = list(csv.DictReader(paths[shape].open(encoding="utf-8", newline="")))
        with paths[shape].open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(row | {"patient": shape.upper(), "set": ""} for row in rows)
        done = import_files(paths[shape], rejects=tmp_path / "r.csv", **{shape: True})
        assert done["stored"] == done["received"], json.dumps(done["reasons"])
    told = {
        mrn: list(
            Assessment.objects.filter(patient__mrn=mrn, scale="astct-crs").in_force()
            .order_by("taken_at").values_list("taken_at", "grade", "at_least", "because")
        )
        for mrn in (by_hand.mrn, "WIDE", "TIDY")
    }  # fmt: skip
    assert len(told["WIDE"]) == len(values)
    assert told["WIDE"] == told["TIDY"] == told[by_hand.mrn]


@pytest.mark.django_db
def test_an_export_is_counted_and_on_record():
    ward, patient = a_course()
    person = a_person("oncologist", ward)
    state = PatientState.objects.get(pk=patient.pk)
    order = writing.Order(ExportKind.TIDY, person, NOW, patient=state)
    _, count = writing.table(tidy.COLUMNS, tidy.rows(of_patient(state, mask=Mask(), now=NOW)))
    writing.put_on_record(order, rows=count)
    entry = AuditEntry.objects.get(action="data.exported")
    assert entry.detail["rows"] == count > 40
    assert entry.scope == f"patient:{patient.pk}"
