"""The mailbox reads what the file backend of Django writes."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMessage, get_connection

from demo import mailbox
from demo.mailbox import Part


@pytest.fixture
def deliver(tmp_path):
    def send(*messages):
        backend = "django.core.mail.backends.filebased.EmailBackend"
        get_connection(backend, file_path=str(tmp_path)).send_messages(list(messages))

    return send


def a_message(subject="An alert", body="Look.", **headers):
    return EmailMessage(subject, body, "crs@demo.example", ["charge@demo.example"], headers=headers)


def test_a_folder_that_is_not_there_yet_holds_no_mail(tmp_path):
    assert mailbox.newest(tmp_path / "none") == []


def test_a_message_is_read_back_whole(deliver, tmp_path):
    deliver(a_message("Ward 7B – 38.0 °C", "First\nsecond – “third”", Importance="high"))
    (mail,) = mailbox.newest(tmp_path)
    assert (mail.subject, mail.to) == ("Ward 7B – 38.0 °C", "charge@demo.example")
    assert mail.is_urgent
    assert "".join(part.text for part in mail.body).strip() == "First\nsecond – “third”"


def test_ordinary_mail_is_not_urgent(deliver, tmp_path):
    deliver(a_message(Importance="normal"))
    assert not mailbox.newest(tmp_path)[0].is_urgent


def test_the_newest_message_comes_first_within_a_file_and_between_files(deliver, tmp_path):
    dates = ["Mon, 01 Jun 2026 10:00:00 -0000", "Mon, 01 Jun 2026 14:00:00 +0200"]
    deliver(a_message("ten", Date=dates[0]), a_message("noon", Date=dates[1]))
    deliver(a_message("eleven", Date="Mon, 01 Jun 2026 11:00:00 -0000"))
    assert [mail.subject for mail in mailbox.newest(tmp_path)] == ["noon", "eleven", "ten"]


def test_a_date_without_a_zone_is_utc(deliver, tmp_path):
    deliver(a_message(Date="Mon, 01 Jun 2026 10:00:00 -0000"))
    assert mailbox.newest(tmp_path)[0].sent_at == datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_a_link_to_an_alert_becomes_a_path_and_no_other_link_does(deliver, tmp_path):
    deliver(a_message(body="Open http://127.0.0.1:8000/alerts/ABC234/ now, not http://x.example/y"))
    body = mailbox.newest(tmp_path)[0].body
    assert body[0] == Part("Open ")
    assert body[1] == Part("http://127.0.0.1:8000/alerts/ABC234/", href="/alerts/ABC234/")
    assert body[2].text.strip() == "now, not http://x.example/y"
    assert body[2].href == ""


def test_a_message_that_is_still_being_written_waits(deliver, tmp_path):
    deliver(a_message("whole"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b"Subject: half\n\nNot yet")
    assert [mail.subject for mail in mailbox.newest(tmp_path)] == ["whole"]


def test_no_more_messages_are_shown_than_asked_for(deliver, tmp_path):
    deliver(*(a_message(f"{number}") for number in range(5)))
    assert len(mailbox.newest(tmp_path, limit=3)) == 3
