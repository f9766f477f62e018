"""Names, numbers and readings of patients stand in no log, mail, queue, address or error."""

import json
import logging
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from django.core import mail
from django.test import Client
from django.utils import timezone

from alerts import delivery
from crs_monitor.logs import LineFormatter
from crs_monitor.management.commands import run
from staff.models import ApiToken, Role
from tests.browser.conftest import own_hashers, ward  # noqa: F401  people whom a server lets in
from tests.factories.ward import PASSWORD, a_patient, a_person

MRN, FAMILY, GIVEN, WORDS = "MRN-77881-QX", "Quillfeather", "Zebediah", "marked-words-of-a-note"
READING = "39.37"
MARKS = (MRN, "77881", FAMILY, GIVEN, WORDS, READING, "1961-07-23")


def marks_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark.casefold() in text.casefold()]


@pytest.fixture
def marked(ward):  # noqa: F811
    return a_patient(
        ward, mrn=MRN, family_name=FAMILY, given_name=GIVEN, birth_date=date(1961, 7, 23),
        diagnosis=WORDS, infused_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip


def a_set(**more: object) -> dict[str, object]:
    return {
        "client_id": str(uuid.uuid4()), "patient": MRN, "taken_at": timezone.now().isoformat(),
        "temperature_celsius": float(READING), "heart_rate_bpm": 131, "systolic_mmhg": 84,
        "diastolic_mmhg": 50, "mean_arterial_mmhg": 54, "respirations_per_minute": 20,
        "spo2_percent": 97, "oxygen_device": "room_air", "vasopressors": [],
        "consciousness": "alert", "note": WORDS,
    } | more  # fmt: skip


def gone_wrong(address, api):
    """What goes wrong is where programs say too much."""
    sets = f"{address}/api/v1/observations/"
    return [
        api.post(sets, json=a_set(spo2_percent=700)),
        api.post(sets, json=a_set(surprise=WORDS)),
        api.post(sets, data=f'{{"note": "{WORDS}"'),
        api.get(f"{address}/api/v1/patients/{MRN}/"),
        api.get(f"{address}/patients/{MRN}/{FAMILY}/"),
        api.get(f"{address}/fhir/Patient?identifier={MRN}&name={FAMILY}"),
        api.get(f"{address}/fhir/Patient/{MRN}"),
        api.get(f"{address}/fhir/Observation?patient={FAMILY}"),
        requests.post(
            f"{address}/sign-in/", data={"username": MRN, "password": FAMILY}, timeout=30
        ),
        requests.get(f"{address}/patients/", headers={"Host": f"{FAMILY}.example"}, timeout=30),
    ]


@pytest.mark.slow
def test_the_main_story_leaves_no_trace_of_the_patient_outside_the_database(
    start_process, web_process, marked, ward, tmp_path, settings, capfd  # noqa: F811
):  # fmt: skip
    data = tmp_path / "data"
    as_deployed = {
        "CRS_DEMO": "0", "CRS_DATA_DIR": str(data), "CRS_REDIS_URL": "", "CRS_LOG_LEVEL": "DEBUG",
        "CRS_EMAIL_URL": (tmp_path / "mail").as_uri(), "CRS_STATIC_ROOT": str(data / "static"),
        "CRS_SECRET_KEY": uuid.uuid4().hex + uuid.uuid4().hex,
    }  # fmt: skip
    start_process("manage.py", "collectstatic", "--noinput", **as_deployed).popen.wait(120)
    address = web_process(**as_deployed)
    nurse = a_person(Role.NURSE, ward)
    a_person(Role.ONCOLOGIST, ward)
    _, secret = ApiToken.issue(nurse, label="gateway")
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {secret}"
    assert api.post(f"{address}/api/v1/observations/", json=a_set()).status_code == 201
    wrong = gone_wrong(address, api)
    assert [answer.url for answer in wrong if answer.status_code >= 500] == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for minutes in (0, 5, 15, 30, 60):
        delivery.deliver_due(now=timezone.now() + timedelta(minutes=minutes))
    assert mail.outbox, "somebody was told"
    told = "".join(each.message().as_string() for each in mail.outbox)
    health = "".join(
        requests.get(f"{address}/health/{each}", timeout=30).text
        for each in ("live", "ready", "alerting")
    )
    files = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and "sqlite" not in path.name and "static" not in path.parts
    ]
    written = "".join(path.read_bytes().decode(errors="replace") for path in files)
    assert "event" in written, "the process logged"
    for place, text in {"mails": told, "health": health, "files and logs": written}.items():
        assert marks_in(text) == [], place
    assert marks_in(capfd.readouterr().err) == []


@pytest.mark.django_db
def test_no_link_of_a_page_carries_a_patients_number_or_name(client, time_machine):
    from tests.factories.ward import a_ward

    place = a_ward()
    patient = a_patient(place, mrn=MRN, family_name=FAMILY, given_name=GIVEN)
    visitor = Client()
    visitor.force_login(a_person(Role.CHARGE_NURSE, place), "staff.backends.OpenAccountBackend")
    here = f"/patients/{patient.pk}/"
    for address in ("/patients/", here, f"{here}chart/", f"{here}timeline/", f"{here}course/",
                    f"{here}handover/", f"/wards/{place.code}/board/", "/alerts/"):  # fmt: skip
        html = visitor.get(address, follow=True).content.decode()
        links = [part.split('"')[0] for part in html.split('href="')[1:]]
        links += [part.split('"')[0] for part in html.split('action="')[1:]]
        assert [link for link in links if marks_in(link)] == [], address


@pytest.mark.parametrize("logger", ["django.request", "django.security.DisallowedHost"])
def test_a_line_about_a_request_names_its_kind_and_never_its_address(logger):
    record = logging.LogRecord(
        logger, logging.WARNING, "f", 1, "%s: %s", ("Not Found", f"/patients/{MRN}/?name={FAMILY}"),
        None,
    )  # fmt: skip
    vars(record).update(status_code=404)
    line = LineFormatter(with_messages=True).format(record)
    assert marks_in(line) == []
    assert json.loads(line)["status_code"] == 404


def test_the_server_writes_no_list_of_who_asked_for_what():
    # Paths hold ids, but a search by FHIR's own standard holds a number in its query.
    web = next(child for child in run.children(8000, demo=False) if child.name == "web")
    container = Path("Dockerfile").read_text(encoding="utf-8")
    for command in (" ".join(web.command), container):
        assert "access-log" not in command


def test_a_password_is_never_on_record_in_the_clear():
    assert PASSWORD not in json.dumps(run.children(8000, demo=True), default=str)
