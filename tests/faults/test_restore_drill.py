"""The drill: a ward that never stops charting is backed up, and restored on an empty server."""

import os
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from alerts import delivery
from alerts.models import Alert, Notification, RotaRole
from audit.models import AuditEntry
from crs_monitor.backups import newest, numbers
from staff.models import Role
from tests.factories.alerts import answered, on_call
from tests.factories.backups import a_backup, a_key, column, second_database
from tests.factories.ward import GRADE_2, GRADE_3, NOW, WELL, a_patient, a_person, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Charting(threading.Thread):
    """A nurse who charts set after set; notes each once its commit came back, with the time."""

    def __init__(self, patients, nurse):
        super().__init__()
        self.patients, self.nurse = patients, nurse
        self.committed: list[tuple[uuid.UUID, float]] = []
        self.failure: Exception | None = None
        self.ending = threading.Event()

    def run(self):
        try:
            while not self.ending.is_set():
                patient = self.patients[len(self.committed) % len(self.patients)]
                now = NOW + timedelta(seconds=len(self.committed))
                charted = chart_set(patient, WELL, by=self.nurse, now=now)
                self.committed.append((charted.observations.client_id, time.monotonic()))
        except Exception as error:
            self.failure = error
        finally:
            connection.close()

    def has(self, sets: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.committed) < sets:
            assert self.failure is None, self.failure
            assert time.monotonic() < deadline, "the nurse charts nothing"
            time.sleep(0.01)


@pytest.fixture
def ward():
    """Four patients: one alert answered, one told, one unsent; the fourth is charted on and on."""
    ward = a_ward()
    on_call(ward, *RotaRole)
    nurse = a_person(Role.NURSE, ward)
    told, taken, waiting, well = (a_patient(ward) for _ in range(4))
    chart_set(told, GRADE_2, by=nurse)
    chart_set(taken, GRADE_3, by=nurse)
    answered(Alert.objects.filter(patient=taken).first(), nurse)
    delivery.deliver_due(now=NOW)
    chart_set(waiting, GRADE_3, by=nurse)
    assert Notification.objects.unsent().exists()
    return nurse, well


def test_nothing_is_lost_up_to_the_last_commit_before_the_backup(
    ward, tmp_path, start_process, capsys
):
    nurse, well = ward
    before = list(ObservationSet.objects.order_by("pk").values_list("client_id", flat=True))
    key, recipient = a_key(tmp_path)
    charting = Charting([well], nurse)
    charting.start()
    charting.has(5)

    asked = time.monotonic()
    made = a_backup(tmp_path, recipient)
    took = time.monotonic() - asked
    charting.has(len(charting.committed) + 3)  # it went on while and after the backup was made
    charting.ending.set()
    charting.join()
    assert charting.failure is None

    with second_database(tmp_path) as (url, look):
        began = time.monotonic()
        restore = start_process(
            *("manage.py", "restore", str(made.path), "--identity", str(key)),
            CRS_DATABASE_URL=url,
        )
        assert restore.popen.wait(300) == 0, restore.output
        restoring = time.monotonic() - began
        verify = start_process("manage.py", "verify_audit", CRS_DATABASE_URL=url)
        assert verify.popen.wait(60) == 0, verify.output
        _is_the_ward_of_that_moment(look, before=before, charting=charting, asked=asked, made=made)

    with capsys.disabled():
        print(
            f"\nDRILL on {connection.vendor}: {made.manifest.rows} rows, {made.size_bytes} bytes, "
            f"backup {took:.1f} s while {len(charting.committed)} sets were charted, "
            f"restored and proved on an empty server in {restoring:.1f} s"
        )


def _is_the_ward_of_that_moment(look, *, before, charting, asked, made):
    sets = [
        uuid.UUID(str(each))
        for each in column(look, "SELECT client_id FROM vitals_observationset ORDER BY id")
    ]
    assert sets[: len(before)] == before
    kept = sets[len(before) :]
    order = [client_id for client_id, _ in charting.committed]
    certain = [client_id for client_id, at in charting.committed if at < asked]
    assert kept == order[: len(kept)], (
        "what was kept is one moment: no later set without an earlier"
    )
    assert kept[: len(certain)] == certain, "what was committed before is there"
    assert len(kept) < len(order), "what came after the moment is not"
    # A set came with its grade, its trail and its alert, or not at all.
    ungraded = (
        "SELECT id FROM vitals_observationset"
        " EXCEPT SELECT observation_set_id FROM grading_assessment"
    )
    assert column(look, ungraded) == []
    facts = made.manifest.facts
    # What was written after the restore has numbers of its own.
    restored = f"SELECT count(*) FROM audit_auditentry WHERE id <= {numbers.GAP}"
    (trail,) = column(look, restored)
    assert trail == facts.audit_entries
    (open_ones,) = column(look, "SELECT count(*) FROM alerts_alert WHERE state <> 'closed'")
    assert open_ones == facts.open_alerts == 3
    assert column(look, "SELECT action FROM audit_auditentry WHERE scope = 'backups'") == [
        newest.RESTORED
    ]
    assert AuditEntry.objects.filter(scope=newest.SCOPE, action=newest.MADE).count() == 1


def test_a_backup_is_not_restored_over_anything(ward, tmp_path, start_process):
    key, recipient = a_key(tmp_path)
    made = a_backup(tmp_path, recipient)
    sets = ObservationSet.objects.count()
    restore = start_process("manage.py", "restore", str(made.path), "--identity", str(key))
    assert restore.popen.wait(120) == 1
    assert "not empty" in restore.output
    assert ObservationSet.objects.count() == sets


def test_the_commands_make_a_key_and_a_backup_that_only_its_owner_reads(
    ward, tmp_path, start_process
):
    made_key = start_process("manage.py", "backup_key")
    assert made_key.popen.wait(60) == 0
    key = tmp_path / "printed.key"
    key.write_text(made_key.output.partition("Keep what")[0])
    recipient = made_key.output.strip().rpartition("CRS_BACKUP_RECIPIENTS=")[2]
    folder = tmp_path / "backups"
    folder.mkdir()
    backup = start_process(
        *("manage.py", "backup", "--to", str(folder), "--identity", str(key)),
        CRS_BACKUP_RECIPIENTS=recipient,
    )
    assert backup.popen.wait(120) == 0, backup.output
    assert "decrypted and checked" in backup.output
    (file,) = folder.glob("*.age")
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert (folder / f"{file.name}.sha256").read_text().endswith(f"  {file.name}\n")
    assert sorted(each.name for each in folder.iterdir()) == [file.name, f"{file.name}.sha256"]


@pytest.mark.sqlite_lane
def test_a_backup_of_an_older_version_is_restored_and_migrated(tmp_path, start_process):
    key, recipient = a_key(tmp_path)
    # The tables as they were before the newest migration of charting.
    older = {"CRS_DATABASE_URL": f"sqlite:///{tmp_path}/older.sqlite3"}
    for step in (["migrate"], ["migrate", "charting", "0003_chart_look"]):
        assert start_process("manage.py", *step, **older).popen.wait(120) == 0
    file = tmp_path / "older.age"
    backup = start_process(
        *("manage.py", "backup", "--to", str(file), "--recipient", recipient), **older
    )
    assert backup.popen.wait(60) == 0, backup.output
    with second_database(tmp_path) as (url, look):
        restore = start_process(
            *("manage.py", "restore", str(file), "--identity", str(key)), CRS_DATABASE_URL=url
        )
        assert restore.popen.wait(120) == 0, restore.output
        newest_of = MigrationLoader(None).graph.leaf_nodes("charting")[0][1]
        assert newest_of != "0003_chart_look"
        assert newest_of in column(look, "SELECT name FROM django_migrations")
        assert column(look, "SELECT action FROM audit_auditentry WHERE scope = 'backups'") == [
            newest.RESTORED
        ]
