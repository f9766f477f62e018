"""The health addresses say what is wrong, to anybody who asks, without a session."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from alerts import health as alerting_health

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_a_well_server_says_so_to_anybody(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "reasons": []})
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}


def test_a_health_address_is_not_for_writing(client):
    assert client.post("/health/live").status_code == 405


def test_a_server_ahead_of_its_database_is_not_ready(client):
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("audit")
    MigrationRecorder(connection).record_unapplied(app, newest)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert f"Migration audit.{newest} is not applied." in answer.json()["reasons"]


@pytest.mark.parametrize("address", ["/health/ready", "/health/alerting"])
def test_a_database_that_refuses_is_a_reason_without_its_words(client, monkeypatch, address):
    def refuse(*_args: object) -> None:
        raise DatabaseError("secret words of the server")

    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", refuse)
    monkeypatch.setattr(alerting_health, "judge", refuse)
    answer = client.get(address)
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database refused: DatabaseError."]


@pytest.mark.parametrize(
    ("ok", "reasons", "status", "told"),
    [
        (True, (), 200, []),
        (False, ("No sender has run yet",), 503, ["No sender has run yet"]),
        (False, (), 503, ["Alerting is not well, and gave no reason."]),
    ],
)
def test_alerting_answers_what_the_rows_say(client, monkeypatch, ok, reasons, status, told):
    judgement = SimpleNamespace(ok=ok, reasons=reasons, degraded=())
    monkeypatch.setattr(alerting_health, "judge", lambda now: judgement)
    answer = client.get("/health/alerting")
    assert answer.status_code == status
    assert answer.json() == {"ok": ok, "reasons": told}


def test_alerting_is_not_well_before_any_sender_has_run(client):
    assert client.get("/health/alerting").status_code == 503
