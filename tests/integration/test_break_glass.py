"""Break-glass: two identifiers and a reason open one patient of another ward, for a while."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from alerts import bulletins
from alerts.models import Bulletin, Topic
from audit.models import AuditEntry
from charting import access
from charting.break_glass import opening as glass
from charting.break_glass.models import BreakGlass, BreakGlassEnd, Reason
from charting.break_glass.opening import MOST_MISSES, Asked, Outcome
from staff import permissions
from staff.models import Role, User
from tests.factories.ward import GRADE_2, NOW, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
HOUR = timedelta(minutes=60)
MICROSECOND = timedelta(microseconds=1)
JSON = "application/json"
BORN = date(1980, 5, 1)
OPENERS = [
    Role.NURSE,
    Role.CHARGE_NURSE,
    Role.ONCOLOGIST,
    Role.PHARMACIST,
    Role.SAFETY_OFFICER,
]
OTHERS = [Role.ADMINISTRATOR, Role.INTEGRATION, Role.KIOSK]


@pytest.fixture
def patient():
    found = a_patient(a_ward())
    chart_set(found, GRADE_2)
    return found


@pytest.fixture
def nurse():
    return a_person(Role.NURSE, a_ward())


def client_of(person):
    client = Client()
    client.force_login(person, backend="staff.backends.OpenAccountBackend")
    return client


def asked(patient, **changed):
    said = {"mrn": patient.mrn, "birth_date": BORN, "reason": Reason.EMERGENCY, "words": "called"}
    return Asked(**said | changed)


def form(patient, **changed):
    said = {"mrn": patient.mrn, "birth_date": "1980-05-01", "reason": "emergency", "words": "x"}
    return said | changed


def fresh(person):
    return User.objects.get(pk=person.pk)


def opened(person, patient, *, now=None):
    return glass.open_patient(asked(patient), by=person, now=now or timezone.now())


@pytest.mark.parametrize("role", OPENERS)
def test_two_identifiers_and_a_reason_open_the_pages_of_one_patient(role, patient):
    other = a_patient(a_ward())
    client = client_of(a_person(role, a_ward()))
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == 404
    answer = client.post("/break-glass/", form(patient))
    assert answer["Location"] == f"/patients/{patient.pk}/timeline/"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "Opened by break-glass until" in page.content.decode()
    assert client.get(f"/api/v1/patients/{patient.pk}/course/").status_code == 200
    assert client.get(f"/fhir/Patient/{patient.pk}").status_code in {200, 404}
    assert client.get(f"/patients/{other.pk}/timeline/").status_code == 404


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_can_open_anything(role, patient):
    client = client_of(a_person(role, a_ward()))
    assert client.get("/break-glass/").status_code in {403, 404}
    assert client.post("/break-glass/", form(patient)).status_code in {403, 404}
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/patients/{0}/chart/",
        "/patients/{0}/record/lab/",
        "/patients/{0}/handover/",
        "/patients/{0}/summary.pdf",
        "/patients/{0}/export/",
    ],
)
def test_what_is_opened_is_opened_for_reading_alone(address, patient):
    person = a_person(Role.ONCOLOGIST, a_ward())
    opened(person, patient)
    assert client_of(person).get(address.format(patient.pk)).status_code == 404


def test_the_alert_of_the_patient_can_be_read_and_not_answered(patient, nurse):
    alert = patient.alerts.first()
    assert alert is not None
    client = client_of(nurse)
    assert client.get(f"/alerts/{alert.code}/").status_code == 404
    opened(nurse, patient)
    assert client.get(f"/alerts/{alert.code}/").status_code == 200
    assert client.get(f"/api/v1/alerts/{alert.code}/").status_code == 200
    answer = client.post(
        f"/api/v1/alerts/{alert.code}/acknowledgement/", {"version": 1}, content_type=JSON
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("after", "is_open"), [(HOUR - MICROSECOND, True), (HOUR, False), (-MICROSECOND, False)]
)
def test_an_opening_lasts_an_hour_the_end_itself_is_out(after, is_open, patient, nurse):
    opened(nurse, patient, now=NOW)
    assert BreakGlass.objects.in_force(NOW + after).exists() is is_open


@pytest.mark.parametrize(("ago", "status"), [(HOUR - timedelta(minutes=1), 200), (HOUR, 404)])
def test_the_pages_close_by_themselves(ago, status, patient, nurse):
    opened(nurse, patient, now=timezone.now() - ago)
    assert client_of(nurse).get(f"/patients/{patient.pk}/timeline/").status_code == status


def test_the_time_it_lasts_is_a_setting(patient, nurse, settings):
    settings.CRS_BREAK_GLASS_MINUTES = 15
    row = opened(nurse, patient, now=NOW).opening
    assert row is not None
    assert row.ends_at == NOW + timedelta(minutes=15)


def test_it_can_be_ended_early_by_the_one_who_opened_it(patient, nurse):
    row = opened(nurse, patient).opening
    assert client_of(a_person()).post(f"/break-glass/{row.code}/end/").status_code == 404
    client = client_of(nurse)
    assert client.post(f"/break-glass/{row.code}/end/").status_code == 302
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == 404
    assert not glass.end(row, now=timezone.now())
    assert BreakGlassEnd.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"mrn": "MRN99999"},
        {"birth_date": "1980-05-02"},
        {"mrn": "MRN99999", "birth_date": "1980-05-02"},
    ],
)
def test_no_match_is_one_answer_whatever_was_wrong(changed, patient, nurse):
    nobody = form(patient, mrn="NOBODY-AT-ALL")
    plain = client_of(nurse).post("/api/v1/break-glass/", nobody, content_type=JSON)
    said = client_of(nurse).post(
        "/api/v1/break-glass/", form(patient, **changed), content_type=JSON
    )
    assert (said.status_code, said.json()) == (plain.status_code, plain.json())
    assert said.status_code == 404
    page = client_of(nurse).post("/break-glass/", form(patient, **changed))
    assert page.status_code == 404
    assert patient.family_name not in page.content.decode()
    assert not BreakGlass.objects.exists()
    assert AuditEntry.objects.filter(action="break_glass.no_match", actor=nurse).count() == 3


def test_a_patient_whose_birth_date_is_not_known_matches_nothing(nurse):
    unknown = a_patient(a_ward(), birth_date=None)
    assert opened(nurse, unknown).outcome is Outcome.NO_MATCH


def test_after_five_misses_in_an_hour_nothing_is_looked_up(patient, nurse):
    for _ in range(MOST_MISSES - 1):
        glass.open_patient(asked(patient, mrn="X"), by=nurse, now=NOW)
    assert opened(nurse, patient, now=NOW).outcome is Outcome.OPENED
    glass.open_patient(asked(patient, mrn="X"), by=nurse, now=NOW)
    late = NOW + HOUR
    assert opened(nurse, patient, now=late - MICROSECOND).outcome is Outcome.TOO_MANY
    assert opened(a_person(Role.NURSE), patient, now=NOW).outcome is Outcome.OPENED
    assert opened(nurse, patient, now=late).outcome is Outcome.OPENED


def test_too_many_misses_are_answered_429(patient, nurse):
    for _ in range(MOST_MISSES):
        glass.open_patient(asked(patient, mrn="X"), by=nurse, now=timezone.now())
    assert client_of(nurse).post("/break-glass/", form(patient)).status_code == 429
    assert (
        client_of(nurse).post("/api/v1/break-glass/", form(patient), content_type=JSON).status_code
        == 429
    )


def test_a_patient_of_ones_own_is_led_to_without_an_opening(patient):
    own = a_person(Role.NURSE, patient.state.ward)
    assert opened(own, patient).outcome is Outcome.YOURS_ANYWAY
    assert not BreakGlass.objects.exists()
    page = client_of(own).get(f"/patients/{patient.pk}/timeline/").content.decode()
    assert "break-glass until" not in page


def test_asking_again_while_it_is_open_opens_nothing_new(patient, nurse):
    officer = a_person(Role.SAFETY_OFFICER)
    first, again = opened(nurse, patient), opened(nurse, patient)
    assert first.opening == again.opening
    (owed,) = Bulletin.objects.filter(topic=Topic.BREAK_GLASS)
    assert owed.recipient == officer


def test_the_privacy_list_is_owed_a_mail_without_any_patient_detail(patient, nurse, settings):
    settings.CRS_PRIVACY_EMAIL = ["privacy@example.org", "dpo@example.org"]
    row = opened(nurse, patient).opening
    owed = Bulletin.objects.filter(topic=Topic.BREAK_GLASS)
    assert {each.address for each in owed} == set(settings.CRS_PRIVACY_EMAIL)
    for each in owed:
        message = bulletins.compose(each, now=timezone.now())
        said = message.message().as_string()
        assert row.code in said
        assert "/break-glass/openings/" in said
        for secret in (patient.mrn, patient.family_name, nurse.username, "called"):
            assert secret not in said


def test_without_a_list_safety_officers_and_administrators_hear_of_it(patient, nurse):
    told = {a_person(Role.SAFETY_OFFICER).pk, a_person(Role.ADMINISTRATOR).pk}
    opened(nurse, patient)
    assert {each.recipient_id for each in Bulletin.objects.all()} == told


def test_no_opening_without_its_notice(patient, nurse, monkeypatch):
    def broken(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(bulletins, "write", broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(nurse, patient)
    assert not BreakGlass.objects.exists()


def test_an_opening_can_be_neither_changed_nor_removed(patient, nurse):
    row = opened(nurse, patient).opening
    for verb in (lambda: BreakGlass.objects.update(words="x"), row.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            verb()


def test_every_opening_is_on_the_patients_own_trail(patient, nurse):
    row = opened(nurse, patient).opening
    glass.end(row, now=timezone.now())
    rows = AuditEntry.objects.filter(scope=f"patient:{patient.pk}", actor=nurse)
    assert {"break_glass.opened", "break_glass.ended"} <= {each.action for each in rows}


@pytest.mark.parametrize("role", [Role.SAFETY_OFFICER, Role.ADMINISTRATOR])
def test_another_person_reviews_an_opening_once(role, patient, nurse):
    row = opened(nurse, patient).opening
    client = client_of(a_person(role))
    page = client.get("/break-glass/openings/").content.decode()
    assert row.code in page
    assert patient.family_name not in page
    assert patient.mrn not in page
    said = {"code": row.code, "finding": "called to an arrest"}
    assert client.post("/break-glass/openings/", said).status_code == 302
    assert fresh_opening(row).review.finding == "called to an arrest"
    again = client.post(
        f"/api/v1/break-glass/{row.code}/review/", {"finding": "x"}, content_type=JSON
    )
    assert again.status_code == 409


def test_nobody_reviews_their_own_opening(patient):
    officer = a_person(Role.SAFETY_OFFICER)
    row = opened(officer, patient).opening
    client = client_of(officer)
    client.post("/break-glass/openings/", {"code": row.code, "finding": "fine"})
    assert not hasattr(fresh_opening(row), "review")


@pytest.mark.parametrize("role", [Role.NURSE, Role.CHARGE_NURSE, Role.PHARMACIST])
def test_the_list_of_openings_is_for_reviewers(role, patient, nurse):
    row = opened(nurse, patient).opening
    client = client_of(a_person(role, a_ward()))
    assert client.get("/break-glass/openings/").status_code == 403
    assert client.get("/api/v1/break-glass/").status_code == 403
    said = client.post(
        f"/api/v1/break-glass/{row.code}/review/", {"finding": "x"}, content_type=JSON
    )
    assert said.status_code == 404


def test_rest_lists_and_ends_openings(patient, nurse):
    said = client_of(nurse).post("/api/v1/break-glass/", form(patient), content_type=JSON).json()
    assert said["patient"] == patient.pk
    listed = client_of(a_person(Role.SAFETY_OFFICER)).get("/api/v1/break-glass/").json()
    assert [each["code"] for each in listed["openings"]] == [said["code"]]
    address = f"/api/v1/break-glass/{said['code']}/end/"
    assert client_of(nurse).post(address, content_type=JSON).json() == {"ended": True}
    assert client_of(nurse).post(address, content_type=JSON).json() == {"ended": False}


def test_a_token_held_to_wards_or_scopes_opens_nothing(patient, nurse):
    opened(nurse, patient)
    held = fresh(nurse)
    permissions.hold_to(held, wards=[1], scopes=None)
    assert access.opening_of(held, patient.pk) is None
    scoped = fresh(nurse)
    permissions.hold_to(scoped, wards=None, scopes=["read:patients"])
    assert access.opening_of(scoped, patient.pk) is None
    assert access.opening_of(fresh(nurse), patient.pk) is not None


def test_who_has_left_the_role_reads_nothing_by_an_old_opening(patient, nurse):
    opened(nurse, patient)
    User.objects.filter(pk=nurse.pk).update(role=Role.ADMINISTRATOR)
    assert client_of(fresh(nurse)).get(f"/patients/{patient.pk}/timeline/").status_code in {
        302,
        404,
    }


def test_a_look_at_ones_own_patients_costs_no_query_more(patient, nurse, django_assert_num_queries):
    own = fresh(a_person(Role.NURSE, patient.state.ward))
    permissions.ward_ids(own)
    with django_assert_num_queries(0):
        assert access.may(own, patient.state, permissions.can_see_patients)


def fresh_opening(row):
    return BreakGlass.objects.get(pk=row.pk)
