"""What leaves: who may, what it holds, and what stays on record."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest

from audit.models import AuditEntry
from grading.models import Assessment, Confirmation
from interop.exports import registry, sdtm
from interop.exports.course import Subject, of_patient
from interop.exports.deidentify import Mask
from interop.exports.models import ExportEntry, ExportKind
from interop.exports.registry_facts import Facts, Standing
from interop.models import ExportKey
from staff.models import Role, WardMembership
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set
from tests.integration.interop.test_export_round_trip import a_course, subject

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"


@pytest.fixture
def course(client):
    ward, patient = a_course(family_name="Hopper", given_name="Grace")
    client.force_login(a_person(Role.ONCOLOGIST, ward), backend=BACKEND)
    return ward, patient


def content(answer):
    return b"".join(answer.streaming_content)


def answers(kind, patient):
    parts = registry.draft(kind, Facts(subject(patient)))
    return {each.question: each for part in parts for each in part.answers}


def test_the_tidy_table_leaves_with_an_entry_in_the_trail_and_the_log(client, course):
    _, patient = course
    here = f"/patients/{patient.pk}/export"
    assert client.get(f"{here}/").status_code == 200
    answer = client.post(f"{here}/tidy/", {"identified": "on"})
    rows = list(csv.DictReader(content(answer).decode().splitlines()))
    assert {row["patient"] for row in rows} == {patient.mrn}
    entry = ExportEntry.objects.get()
    trail = AuditEntry.objects.get(action="data.exported")
    assert entry.rows == trail.detail["rows"] >= len(rows) > 40
    assert trail.detail["deidentified"] is False
    assert "Tidy CSV" in client.get(f"{here}/").content.decode()


def test_a_deidentified_table_needs_the_name_of_a_study(client, course):
    _, patient = course
    address = f"/patients/{patient.pk}/export/tidy/"
    assert client.post(address).status_code == 400
    assert not ExportEntry.objects.exists()
    text = content(client.post(address, {"key": "PASS 7"})).decode()
    assert patient.mrn not in text
    assert "Hopper" not in text
    assert ExportEntry.objects.get().key == ExportKey.objects.get(name="PASS 7")


@pytest.mark.parametrize("role", [Role.NURSE, Role.CHARGE_NURSE, Role.INTEGRATION, Role.KIOSK])
@pytest.mark.parametrize("end", ["", "registry/cibmtr/", "adverse-event/"])
def test_who_may_not_export_finds_no_page(client, course, role, end):
    ward, patient = course
    client.force_login(a_person(role, ward), backend=BACKEND)
    assert client.get(f"/patients/{patient.pk}/export/{end}").status_code == 404
    assert client.get(f"/wards/{ward.code}/export/").status_code == 404


def test_another_ward_s_patient_is_not_there(client, course):
    ward, patient = course
    client.force_login(a_person(Role.ONCOLOGIST, a_ward()), backend=BACKEND)
    here = f"/patients/{patient.pk}/export"
    assert client.get(f"{here}/").status_code == 404
    assert client.post(f"{here}/tidy/", {"identified": "on"}).status_code == 404
    assert client.post(f"{here}/registry/ebmt/").status_code == 404
    assert client.post(f"/wards/{ward.code}/export/", {"kind": "tidy"}).status_code == 404
    assert not ExportEntry.objects.exists()


def test_a_ward_leaves_de_identified_with_a_warning_of_few(client, course):
    ward, patient = course
    other = a_patient(ward)
    chart_set(other, WELL, minutes_ago=10)
    address = f"/wards/{ward.code}/export/"
    assert "Fewer than 10 patients" in client.get(address).content.decode()
    text = content(client.post(address, {"kind": "tidy", "key": "S"})).decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["study_id"] for row in rows}) == 2
    assert ExportEntry.objects.get().patients == 2
    assert patient.mrn not in text


def test_study_tables_have_their_variables_and_no_dates(client, course):
    _, patient = course
    packed = content(client.post(f"/patients/{patient.pk}/export/sdtm/", {"key": "TRIAL"}))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        tables = {
            name: list(csv.DictReader(archive.read(name).decode().splitlines()))
            for name in archive.namelist()
        }
    assert set(tables) == {f"{domain}.csv" for domain in sdtm.COLUMNS}
    for name, rows in tables.items():
        for row in rows:
            assert row["DOMAIN"] == name[:2].upper()
            assert row["STUDYID"] == "TRIAL"
            assert not any("2026" in str(cell) for cell in row.values())
    tests = {row["VSTESTCD"] for row in tables["vs.csv"]}
    assert {"TEMP", "HR", "SYSBP", "OXYSAT"} <= tests
    assert all(len(code) <= 8 for code in tests)
    assert {row["VSDY"] for row in tables["vs.csv"]} <= {"5", "6"}
    assert tables["ae.csv"][0]["AESER"] == ""  # a person's to say
    assert sum(map(len, tables.values())) == ExportEntry.objects.get().rows
    assert {row["FATESTCD"] for row in tables["fa.csv"]} == {"TOXGR", "ICESCORE"}


def test_the_onset_is_the_first_fever_and_the_computed_grade_is_marked_so(course):
    _, patient = course
    found = answers(ExportKind.CIBMTR, patient)
    onset = found["Date the first symptom was documented"]
    assert onset.value == "2026-03-10"
    assert onset.sources[0].href.startswith(f"/patients/{patient.pk}/sets/")
    grade = found["Highest grade of CRS (ASTCT 2019)"]
    assert grade.standing is Standing.COMPUTED
    assert grade.sources


def test_a_confirmed_grade_goes_before_the_computed_one(course):
    _, patient = course
    rows = Assessment.objects.filter(patient=patient, scale="astct-crs", at_least=3).in_force()
    row = rows.earliest("taken_at")
    assert row.observation_set is not None
    Confirmation.objects.create(
        client_id=row.observation_set.client_id, patient=patient, assessment=row,
        decision="changed", grade=4, note="two pressors", recorded_at=NOW,
    )  # fmt: skip
    found = answers(ExportKind.EBMT, patient)["Highest grade of CRS (ASTCT 2019)"]
    assert (found.value, found.standing) == ("4", Standing.CONFIRMED)
    assert found.note.startswith("computed: ")


def test_what_is_not_recorded_is_not_known_and_never_no(course):
    _, patient = course
    found = answers(ExportKind.CIBMTR, patient)
    for question in ("Therapy of CRS: Siltuximab", "Dialysis: dates", "Date of resolution"):
        assert (found[question].value, found[question].standing) == ("", Standing.NOT_KNOWN)
    assert found["Therapy of CRS: Tocilizumab"].value == "yes"
    assert all(each.sources for each in found.values() if each.standing is Standing.RECORDED
               and each.question != "Was this episode reported before?")  # fmt: skip


def test_a_patient_without_any_set_has_not_been_without_crs():
    patient = a_patient(a_ward())
    found = answers(ExportKind.EBMT, patient)
    assert found["Did CRS occur in the 100 days after the infusion?"].value == ""
    chart_set(patient, {"heart_rate_bpm": 80}, minutes_ago=60)
    assert answers(ExportKind.EBMT, patient)[
        "Did CRS occur in the 100 days after the infusion?"
    ].standing is Standing.NOT_KNOWN  # fmt: skip


def test_a_draft_that_was_taken_out_is_reported_before_in_the_next(client, course):
    _, patient = course
    question = "Was this episode reported before?"
    assert answers(ExportKind.CIBMTR, patient)[question].value == ""
    address = f"/patients/{patient.pk}/export/registry/cibmtr/"
    assert client.get(address).status_code == 200
    assert answers(ExportKind.CIBMTR, patient)[question].value == ""  # looking reports nothing
    rows = list(csv.DictReader(content(client.post(address)).decode().splitlines()))
    assert any(row["answer"] == "not known" for row in rows)
    assert answers(ExportKind.CIBMTR, patient)[question].value == "yes"


def test_the_report_text_ticks_what_a_person_ticked_and_sends_nothing(client, course):
    _, patient = course
    address = f"/patients/{patient.pk}/export/adverse-event/"
    assert "Draft to copy" not in client.get(address).content.decode()
    page = client.post(address, {"serious": ["life_threatening", "nonsense"]}).content.decode()
    assert "[x] Life-threatening" in page
    assert "[ ] Death" in page
    assert "Lot: not recorded here: fill in" in page
    assert "Nothing was submitted" in page
    assert ExportEntry.objects.get().kind == ExportKind.ADVERSE_EVENT


def test_a_ward_of_many_is_written_one_patient_at_a_time(django_assert_num_queries):
    ward = a_ward()
    patient = a_patient(ward)
    chart_set(patient, FEVER, minutes_ago=10)
    state = subject(patient).state
    from interop.exports import tidy

    assert len(list(tidy.rows(of_patient(state, mask=Mask("k"), now=NOW)))) > 8
    assert Subject(state, Mask("k"), NOW).zero == NOW - timedelta(days=5)


def test_the_ways_lead_from_any_page_to_the_ward_s_export_and_on_to_one_patient(client, course):
    ward, patient = course
    assert f'href="/wards/{ward.code}/export/"' in client.get("/alerts/").content.decode()
    page = client.get(f"/wards/{ward.code}/export/").content.decode()
    assert f'href="/patients/{patient.pk}/export/"' in page


def test_the_export_of_one_ward_leads_to_those_of_one_s_other_wards_alone(client, course):
    ward, _ = course
    second, strange = a_ward(code="second"), a_ward(code="strange")
    doctor = a_person(Role.ONCOLOGIST, ward)
    WardMembership.objects.create(user=doctor, ward=second)
    client.force_login(doctor, backend=BACKEND)
    page = client.get(f"/wards/{ward.code}/export/").content.decode()
    assert f'href="/wards/{second.code}/export/"' in page
    assert strange.code not in page


def test_who_may_not_export_is_shown_no_way_there(client, course):
    ward, _ = course
    client.force_login(a_person(Role.CHARGE_NURSE, ward), backend=BACKEND)
    assert "/export/" not in client.get("/alerts/").content.decode()
