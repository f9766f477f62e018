"""Text that tries to be a page stays text: in every field, stored or sent back at once."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from alerts.models import Alert
from audit.append_only import lifted
from staff.models import Role
from tests.browser.conftest import own_hashers, ward  # noqa: F401  the ward of the browser tests
from tests.browser.hands import sign_in
from tests.browser.test_every_page import addresses, charge  # noqa: F401  every page there is
from tests.factories.ward import GRADE_2, a_patient, a_person, a_ward, chart_set, give
from tests.integration.test_headers import ALL, with_words

BACKEND = "staff.backends.OpenAccountBackend"
MARK = "data-x"
SHORT = '"><i y>'  # and a number: as long as the shortest field, a bed's label
LONG = (
    f"\"><i {MARK}><script>alert(1)</script>'-alert(2)-'{{{{7*7}}}}"
    "</title><svg onload=alert(3)>\u2028"
)
OURS = ("staff", "patients", "vitals", "grading", "alerts", "charting", "interop")
# Words of closed lists, digests and keys that the program looks things up by: nobody types them.
KEYS = frozenset({
    "address", "analyte", "body_hash", "boot_id", "canonical_unit", "cerebral_edema", "channel",
    "code", "code_system", "comparator", "control_id", "digest", "dose_unit", "email",
    "encoded", "external_id", "fallback_email", "family", "field", "file_name", "icustay_id",
    "identifier_system", "identifier_value", "key", "kind", "language", "loinc", "loose_key",
    "mark", "message_id", "outcome", "owner", "password", "prefix", "reason_code",
    "resource_type", "role", "route", "rule", "rulebook", "ruleset", "said", "scale", "scope",
    "secret", "seizure", "sender", "stated_unit", "status", "symptom", "target", "term",
    "therapy", "time_zone", "unable_reason", "username",
})  # fmt: skip


def free_text():
    """Every field of every table that a person or another system fills with words."""
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.fields:
                is_text = isinstance(field, models.CharField | models.TextField)
                if is_text and not field.choices and field.name not in KEYS:
                    yield model, field


def poison():
    """Write the payload into every such field of every row; return the fields that had one."""
    done = []
    with lifted(connection):
        for model, field in free_text():
            room = field.max_length or 500
            payload = LONG if room >= len(LONG) + 8 else SHORT
            for pk, now in model.objects.values_list("pk", field.name):
                if now or not field.unique:
                    text = f"{payload}{pk}"[:room]
                    model.objects.filter(pk=pk).update(**{field.name: text})
                    done.append(f"{model.__name__}.{field.name}")
    return set(done)


@pytest.mark.browser
@pytest.mark.slow
def test_no_stored_text_becomes_a_part_of_any_page(page, web_process, charge, addresses, tmp_path):  # noqa: F811
    poisoned = poison()
    assert {"Patient.family_name", "Patient.mrn", "Bed.label", "Ward.name", "User.last_name",
            "ObservationSet.note", "Treatment.note",
            "QuarantinedItem.display"} <= poisoned  # fmt: skip
    address = web_process(
        CRS_DEMO="1", CRS_REDIS_URL="", CRS_DATA_DIR=str(tmp_path / "data"), CRS_EMAIL_URL=""
    )
    sign_in(page, address, charge)
    page.wait_for_url(re.compile("/wards/7b/board/"))
    said: list[str] = []

    def note(dialog: Any) -> None:
        said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", note)
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    seen_as_text = 0
    for where in addresses:
        answer = page.goto(address + where)
        assert answer is not None
        assert answer.status < 500, where
        page.wait_for_load_state("networkidle")
        assert page.locator(f"[{MARK}], i[y], svg[onload]").count() == 0, where
        seen_as_text += SHORT[2:5] in page.locator("body").inner_text()
    assert said == []
    assert seen_as_text > len(addresses) // 2, "the payload is shown, as what it is"


def names_of(html: str) -> set[str]:
    return set(re.findall(r'name="([\w-]+)"', html)) - {"csrfmiddlewaretoken"}


@pytest.fixture
def person():
    ward = a_ward()  # noqa: F811
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=3))
    chart_set(patient, GRADE_2, now=now)
    give(patient, "tocilizumab", minutes_ago=5, now=now)
    return a_person(Role.CHARGE_NURSE, ward), ward, patient


def pages_of(ward, patient):  # noqa: F811
    words = {"<row:patient_id>": str(patient.pk), "<chart:patient_id>": str(patient.pk),
             "alerts/<slug:code>": f"alerts/{Alert.objects.get().code}",
             "<slug:code>": ward.code}  # fmt: skip
    for route in ALL:
        if not route.startswith(("api/", "fhir/", "health", "sign-out", "lock/", "switch")):
            address = route
            for part, word in words.items():
                address = address.replace(part, word)
            for kind in ("treatment", "infusion", "lab", "neuro"):
                if "<slug:kind>" in address:
                    yield "/" + with_words(address.replace("<slug:kind>", kind))
            if "<slug:kind>" not in address:
                yield "/" + with_words(address)


@pytest.mark.django_db
def test_no_form_and_no_address_gives_back_what_it_was_sent_as_a_page(person):
    nurse, ward, patient = person  # noqa: F811
    visitor = Client(raise_request_exception=True)
    asked = {"q": LONG, "next": LONG, "grade": LONG, "patients": LONG, "shape": LONG,
             "sender": LONG, "code": LONG, "at": LONG, "view": LONG, "from": LONG}  # fmt: skip
    forms = 0
    for address in pages_of(ward, patient):
        visitor.force_login(nurse, BACKEND)
        blank = visitor.get(address)
        fields = names_of(blank.content.decode(errors="replace")) if "html" in blank.get(
            "Content-Type", "") else set()  # fmt: skip
        given = visitor.get(address, asked)
        sent = visitor.post(address, dict.fromkeys(fields, LONG)) if fields else None
        forms += bool(fields)
        for answer in filter(None, (blank, given, sent)):
            assert answer.status_code < 500, address
            if "html" in answer.get("Content-Type", "") and not answer.streaming:
                assert f"<i {MARK}>" not in answer.content.decode(), address
    assert forms > 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way",
    ["javascript:alert(1)", "//evil.example/", "https://evil.example/", "/\\evil.example",
     "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>", "///evil.example"],
)  # fmt: skip
def test_no_link_or_redirect_leads_where_a_stranger_chose(person, way):
    nurse, _, _ = person
    visitor = Client()
    signed_in = visitor.post(
        "/sign-in/", {"username": nurse.username, "password": "correct horse battery staple",
                      "next": way}
    )  # fmt: skip
    assert signed_in.status_code == 302
    assert not re.match(r"(?i)(javascript|data|https?)|//|/\\", signed_in["Location"].strip())
    for address in ("/pin/", "/sign-in/", "/patients/"):
        html = unescape(visitor.get(address, {"next": way}).content.decode())
        assert not re.search(rf'(href|action|src)="{re.escape(way)}', html)
