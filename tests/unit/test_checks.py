"""Settings under which an alert could be lost, or a person exposed, are refused."""

import pytest
from django.conf import settings

from crs_monitor import checks

SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
GOOD = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=FULL;"}


def test_the_settings_pass_their_own_checks():
    assert checks.celery_is_only_a_wake_up(None) == []
    assert checks.mail_cannot_wait_for_ever(None) == []
    assert checks.sqlite_waits_for_its_turn(None) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("CELERY_TASK_ACKS_LATE", False, "E001"),
        ("CELERY_TASK_REJECT_ON_WORKER_LOST", False, "E001"),
        ("CELERY_TASK_PUBLISH_RETRY", True, "E001"),
        ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "E001"),
        ("CELERY_RESULT_BACKEND", "redis://", "E001"),
        ("CELERY_WORKER_PREFETCH_MULTIPLIER", 4, "E001"),
        ("CELERY_TASK_ALWAYS_EAGER", True, "E002"),
        ("CELERY_TASK_TIME_LIMIT", None, "E003"),
    ],
)
def test_celery_may_neither_lose_a_task_nor_run_it_in_the_request(monkeypatch, name, value, code):
    monkeypatch.setattr(settings, name, value, raising=False)
    assert [found.id for found in checks.celery_is_only_a_wake_up(None)] == [f"crs_monitor.{code}"]


@pytest.mark.parametrize("timeout", [None, 0])
def test_mail_without_a_time_out_is_refused(monkeypatch, timeout):
    monkeypatch.setattr(settings, "EMAIL_TIMEOUT", timeout)
    assert len(checks.mail_cannot_wait_for_ever(None)) == 1


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (GOOD, False),
        (GOOD | {"transaction_mode": "DEFERRED"}, True),
        (GOOD | {"init_command": "PRAGMA synchronous=NORMAL;"}, True),
        ({}, True),
    ],
)
def test_sqlite_must_wait_for_its_turn_and_sync(monkeypatch, options, refused):
    monkeypatch.setattr(settings, "DATABASES", {"default": SQLITE | {"OPTIONS": options}})
    assert bool(checks.sqlite_waits_for_its_turn(None)) is refused


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_is_never_deployed(monkeypatch, demo):
    monkeypatch.setattr(settings, "CRS_DEMO", demo)
    assert bool(checks.demo_stays_off_real_wards(None)) is demo


@pytest.mark.parametrize(("folder", "refused"), [("/data/mailbox", True), (None, False)])
def test_mail_kept_in_a_folder_is_not_deployed(monkeypatch, folder, refused):
    monkeypatch.setattr(settings, "CRS_DEMO", False)
    monkeypatch.setattr(settings, "EMAIL_FILE_PATH", folder)
    assert bool(checks.mail_goes_to_people(None)) is refused
