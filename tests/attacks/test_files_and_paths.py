"""No name of a file, address or cell leads outside, and no table runs a formula."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client

from alerts import message
from alerts.models import Notification
from interop.csv import safe
from interop.exports import writing
from interop.imports import files
from interop.imports.models import ImportJob
from patients.models import Patient
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.ward import NOW, a_patient, a_person, a_ward

BACKEND = "staff.backends.OpenAccountBackend"
CLIMBS = ["../../etc/passwd", "..\\..\\secret-key", "/etc/passwd", "a/../../b.csv", "..",
          "%2e%2e%2fsecret-key", "secret-key\0.csv", "x" * 400 + ".csv", "CON", "a\r\nb.csv",
          '"; filename="evil.html']  # fmt: skip
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1+1",
            "＋1", "－1+1", "＠SUM(A1)", "'=1", "\n=1"]  # fmt: skip


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward()


@pytest.fixture
def visitor(ward):
    found = Client()
    found.force_login(a_person(Role.CHARGE_NURSE, ward), BACKEND)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLIMBS)
def test_an_upload_lies_in_its_folder_under_a_name_of_ours(visitor, ward, name):
    file = SimpleUploadedFile("a.csv", b"time,heart rate\n")
    vars(file)["_name"] = name  # what a program, not a browser, may say
    visitor.post("/import/", {"ward": ward.code, "file": file})
    for job in ImportJob.objects.all():
        path = files.path_of(job).resolve()
        assert path.parent == files.folder().resolve()
        assert path.name.removesuffix(".csv").isalnum()
        assert "/" not in job.name
        assert "\\" not in job.name or name.count("\\")
        page = visitor.get(f"/import/{job.pk}/")
        assert page.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/static/../manage.py", "/static/..%2f..%2fmanage.py", "/static/%2e%2e/secret-key",
     "/static//etc/passwd", "/static/crs_monitor/..%5c..%5cmanage.py",
     "/import/../../secret-key/", "/import/00000000-0000-4000-8000-000000000000/rejects.csv",
     "/patients/1/export/registry/..%2f..%2fsecret-key/",
     "/patients/1/neuro/..%2f1/handwriting.svg",
     "/wards/..%2f..%2fetc/board/", "/fhir/Patient/..%2f..%2fsecret-key"],
)  # fmt: skip
@pytest.mark.parametrize("looked_up", ["at the start", "as asked"])
def test_no_address_climbs_out_of_where_files_lie(visitor, address, looked_up, settings):
    settings.WHITENOISE_AUTOREFRESH = looked_up == "as asked"
    answer = visitor.get(address)
    assert answer.status_code in (400, 404)
    body = answer.content
    assert b"DJANGO_SETTINGS_MODULE" not in body
    assert b"root:" not in body


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_table_begins_like_a_formula(cell):
    stream, _ = writing.table(["note"], [[cell]])
    text = stream.read().decode()
    (_, (found,)) = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] not in "=+-@\t\r\n＝＋－＠"
    assert safe.read(found) == cell


@pytest.mark.parametrize("cell", ["-1.5", "+2", "38.9", "-0.5e-3", "plain", "", "a=b"])
def test_numbers_and_plain_words_stay_as_they_are(cell):
    assert safe.written(cell) == cell


@pytest.mark.django_db
def test_no_name_adds_a_header_to_a_mail(ward):
    ward.name = "7B\r\nBcc: evil@example.org"
    ward.save()
    a_person(Role.NURSE, ward)
    a_person(Role.CHARGE_NURSE, ward)
    alert = an_alert(ward)
    sent = [message.compose(each) for each in Notification.objects.filter(alert=alert)]
    assert sent
    for mail in sent:
        head = mail.message().as_bytes().split(b"\n\n")[0].lower()
        assert b"\nbcc:" not in head


def test_a_mail_with_a_broken_subject_is_not_sent_at_all():
    mail = EmailMessage(subject="a\nBcc: evil@example.org", body="b", to=["a@example.org"])
    with pytest.raises(ValueError):
        mail.message()


@pytest.mark.django_db
def test_a_formula_for_a_name_leaves_every_table_of_ours_as_text(visitor, ward):
    patient = a_patient(ward)
    Patient.objects.filter(pk=patient.pk).update(
        family_name="=1+1", given_name="@SUM(A1)", diagnosis="-1+1"
    )
    doctor = a_person(Role.ONCOLOGIST, ward, first_name="=cmd|' /C calc'!A0", last_name="+1+1")
    caller = Client()
    caller.force_login(doctor, BACKEND)
    tables = 0
    for kind in ("tidy", "wide"):
        answer = caller.post(f"/patients/{patient.pk}/export/{kind}/", {"identified": "on"})
        if answer.status_code == 200:
            tables += 1
            text = b"".join(answer).decode()
            for row in csv.reader(io.StringIO(text, newline="")):
                for cell in row:
                    assert safe.written(cell) == cell, cell
    assert tables
