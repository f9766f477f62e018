"""An import whose process is killed in the middle goes on from where it was, without doubles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interop.imports import files, work
from interop.imports.models import ImportJob, ImportPart, JobState
from staff.models import Role
from tests.factories.ward import a_person, a_ward
from vitals.models import ObservationSet

pytestmark = pytest.mark.slow
PATIENTS, HOURS = 60, 20
MAPPING = {
    "shape": "wide",
    "zone": "UTC",
    "columns": {
        "p": "patient", "t": "taken_at",
        "temp": {"target": "temperature_celsius", "unit": "Cel"}, "hr": "heart_rate_bpm",
    },
}  # fmt: skip


def rows():
    yield b"p,t,temp,hr\n"
    for patient in range(PATIENTS):
        for hour in range(HOURS):
            yield f"K{patient},2025-06-01 {hour:02d}:00,38.{hour % 10},{80 + hour}\n".encode()
    yield b"K0,2025-06-01 21:00,not a number,80\n"


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_and_stores_every_row_once(start_process, settings, tmp_path):
    settings.CRS_DATA_DIR = tmp_path / "data"
    ward = a_ward()
    kept = files.keep(rows())
    job = ImportJob.objects.create(
        created_at=timezone.now(), created_by=a_person(Role.CHARGE_NURSE, ward), ward=ward,
        name="k.csv", file_name=kept.name, size_bytes=kept.size_bytes, mapping=MAPPING,
        registers=True, state=JobState.IMPORTING,
    )  # fmt: skip
    process = start_process("manage.py", "run_imports", CRS_DATA_DIR=str(tmp_path / "data"))
    process.wait_until(lambda: ImportPart.objects.count() >= 3, seconds=120)
    process.kill()
    before = ImportPart.objects.count()
    assert before < PATIENTS, "it was killed too late to show anything"
    stored = ObservationSet.objects.count()
    assert stored == before * HOURS, "a patient is stored whole or not at all"

    later = timezone.now() + timedelta(minutes=4)
    assert work.work(job.pk, clock=lambda: later)
    job.refresh_from_db()
    summary = job.summary
    assert job.state == JobState.DONE
    assert summary["received"] == PATIENTS * HOURS + 1
    assert (summary["stored"], summary["duplicates"]) == (PATIENTS * HOURS, 0)
    assert (summary["rejected"], summary["reasons"]) == (1, {"not_a_number": 1})
    assert ObservationSet.objects.count() == PATIENTS * HOURS
