"""Files of FHIR: every resource accounted for, and the same sets and grades as the same CSV."""

import csv
import json
import os
import tracemalloc
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from alerts.models import Alert, Notification
from grading.models import Assessment
from interop.csv.kinds import Kind
from interop.models import HeldResource, ImportedRow, QuarantinedItem
from patients.models import Patient, Stay
from tests.factories import extract, fhir, ward
from vitals.models import LabResult, ObservationSet

SAMPLES = Path(os.environ.get("CRS_SAMPLES", Path(__file__).parents[4] / "shared" / "samples"))
EXTRACT = SAMPLES / "mimic3demo_fhir_hl7"
pytestmark = pytest.mark.django_db
PARTS = ("stored", "duplicates", "quarantined", "rejected")
UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
VALUES = (
    "temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg",
    "diastolic_mmhg", "mean_arterial_mmhg", "spo2_percent", "blood_pressure_method",
    "oxygen_flow_lpm", "fio2_percent", "oxygen_device",
)  # fmt: skip

needs_samples = pytest.mark.skipif(
    not EXTRACT.is_dir(), reason="the published samples are not here: nothing was proved on them"
)


def import_fhir(*paths, **options):
    """Run the command; the four outcomes always add up."""
    out, err = StringIO(), StringIO()
    status = 1
    with suppress(SystemExit):
        call_command("import_fhir", *map(str, paths), stdout=out, stderr=err, **options)
        status = 0
    summary = json.loads(out.getvalue())
    assert summary["received"] == sum(summary[part] for part in PARTS)
    for each in summary["files"]:
        assert each["received"] == sum(each[part] for part in PARTS)
    return summary | {"status": status}


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def sets_of(mrn):
    rows = ObservationSet.objects.filter(patient__mrn=mrn).in_force().order_by("taken_at", "pk")
    return [(row.taken_at, *(getattr(row, name) for name in VALUES)) for row in rows]


def grades_of(mrn):
    rows = Assessment.objects.filter(patient__mrn=mrn, observation_set__isnull=False).in_force()
    return sorted(
        (row.taken_at, row.scale, row.grade if row.grade is not None else -1, row.at_least,
         json.dumps(row.missing))
        for row in rows
    )  # fmt: skip


def labs_of(mrn):
    rows = LabResult.objects.filter(patient__mrn=mrn).in_force()
    return sorted(
        (row.taken_at, row.loinc, row.analyte, row.comparator, row.canonical_value or 0, row.text)
        for row in rows
    )


# --- What stands alone, and ids that are used twice -------------------------------------------


def file_of(path, *resources):
    entries = [{"resource": each} for each in resources]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


def test_a_reading_that_was_only_skipped_is_stored_with_its_reason(tmp_path):
    reason = {"coding": [{"system": ABSENT, "code": "asked-declined"}]}
    skipped = fhir.observation(value=None, dataAbsentReason=reason)
    summary = import_fhir(file_of(tmp_path / "a.json", fhir.patient("M1", id="m1"), skipped))
    assert (summary["stored"], summary["sets"]) == (2, 1)
    row = ObservationSet.objects.get()
    assert row.heart_rate_bpm is None
    assert row.skipped == {"heart_rate_bpm": "refused"}


def test_one_id_in_two_files_is_each_files_own_patient(tmp_path):
    files = [
        file_of(tmp_path / f"{mrn}.json", fhir.patient(mrn, id="m1"), fhir.observation(value=value))
        for mrn, value in (("A", 60), ("B", 90))
    ]
    assert import_fhir(*files)["stored"] == 4
    rows = ObservationSet.objects.values_list("patient__mrn", "heart_rate_bpm")
    assert sorted(rows) == [("A", 60), ("B", 90)]


def test_a_number_that_no_reading_holds_costs_its_own_resource_alone(tmp_path):
    path = tmp_path / "a.ndjson"
    far = json.dumps(fhir.observation()).replace('"value": 88', '"value": 1E+45')
    near = json.dumps(fhir.observation(value=61, effectiveDateTime="2026-03-10T10:00:00Z"))
    path.write_text("\n".join((json.dumps(fhir.patient("M1", id="m1")), far, near)))
    summary = import_fhir(path)
    assert (summary["received"], summary["stored"]) == (3, 2)
    assert ObservationSet.objects.get().heart_rate_bpm == 61


def test_memory_holds_one_patient_however_many_a_file_has(tmp_path):
    """What is read is on disk until its patient's turn comes."""

    def peak(patients):
        path = tmp_path / f"{patients}.ndjson"
        with path.open("w") as stream:
            for number in range(patients):
                mrn = f"{patients}-{number}"
                stream.write(json.dumps(fhir.patient(mrn, id=mrn)) + "\n")
                for minute in range(10):
                    reading = fhir.observation(
                        subject={"reference": f"Patient/{mrn}"},
                        effectiveDateTime=f"2026-03-10T10:{minute:02}:00Z",
                        note=[{"text": "x" * 4000}],
                    )
                    stream.write(json.dumps(reading) + "\n")
        tracemalloc.start()
        assert import_fhir(path)["stored"] == patients * 11
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)  # what is read once and kept, such as tables
    assert peak(12) < 2 * peak(2)


def test_a_coma_score_is_stored_whatever_it_is_called(tmp_path):
    score = fhir.observation("9269-2", 15, code=fhir.code("9269-2", text="GCS"))
    summary = import_fhir(file_of(tmp_path / "a.json", fhir.patient("M1", id="m1"), score))
    assert summary["stored"] == 2
    assert ObservationSet.objects.get().glasgow_coma_score == 15


# --- The published extract ---------------------------------------------------------------------


def a_stay_as_csv(tmp_path, encounter):
    """The rows of vitals and labs of one stay, under another number than in the Bundle."""
    written = []
    for name in ("vitals", "labs"):
        with (SAMPLES / "mimic3demo" / f"{name}.csv").open(newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [
                row | {"patient_id": f"C{row['patient_id']}"}
                for row in reader
                if row["encounter_id"].split(".")[0] == encounter
            ]
            path = tmp_path / f"{name}.csv"
            with path.open("w", newline="") as out:
                writer = csv.DictWriter(out, reader.fieldnames)
                writer.writeheader()
                writer.writerows(rows)
        written.append(path)
    return written


def a_person_as_csv(tmp_path, patient):
    """Who the patient of a Bundle is, as a row of the same extract."""
    row = {"patient_id": f"C{patient.mrn}", "gender": patient.sex, "dob": patient.birth_date}
    return extract.write(tmp_path / "patients.csv", Kind.PATIENTS, row)


@needs_samples
@pytest.mark.parametrize("encounter", ["142633", "180685"])
def test_a_stay_gives_the_same_sets_grades_and_results_as_its_csv(tmp_path, encounter):
    summary = import_fhir(EXTRACT / f"{encounter}-bundle-001.json", rejects=tmp_path / "r")
    assert summary["stored"] > 300
    of_fhir = Patient.objects.get()
    files = [*a_stay_as_csv(tmp_path, encounter), a_person_as_csv(tmp_path, of_fhir)]
    extract.import_files(*files, rejects=tmp_path / "r.csv")
    of_csv = Patient.objects.exclude(pk=of_fhir.pk).get()
    assert len(sets_of(of_fhir.mrn)) > 40
    assert sets_of(of_fhir.mrn) == sets_of(of_csv.mrn)
    assert grades_of(of_fhir.mrn) == grades_of(of_csv.mrn)
    results, all_results = labs_of(of_fhir.mrn), labs_of(of_csv.mrn)
    missing = [each for each in all_results if each not in results]
    assert len(results) + len(missing) == len(all_results) > 100
    # “<0.01” of troponin stands in the Bundle as text without its unit: left for a person.
    assert {each[1] for each in missing} <= {"6598-7"}
    assert len(missing) <= 1


@needs_samples
def test_every_resource_of_the_extract_is_accounted_for_and_read_again_is_known(tmp_path):
    files = sorted(EXTRACT.glob("*.json"))
    place = ward.a_ward()
    first = import_fhir(*files, ward=place.code, rejects=tmp_path / "r")
    assert first["received"] == 750
    assert first["patients_registered"] == Patient.objects.count() == 2
    assert Stay.objects.filter(ward=place).count() == 2
    refused = sum(first["reasons"].values())  # a panel may have two parts that are
    assert refused >= first["quarantined"] > 0
    assert len(lines_of(tmp_path / "r")) == refused == QuarantinedItem.objects.count()
    assert first["rejected"] == 0
    assert HeldResource.objects.count() == first["stored"]
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()
    again = import_fhir(*files, ward=place.code, rejects=tmp_path / "r2")
    assert (again["stored"], again["duplicates"]) == (0, first["stored"])
    assert QuarantinedItem.objects.count() == refused


@needs_samples
def test_every_official_example_is_accounted_for_with_a_reason(tmp_path):
    files = sorted((SAMPLES / "fhir").glob("*.json"))
    summary = import_fhir(*files, rejects=tmp_path / "r")
    assert summary["received"] == 24
    assert summary["stored"] >= 4
    whole = [line for line in lines_of(tmp_path / "r") if line["outcome"] != "stored"]
    assert len(whole) == summary["quarantined"] + summary["rejected"]
    assert all(line["reason"] and line["explanation"] for line in whole)
    satisfied = ObservationSet.objects.get()
    assert satisfied.spo2_percent == 95  # the one example that says the minute
    assert satisfied.taken_at.isoformat() == "2014-12-05T08:30:10+00:00"


# --- Files that are not as they should be ------------------------------------------------------


def written(tmp_path, *documents, name="f.json"):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(each) for each in documents))
    return path


def who(mrn="M1"):
    return fhir.patient(mrn, id="m1")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "<Bundle/>", '{"resourceType": 1}'])
def test_what_is_no_resource_is_one_rejected_item(tmp_path, content):
    path = tmp_path / "f.json"
    path.write_text(content)
    summary = import_fhir(path, rejects=tmp_path / "r")
    assert (summary["received"], summary["rejected"]) == (1, 1)


def test_lines_are_read_one_by_one_and_a_broken_one_costs_itself_alone(tmp_path):
    path = tmp_path / "f.ndjson"
    lines = [json.dumps(who()), "{broken", "", json.dumps(fhir.observation())]
    path.write_text("\n".join(lines))
    summary = import_fhir(path, rejects=tmp_path / "r")
    assert (summary["received"], summary["stored"], summary["rejected"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("resource", "outcome", "reason"),
    [
        (fhir.observation(), "stored", None),
        (fhir.observation(status="preliminary"), "stored", None),
        (fhir.observation(status="foo"), "rejected", "invalid_resource"),
        (fhir.observation(status="registered"), "quarantined", "not_yet_a_result"),
        (fhir.observation(status="cancelled"), "rejected", "cancelled_at_source"),
        (fhir.observation(status="unknown"), "quarantined", "status_unknown"),
        (fhir.observation(status="entered-in-error"), "rejected", "entered_in_error"),
        (fhir.observation(effectiveDateTime="2026-03-10"), "quarantined", "imprecise_time"),
        (fhir.observation(effectiveDateTime="2099-03-10T10:00:00Z"), "rejected", "future_time"),
        (fhir.observation(subject={"reference": "Patient/x"}), "quarantined", "unknown_patient"),
        (fhir.observation(subject={"reference": "Group/x"}), "quarantined", "unknown_patient"),
        (fhir.observation(subject=None), "quarantined", "unknown_patient"),
        (fhir.observation(subject={"identifier": {"value": "M1"}}), "stored", None),
        (fhir.observation(subject={"reference": "http://h.org/fhir/Patient/m1"}), "stored", None),
        (fhir.observation(subject={"reference": "Patient/m1/_history/3"}), "stored", None),
        (fhir.observation("8310-5", 38.5, "[degF]"), "quarantined", "impossible_value"),
        (fhir.observation("3150-6", 40, "%"), "quarantined", "unknown_code"),
        ({"resourceType": "Basic", "code": {"text": "x"}}, "quarantined",
         "resource_type_not_in_use"),
    ],
)  # fmt: skip
def test_each_resource_ends_in_one_outcome(tmp_path, resource, outcome, reason):
    path = written(tmp_path, fhir.bundle("collection", who(), resource))
    summary = import_fhir(path, rejects=tmp_path / "r")
    assert summary["received"] == 2
    assert summary[outcome] == (2 if outcome == "stored" else 1)
    assert list(summary["reasons"]) == ([reason] if reason else [])


def test_a_contained_patient_is_a_patient(tmp_path):
    resource = fhir.observation(
        contained=[who("M7")], subject={"reference": "#m1"}, effectiveDateTime=fhir.AT
    )
    import_fhir(written(tmp_path, resource), rejects=tmp_path / "r")
    assert ObservationSet.objects.get().patient.mrn == "M7"


def test_of_several_under_one_identifier_the_correction_counts(tmp_path):
    named = {"identifier": [{"system": "urn:feed", "value": "17"}]}
    first = fhir.observation() | named
    right = fhir.observation(value=98) | named | {"status": "corrected"}
    wrong = fhir.observation(value=99) | named
    path = written(tmp_path, fhir.bundle("collection", who(), first, right, wrong))
    summary = import_fhir(path, rejects=tmp_path / "r")
    assert ObservationSet.objects.get().heart_rate_bpm == 98
    assert summary["reasons"] == {
        "identifier_used_for_another_value": 1, "superseded_at_source": 1,
    }  # fmt: skip


def test_a_panel_with_one_impossible_part_keeps_the_other(tmp_path):
    path = written(tmp_path, fhir.bundle("collection", who(), fhir.pressure(120, 900)))
    summary = import_fhir(path, rejects=tmp_path / "r")
    assert (summary["stored"], summary["parts_refused"]) == (2, 1)
    row = ObservationSet.objects.get()
    assert (row.systolic_mmhg, row.diastolic_mmhg) == (120, None)
    assert lines_of(tmp_path / "r")[0]["path"] == "Observation.component[1]"


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path):
    path = written(tmp_path, fhir.bundle("collection", who(), fhir.observation()))
    dry = import_fhir(path, rejects=tmp_path / "r", dry_run=True)
    assert not Patient.objects.exists()
    assert not HeldResource.objects.exists()
    wet = import_fhir(path, rejects=tmp_path / "r2")
    assert dry == wet
    assert ImportedRow.objects.count() == 1


def test_a_patient_who_differs_from_the_one_registered_is_left_for_a_person(tmp_path):
    import_fhir(written(tmp_path, who()), rejects=tmp_path / "r")
    other = who() | {"birthDate": "1999-01-01"}
    summary = import_fhir(written(tmp_path, other), rejects=tmp_path / "r2")
    assert summary["reasons"] == {"differs_from_registered": 1}
    assert Patient.objects.get().birth_date.year == 1980
