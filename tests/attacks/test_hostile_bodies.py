"""A body made to hurt is refused in words, quickly, and stores nothing."""

import time

import pytest
from django.test import Client
from rest_framework.test import APIClient

from staff.models import ApiToken, Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"
REST, FHIR = "/api/v1/observations/", "/fhir/Observation"
PATIENCE_SECONDS = 4.0  # of a machine shared by many; each takes hundredths
DEEP = 10_000
HOSTILE = {
    "nested lists": b"[" * DEEP + b"]" * DEEP,
    "nested objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "nested below a field": b'{"note":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a number beyond all": b'{"heart_rate_bpm": 1e400}',
    "a number of 100,000 digits": b'{"heart_rate_bpm": ' + b"9" * 50_000 + b"}",
    "an exponent beyond all": b'{"heart_rate_bpm": 1e-999999999}',
    "a key twice": b'{"note": "a", "note": "b"}',
    "not a number": b'{"heart_rate_bpm": NaN}',
    "infinity": b'{"heart_rate_bpm": -Infinity}',
    "no UTF-8": b'{"note": "\xff\xfe"}',
    "NUL": b'{"note": "a\\u0000b"}',
    "half a character": b'{"note": "\\ud800"}',
    "nothing": b"",
    "a list": b"[]",
    "text": b'"text"',
    "open": b'{"a": ',
    "a resource of lists": b'{"resourceType": ' + b"[" * 500 + b"]" * 500 + b"}",
}
MANY_KEYS = b"{" + b",".join(b'"k%d":1' % number for number in range(1_000_000)) + b"}"
HUNDRED_MB = 100 * 2**20


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person():
    ward = a_ward()
    a_patient(ward)
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def program(person):
    _, secret = ApiToken.issue(person, label="gateway")
    found = APIClient()
    found.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return found


@pytest.fixture
def visitor(person):
    found = Client()
    found.force_login(person, BACKEND)
    return found


def sent(program, address, body, kind="application/json"):
    """Post, within patience."""
    began = time.perf_counter()
    answer = program.generic("POST", address, body, content_type=kind)
    assert time.perf_counter() - began < PATIENCE_SECONDS
    return answer


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_rest_refuses_it_as_a_problem(program, body):
    answer = sent(program, REST, body)
    assert answer.status_code in (400, 413)
    assert answer["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 5_000
    assert not ObservationSet.objects.exists()


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("address", ["/fhir/", FHIR, "/fhir/Observation/$validate"])
def test_fhir_refuses_it_with_an_outcome(program, address, body):
    answer = sent(program, address, body, "application/fhir+json")
    assert answer.status_code in (400, 413, 422)
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert len(answer.content) < 5_000


@pytest.mark.parametrize(("address", "status"), [(REST, 413), (FHIR, 400)])
def test_a_million_keys_are_no_entry(program, address, status):
    assert sent(program, address, MANY_KEYS).status_code == status


@pytest.mark.parametrize(("names", "refused"), [(1000, False), (1001, True)])
def test_how_many_names_an_object_may_have_is_said(program, names, refused):
    body = b"{" + b",".join(b'"k%d":1' % number for number in range(names)) + b"}"
    said = program.generic("POST", REST, body, content_type="application/json").json()
    assert ("at most 1000 are read" in said["detail"]) is refused


def test_a_search_that_would_be_cut_short_is_refused(program):
    body = b"identifier=" + b"x" * 64 * 1024
    answer = program.generic(
        "POST", "/fhir/Patient/_search", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("address", [REST, "/fhir/", FHIR, "/fhir/Patient/$validate"])
def test_a_body_of_a_hundred_megabytes_is_refused_before_it_is_read(program, address):
    # Said, and not sent: who had to read it would wait for what never comes.
    answer = program.generic(
        "POST", address, b"{}", content_type="application/json", CONTENT_LENGTH=str(HUNDRED_MB)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("address", ["tablet/queued.json", "tablet/discarded.json"])
def test_a_tablets_queue_refuses_it(visitor, address, body):
    answer = sent(visitor, f"/{address}", body)
    assert answer.status_code in (400, 413)


def test_a_bundle_of_too_many_entries_is_refused_by_its_number(program):
    from staff.limits import BUNDLE_ENTRIES

    entries = b",".join([b"{}"] * (BUNDLE_ENTRIES + 1))
    body = b'{"resourceType": "Bundle", "type": "batch", "entry": [' + entries + b"]}"
    answer = sent(program, "/fhir/", body)
    assert answer.status_code in (400, 413, 422)


def test_the_limits_are_told_to_who_asks_what_the_server_does(program):
    said = program.get("/fhir/metadata").content.decode()
    assert "5000 entries" in said
    assert "16 MB" in said


@pytest.mark.parametrize("address", ["/sign-in/", "/pin/", "/switch/", "/patients/scan/"])
@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("thousands of fields", b"&".join(b"f%d=1" % n for n in range(5000)),
         "application/x-www-form-urlencoded"),
        ("three megabytes", b"note=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        ("NUL", b"username=a%00b&password=a%00b&pin=%00&code=%00",
         "application/x-www-form-urlencoded"),
        ("thousands of parts",
         b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n
                  for n in range(5000)) + b"--b--\r\n", "multipart/form-data; boundary=b"),
        ("thousands of files",
         b"".join(b'--b\r\nContent-Disposition: form-data; name="f"; filename="%d"\r\n\r\n1\r\n'
                  % n for n in range(500)) + b"--b--\r\n", "multipart/form-data; boundary=b"),
        ("no boundary", b"--b--", "multipart/form-data"),
    ],
)  # fmt: skip
def test_a_hostile_form_is_refused_and_no_fault_of_ours(visitor, address, name, body, kind):
    answer = sent(visitor, address, body, kind)
    assert 200 <= answer.status_code < 500, name


def test_a_file_too_large_to_import_is_refused_and_leaves_nothing(visitor, person, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from interop.imports import files

    monkeypatch.setattr(files, "LARGEST_BYTES", 1000)
    code = person.memberships.get().ward.code
    just = SimpleUploadedFile("a.csv", b"x" * 1000)
    assert visitor.post("/import/", {"ward": code, "file": just}).status_code == 302
    before = set(files.folder().iterdir())
    more = SimpleUploadedFile("a.csv", b"x" * 1001)
    assert visitor.post("/import/", {"ward": code, "file": more}).status_code == 400
    assert set(files.folder().iterdir()) == before
