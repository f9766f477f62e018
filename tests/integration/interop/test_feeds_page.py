"""The feeds' page: who sends, who has fallen silent, and what is not counted shows as that."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from alerts import pulse
from interop.feeds import heard
from interop.feeds.heard import Voice
from interop.models import Feed, HeldResource, ImportBatch, LocalMapping
from staff.models import ApiToken, Role
from tests.factories.hl7 import msh, obr, obx, pid, send, vital
from tests.factories.ward import a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"
PAGE = "/interop/feeds/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def spoken(now):
    """One message with a value that is stored and one that waits."""
    patient = a_patient(a_ward())
    send(
        msh(at=now), pid(patient.mrn), obr(at=now), vital("heart_rate_bpm", 91),
        obx("GLU^Glucose^LAB1", "5.4", "MMOLL"), now=now,
    )  # fmt: skip
    return patient


def page_of(client):
    client.force_login(a_person(Role.ADMINISTRATOR), backend=BACKEND)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize("role", [Role.NURSE, Role.CHARGE_NURSE, Role.SAFETY_OFFICER])
def test_only_administrators_know_the_page(client, role):
    client.force_login(a_person(role, a_ward()), backend=BACKEND)
    assert client.get(PAGE).status_code == 404


def test_a_sender_shows_what_became_of_its_parts(spoken, now):
    (row,) = heard.hl7_senders(now=now)
    assert (row.name, row.voice, row.waiting) == ("LAB1@HOSP", Voice.HEARD, 1)
    assert row.counts == {"stored": 1, "duplicates": 0, "quarantined": 1, "rejected": 0}


@pytest.mark.parametrize(
    ("passed", "voice"), [(60 * MINUTE, Voice.HEARD), (61 * MINUTE, Voice.SILENT)]
)
def test_a_sender_is_silent_after_an_hour(spoken, now, passed, voice):
    (row,) = heard.hl7_senders(now=now + passed)
    assert row.voice is voice


def test_a_day_later_nothing_counts_and_what_waits_still_does(spoken, now):
    (row,) = heard.hl7_senders(now=now + timedelta(hours=24))
    assert set(row.counts.values()) == {0}
    assert row.waiting == 1


def test_a_sender_that_was_agreed_with_and_never_heard_is_shown(spoken, now):
    Feed.objects.create(sender="MONITORS@HOSP", time_zone="Europe/Berlin")
    _, row = heard.hl7_senders(now=now)
    assert (row.name, row.voice, row.heard_at, row.clock) == (
        "MONITORS@HOSP", Voice.NEVER, None, "Europe/Berlin",
    )  # fmt: skip


def test_a_sender_is_shown_with_the_words_of_people_on_its_codes(spoken, now):
    charge = a_person(Role.CHARGE_NURSE)
    row = LocalMapping.objects.create(
        sender="LAB1@HOSP", code_system="LAB1", code="GLU", target="14749-6", unit="mmol/L",
        recorded_by=charge, recorded_at=now, reason="code list",
    )  # fmt: skip
    (found,) = heard.hl7_senders(now=now)
    assert found.mapping == f"1 by hand, version {row.pk} of {now:%-d %b %Y}"


def test_a_program_counts_what_is_known_and_nothing_else(spoken, now):
    program = a_person(Role.INTEGRATION, a_ward())
    token, _ = ApiToken.issue(program, label="laboratory")
    (row,) = heard.programs(now=now)
    assert (row.voice, row.heard_at) == (Voice.NEVER, None)
    HeldResource.objects.create(
        mark="m", said="s", resource_type="Observation", patient=spoken, received_at=now,
        received_by=program,
    )  # fmt: skip
    token.note_use(at=now)
    (row,) = heard.programs(now=now)
    assert (row.voice, row.more) == (Voice.HEARD, "laboratory")
    assert row.counts == {"stored": 1, "duplicates": None, "quarantined": 0, "rejected": None}


def test_a_program_whose_only_token_has_ended_is_off_however_lately_it_spoke(now):
    program = a_person(Role.INTEGRATION, a_ward())
    token, _ = ApiToken.issue(program, label="laboratory")
    token.note_use(at=now)
    token.revoke(at=now)
    (row,) = heard.programs(now=now)
    assert row.voice is Voice.OFF
    ApiToken.issue(program, label="again")
    (row,) = heard.programs(now=now)
    assert row.voice is Voice.HEARD


def test_files_are_no_feed_that_could_fall_silent(now):
    ward = a_ward()
    summary = {"received": 9, "stored": 4, "duplicates": 3, "quarantined": 2, "rejected": 0}
    ImportBatch.objects.create(started_at=now - 30 * MINUTE, ward=ward, time_zone="UTC",
                               summary=summary)  # fmt: skip
    ImportBatch.objects.create(started_at=now, ward=ward, time_zone="UTC")
    (row,) = heard.files(now=now)
    assert row.voice is Voice.UNASKED
    assert row.counts == {"stored": 4, "duplicates": 3, "quarantined": 2, "rejected": 0}
    assert row.heard_at == now - 30 * MINUTE


def test_a_listener_that_does_not_beat_looks_silent(client, now):
    assert "No HL7 v2 listener runs" in page_of(client)
    pulse.beat(heard.LISTENER, now=now)
    assert heard.listener(now=now + MINUTE).is_alive
    assert not heard.listener(now=now + MINUTE + timedelta(seconds=1)).is_alive
    assert "The HL7 v2 listener lives" in page_of(client)


def test_the_page_says_what_is_not_counted_and_never_a_zero_for_it(client, spoken):
    ApiToken.issue(a_person(Role.INTEGRATION, a_ward()), label="laboratory")
    page = page_of(client)
    for said in ("LAB1@HOSP", "never heard", "not counted", "the common table alone"):
        assert said in page
    assert spoken.name not in page
