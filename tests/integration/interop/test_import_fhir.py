"""Files of FHIR: every resource accounted for, and the same sets and grades as the same CSV."""

import csv
import json
import os
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from grading.models import Assessment
from interop.csv.kinds import Kind
from patients.models import Patient
from tests.factories import extract
from vitals.models import LabResult, ObservationSet

SAMPLES = Path(os.environ.get("CRS_SAMPLES", Path(__file__).parents[4] / "shared" / "samples"))
EXTRACT = SAMPLES / "mimic3demo_fhir_hl7"
pytestmark = pytest.mark.django_db
PARTS = ("stored", "duplicates", "quarantined", "rejected")
UCUM = "http://unitsofmeasure.org"
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
