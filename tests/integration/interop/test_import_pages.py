"""The mapping screen: nothing is applied unconfirmed, nothing is stored by a try, work goes on."""

import csv
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alerts.models import Notification
from audit.models import AuditEntry
from interop.imports import files, work
from interop.imports.journal import JobJournal
from interop.imports.models import ImportJob, ImportPart, JobState
from interop.models import ImportedRow
from patients.models import Patient
from staff.models import Role
from tests.factories.ward import a_patient, a_person, a_ward
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"
WIDE = "MRN,taken_at,Temp (C),HR,SBP,DBP\n"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.CRS_DATA_DIR = tmp_path


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def charge(client, ward):
    person = a_person(Role.CHARGE_NURSE, ward)
    client.force_login(person, backend=BACKEND)
    return person


def upload(client, ward, content, name="vitals.csv"):
    content = content.encode() if isinstance(content, str) else content
    answer = client.post("/import/", {"ward": ward.code, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def sent(client, address, **changes):
    """The form as it is shown, sent back with these changes and the tick."""
    html = client.get(address).content.decode()
    data = dict(re.findall(r'<input type="hidden" name="(t\d+|shape|dates)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="([cunm]\d+)".*?>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ("ignore" if name[0] in "cn" else "")
    zone = re.search(r'name="zone" value="([^"]*)"', html)
    data |= {"zone": zone[1] if zone else "", "checked": "on", "registers": "on"}
    return client.post(f"{address}map/", {k: v for k, v in (data | changes).items() if v != ""})


def job_of(address):
    return ImportJob.objects.get(pk=address.strip("/").split("/")[-1])


def test_a_file_is_uploaded_mapped_tried_and_imported(client, ward, charge):
    row = "P1,2025-06-01 08:00,38.6,101,120,70\nP1,2025-06-01 09:00,388,101,120,70\n"
    address = upload(client, ward, WIDE + row)
    page = client.get(address).content.decode()
    assert "Temp (C)" in page
    assert 'value="temperature_celsius" selected' in page  # suggested, not applied
    assert sent(client, address).status_code == 302
    job = job_of(address)
    assert job.state == JobState.TRYING
    assert work.work(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tried["stored"], job.tried["quarantined"]) == ("tried", 1, 1)
    assert not ObservationSet.objects.exists()
    assert not Patient.objects.exists()
    assert not ImportedRow.objects.exists()
    assert "388" in client.get(address).content.decode()
    # The columns' cells, again as the form was filled in, and the row that was refused.
    assert AuditEntry.objects.filter(action="file.rows_seen", actor=charge).count() == 3

    client.post(f"{address}start/")
    client.post(f"{address}start/")  # a second click
    assert work.work(job.pk)
    assert not work.work(job.pk)
    job.refresh_from_db()
    assert (job.state, job.summary["stored"], job.rows_done) == ("done", 1, 2)
    assert ObservationSet.objects.get().charted_by == charge
    assert not Notification.objects.exists()
    assert AuditEntry.objects.filter(action="file.import_started").count() == 1
    rejects = b"".join(client.get(f"{address}rejects.csv").streaming_content).decode("utf-8-sig")
    (refused,) = csv.DictReader(rejects.splitlines())
    assert (refused["_line"], refused["_column"], refused["HR"]) == ("3", "Temp (C)", "101")

    again = upload(client, ward, rejects.replace("388", "38.8"), name="corrected.csv")
    assert sent(client, again).status_code == 302
    work.work(job_of(again).pk)
    assert job_of(again).tried["stored"] == 1, job_of(again).tried
    client.post(f"{again}start/")
    work.work(job_of(again).pk)
    assert ObservationSet.objects.count() == 2


def test_nothing_is_tried_before_a_person_ticked_that_they_looked(client, ward, charge):
    address = upload(client, ward, WIDE + "P1,2025-06-01 08:00,38.6,101,120,70\n")
    answer = sent(client, address, checked="")
    assert answer.status_code == 400
    assert "Tick that you looked" in answer.content.decode()
    assert job_of(address).state == JobState.UPLOADED


def test_a_temperature_without_a_unit_is_asked_for(client, ward, charge):
    head = "MRN,taken_at,Temp,HR\n"
    address = upload(client, ward, head + "P1,2025-06-01 08:00,38.6,101\n")
    answer = sent(client, address)
    assert answer.status_code == 400
    assert "choose the unit of Temperature" in answer.content.decode()
    assert sent(client, address, u2="[degF]").status_code == 302


def test_an_ambiguous_day_order_is_asked_and_a_clear_one_is_not(client, ward, charge):
    rows = "P1,03/04/2025 08:00,38.6,101,120,70\n"
    address = upload(client, ward, WIDE + rows)
    assert "Order of days: the file does not say" in client.get(address).content.decode()
    assert sent(client, address).status_code == 400
    assert sent(client, address, dates="dmy").status_code == 302
    assert job_of(address).mapping["dates"] == "dmy"
    clear = upload(client, ward, WIDE + rows + "P1,25/04/2025 08:00,38.6,101,120,70\n")
    assert "no other order fits" in client.get(clear).content.decode()
    assert sent(client, clear).status_code == 302
    assert job_of(clear).mapping["dates"] == "dmy"


def test_a_decimal_comma_is_asked_and_never_guessed(client, ward, charge):
    content = "MRN;taken_at;Temp (C);HR\nP1;2025-06-01 08:00;38,6;101\n"
    address = upload(client, ward, content.encode("cp1252"))
    assert sent(client, address).status_code == 400
    assert sent(client, address, decimal="comma").status_code == 302
    work.work(job_of(address).pk)
    assert job_of(address).tried["stored"] == 1


def test_the_names_of_a_tidy_table_are_confirmed_one_by_one(client, ward, charge):
    content = (
        "patient,time,test,result,unit\n"
        "P1,2025-06-01 08:00,Temp,38.6,C\n"
        "P1,2025-06-01 08:00,Pulse,99,\n"
        "P1,2025-06-01 08:00,Zog,1,\n"
    )
    address = upload(client, ward, content)
    page = client.get(address).content.decode()
    assert "What each name in test is" in page
    assert sent(client, address).status_code == 302
    work.work(job_of(address).pk)
    tried = job_of(address).tried
    assert (tried["stored"], tried["reasons"], tried["sets"]) == (2, {"unknown_field": 1}, 1)


def test_a_file_brings_nothing_to_another_ward_s_patient_nor_says_that_there_is_one(
    client, ward, charge
):
    stranger = a_patient(a_ward())
    row = f"{stranger.mrn},2025-06-01 08:00,38.6,101,120,70\nNOBODY,2025-06-01 08:00,38,99,120,70\n"
    address = upload(client, ward, WIDE + row)
    sent(client, address, registers="")
    work.work(job_of(address).pk)
    assert job_of(address).tried["reasons"] == {"no_patient": 2}
    page = client.get(address).content.decode()
    assert page.count("no patient of this ward has this number") == 2
    assert not ObservationSet.objects.exists()


@pytest.mark.parametrize("role", [Role.NURSE, Role.KIOSK, Role.INTEGRATION])
def test_who_may_not_import_finds_no_page(client, ward, role):
    client.force_login(a_person(role, ward), backend=BACKEND)
    assert client.get("/import/").status_code == 404


def test_an_upload_of_another_ward_is_not_there(client, ward, charge):
    address = upload(client, ward, WIDE + "P1,2025-06-01 08:00,38.6,101,120,70\n")
    client.force_login(a_person(Role.CHARGE_NURSE, a_ward()), backend=BACKEND)
    assert client.get(address).status_code == 404
    for end in ("map/", "start/", "again/"):
        assert client.post(f"{address}{end}").status_code == 404
    for end in ("progress.json", "rejects.csv"):
        assert client.get(f"{address}{end}").status_code == 404


def test_a_file_that_is_too_large_leaves_nothing_behind(client, ward, charge, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_BYTES", 10)
    answer = client.post(
        "/import/", {"ward": ward.code, "file": SimpleUploadedFile("x.csv", b"a" * 11)}
    )
    assert answer.status_code == 400
    assert list(files.folder().iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"\n\n", b"one column\n1\n", b"a,a\n1,2\n", b"\x00\x00", b"\xff\xfe", b'"a,b\n'],
)
def test_what_is_no_table_is_said_to_be_none(client, ward, charge, content):
    page = client.get(upload(client, ward, content))
    assert page.status_code == 200


def test_old_files_are_removed_and_the_sets_stay(client, ward, charge):
    address = upload(client, ward, WIDE + "P1,2025-06-01 08:00,38.6,101,120,70\n")
    path = files.path_of(job_of(address))
    assert path.exists()
    assert files.remove_old(before=timezone.now() - timedelta(days=1)) == 0
    assert files.remove_old(before=timezone.now() + timedelta(seconds=1)) == 1
    assert not path.exists()
    assert "Its file was removed" in client.get(address).content.decode()


def test_a_worker_that_ended_is_followed_by_another_after_its_lease(client, ward, charge):
    rows = "".join(f"P{n},2025-06-01 08:00,38.6,101,120,70\n" for n in range(6))
    address = upload(client, ward, WIDE + rows + "P0,2025-06-01 08:00,38.6,101,120,70\n")
    sent(client, address)
    job = job_of(address)
    work.work(job.pk)
    client.post(f"{address}start/")
    real, told = JobJournal.turned, []

    def dies(self, rows, of):
        told.append(rows)
        real(self, rows, of)
        if len(told) == 3:
            raise KeyboardInterrupt  # as abrupt as it gets in one process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobJournal, "turned", dies)
        with pytest.raises(KeyboardInterrupt):
            work.work(job.pk)
    assert ImportPart.objects.count() == 3
    assert not work.work(job.pk), "its lease still runs"
    later = timezone.now() + timedelta(minutes=4)
    assert work.work(job.pk, clock=lambda: later)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert (job.summary["received"], job.summary["stored"], job.summary["duplicates"]) == (7, 6, 1)
    assert job.summary["patients_registered"] == 6
    assert ObservationSet.objects.count() == 6
    assert ObservationSet.objects.first().taken_at == datetime(2025, 6, 1, 7, 0, tzinfo=UTC)
