"""HL7 v2 files: public test systems and an intensive care extract, every result accounted for."""

import re
from datetime import timedelta

import pytest

from alerts.models import Alert, DueSet, Notification
from grading.models import Assessment
from interop.models import QuarantinedItem, ReceivedMessage
from patients.models import Patient, Stay
from tests.factories import extract
from tests.factories.hl7 import (
    CRP,
    import_files,
    message,
    msh,
    obr,
    obx,
    pid,
    vital,
)
from tests.factories.ward import NOW, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db


def write(path, *messages):
    path.write_bytes(b"".join(messages))
    return path


def a_message(mrn="P1", *results, **header):
    return message(msh(**header), pid(mrn), obr(), *(results or [vital("heart_rate_bpm", 91)]))


@pytest.fixture
def files(samples):
    return [
        *sorted((samples / "hl7v2").glob("*.hl7")),
        *sorted((samples / "mimic3demo_fhir_hl7").glob("*.hl7")),
    ]


@pytest.mark.slow
def test_every_result_of_the_public_samples_is_accounted_for_and_stored_once(files):
    ward = a_ward()
    assert len(files) == 5
    held = {
        path.name: len(re.findall(rb"(?:^|[\r\n])(?:OBX|EVN)", path.read_bytes())) for path in files
    }
    first = import_files(*files, ward=ward.code)
    assert {file["name"]: file["received"] for file in first["files"]} == held
    assert first["messages"]["received"] == sum(
        len(re.findall(rb"MSH\|", path.read_bytes())) for path in files
    )
    assert first["stored"] > 800
    assert first["status"] == 0
    second = import_files(*files, ward=ward.code)
    assert second["stored"] == 0
    assert second["quarantined"] == first["quarantined"]
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()
    assert not DueSet.objects.exists()
    assert QuarantinedItem.objects.count() <= first["quarantined"]


@pytest.mark.slow
def test_a_stay_by_csv_and_by_hl7_gives_the_same_sets_and_grades(samples):
    ward = a_ward()
    paths = [samples / f"mimic3demo/{name}.csv" for name in ("patients", "vitals", "labs")]
    extract.import_files(*paths, ward=ward.code)
    by_csv = _told(icu_only=False)
    assert by_csv["sets"]
    kept = {name: {*rows} for name, rows in by_csv.items()}
    for path in sorted((samples / "mimic3demo_fhir_hl7").glob("*.hl7")):
        text = path.read_bytes().replace(b"^^^DEMO^MR", b"-HL7^^^DEMO^MR")
        target = path.parent
        assert target.exists()
        _import_text(path.name, text, ward)
    by_hl7 = _told(icu_only=True)
    assert by_hl7["sets"]
    assert by_hl7["sets"] <= kept["sets"]
    assert by_hl7["labs"] <= kept["labs"]
    assert by_hl7["grades"]
    # A carried value may come from a set of another stay, which the messages do not hold.
    share = len(by_hl7["grades"] & kept["grades"]) / len(by_hl7["grades"])
    assert share > 0.95


def _import_text(name, text, ward):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        import_files(write(Path(folder) / name, text), ward=ward.code)


def _told(*, icu_only):
    """Sets with their values, labs, and grades, told by the number without its mark."""
    patients = {
        row.pk: row.mrn.removesuffix("-HL7")
        for row in Patient.objects.all()
        if row.mrn.endswith("-HL7") is icu_only
    }
    fields = (
        "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg", "diastolic_mmhg",
        "mean_arterial_mmhg", "spo2_percent", "temperature_celsius", "blood_pressure_method",
    )  # fmt: skip
    sets = ObservationSet.objects.filter(patient__in=patients)
    labs = LabResult.objects.filter(patient__in=patients)
    grades = Assessment.objects.in_force().filter(patient__in=patients, scale="astct-crs")
    return {
        "sets": {
            (patients[row.patient_id], row.taken_at, *(getattr(row, name) for name in fields))
            for row in sets
        },
        "labs": {
            (patients[row.patient_id], row.loinc, row.taken_at, row.comparator, row.value)
            for row in labs.exclude(canonical_value=None)
        },
        "grades": {
            (patients[row.patient_id], row.taken_at, row.grade, row.at_least) for row in grades
        },
    }


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_end_as_they_like(tmp_path, end):
    text = a_message() + a_message("P2")
    path = write(tmp_path / "a.hl7", b"\xef\xbb\xbf", text.replace(b"\r", end))
    assert import_files(path)["stored"] == 2


def test_batches_and_frames_are_opened_and_a_wrong_count_is_told(tmp_path):
    batch = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + a_message() + a_message("P2") + b"BTS|3\rFTS|1\r"
    framed = b"\x0b" + a_message("P3") + b"\x1c\r\x0b" + a_message("P4") + b"\x1c\r"
    summary = import_files(write(tmp_path / "b.hl7", batch), write(tmp_path / "c.hl7", framed))
    assert (summary["stored"], summary["messages"]["stored"]) == (4, 4)
    assert summary["warnings"] == ["b.hl7: line 11: the batch says 3 messages and holds 2"]


def test_what_stands_before_the_first_header_is_counted(tmp_path):
    path = write(tmp_path / "a.hl7", b"OBX|1|NM|x||5\rOBX|2|NM|x||5\r", a_message())
    summary = import_files(path)
    assert (summary["stored"], summary["rejected"]) == (1, 2)
    assert summary["reasons"] == {"not_a_message": 2}


def test_an_empty_file_holds_nothing(tmp_path):
    assert import_files(write(tmp_path / "a.hl7"))["received"] == 0


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path):
    path = write(tmp_path / "a.hl7", a_message(), a_message("P2", obx("X^Y^L", "5")))
    dry = import_files(path, dry_run=True)
    assert not Patient.objects.exists()
    assert not ReceivedMessage.objects.exists()
    wet = import_files(path)
    for part in ("received", "stored", "quarantined", "rejected", "reasons", "messages"):
        assert dry[part] == wet[part]


def test_results_of_one_minute_from_several_messages_are_one_set(tmp_path):
    parts = [
        a_message("P1", vital("heart_rate_bpm", 91)),
        a_message("P1", vital("spo2_percent", 95)),
    ]
    import_files(write(tmp_path / "a.hl7", *parts))
    row = ObservationSet.objects.get()
    assert (row.heart_rate_bpm, row.spo2_percent) == (91, 95)


def test_a_correction_in_the_same_file_supersedes_and_pages_nobody(tmp_path):
    order = obr("F1")
    first = message(msh(), pid("P1"), order, obx(CRP, "12", "mg/L"), vital("heart_rate_bpm", 91))
    right = message(
        msh(), pid("P1"), order, obx(CRP, "15", "mg/L", status="C"),
        vital("heart_rate_bpm", 95, status="C"),
    )  # fmt: skip
    path = write(tmp_path / "a.hl7", first, right)
    assert import_files(path)["stored"] == 4
    assert LabResult.objects.in_force().get().value == 15
    assert ObservationSet.objects.in_force().get().heart_rate_bpm == 95
    assert import_files(path)["duplicates"] == 4
    assert not Alert.objects.exists()


def test_a_number_and_time_used_for_two_messages_is_refused_the_second_time(tmp_path):
    one = a_message("P1", vital("heart_rate_bpm", 91), number="1")
    two = a_message("P1", vital("heart_rate_bpm", 19), number="1")
    later = a_message("P1", vital("heart_rate_bpm", 90), number="1", at=NOW + timedelta(hours=1))
    summary = import_files(write(tmp_path / "a.hl7", one, two, later))
    assert summary["reasons"] == {"control_id_reused": 1}
    assert summary["stored"] == 2


def test_a_ward_sees_imported_patients_by_a_stay_that_is_over(tmp_path):
    ward = a_ward()
    import_files(write(tmp_path / "a.hl7", a_message()), ward=ward.code)
    stay = Stay.objects.get()
    assert (stay.ward, stay.admitted_at, stay.discharged_at) == (ward, NOW, NOW)


def test_one_number_of_two_people_is_refused(tmp_path):
    other = message(msh(), pid("P1", born="19500101"), obr(), vital("heart_rate_bpm", 60))
    summary = import_files(write(tmp_path / "a.hl7", a_message(), other))
    assert summary["reasons"] == {"differs_from_registered": 1}
    assert ObservationSet.objects.get().heart_rate_bpm == 91


def test_what_is_not_stored_is_written_down_with_its_line_and_reason(tmp_path):
    import json

    bad = a_message("P2", vital("heart_rate_bpm", 91), obx("X^Y^L", "5", number=2))
    rejects = tmp_path / "rejects.jsonl"
    import_files(write(tmp_path / "a.hl7", a_message(), bad), rejects=rejects)
    (row,) = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert (row["file"], row["line"], row["segment"], row["reason"]) == (
        "a.hl7", 5, 5, "unknown_code",
    )  # fmt: skip
    assert rejects.stat().st_mode & 0o077 == 0
