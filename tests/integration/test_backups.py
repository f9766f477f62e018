"""Backups: what a file holds and hides, which files are refused, and how old the newest is."""

import gzip
import io
import json
import os
import subprocess
import tarfile
from datetime import timedelta

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from audit import trail
from audit.models import AuditEntry
from crs_monitor.backups import keys, newest, numbers, restoring, rows, schema, sealing
from crs_monitor.backups.refusals import BackupRefusedError
from tests.factories.backups import a_backup, a_key
from tests.factories.ward import GRADE_3, NOW, a_patient, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tmp_path):
    return a_key(tmp_path)


@pytest.fixture
def made(key, tmp_path):
    chart_set(a_patient(a_ward(), family_name="Quillfeather"), GRADE_3)
    folder = tmp_path / "kept"
    folder.mkdir()
    return a_backup(folder, key[1])


def unpacked(made, key):
    """What lies in a backup, by name, as anybody with the key sees it."""
    (identity,) = keys.identities(key[0])
    plain = gzip.decompress(pyrage.decrypt(made.path.read_bytes(), [identity]))
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar}


def repacked(made, key, parts):
    """Put other parts into the same file, encrypted for the same key."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    sealed = pyrage.encrypt(gzip.compress(packed.getvalue()), keys.recipients([key[1]]))
    made.path.write_bytes(sealed)
    made.path.with_name(made.path.name + ".sha256").unlink(missing_ok=True)


def refusal_of(made, key_file):
    with pytest.raises(BackupRefusedError) as refusal:
        restoring.check(made.path, keys.identities(key_file))
    return str(refusal.value)


# --- What a backup is --------------------------------------------------------------------------


def test_a_backup_can_be_opened_without_this_program(made, key):
    parts = unpacked(made, key)
    opening, manifest = json.loads(parts["opening.json"]), json.loads(parts["manifest.json"])
    assert opening["engine"] == connection.vendor
    assert next(iter(parts)) == "opening.json"
    assert list(parts)[-1] == "manifest.json"
    assert manifest["tables"]["vitals_observationset"]["rows"] == 1
    lines = parts["tables/vitals_observationset/000001.rows"].splitlines()
    assert len(lines) == 1
    assert b"Quillfeather" in parts["tables/patients_patient/000001.rows"]


def test_nothing_of_a_patient_can_be_read_without_the_key(made):
    assert b"Quillfeather" not in made.path.read_bytes()


def test_every_table_is_in_a_backup_or_named_as_left_out(made):
    everything = set(connection.introspection.table_names())
    assert {*made.opening.columns, *made.opening.left_out} == everything
    assert set(made.opening.left_out) <= schema.WITHOUT_ROWS


def test_only_its_owner_may_read_a_backup_and_nothing_else_is_left_lying(made):
    assert os.stat(made.path).st_mode & 0o777 == 0o600
    names = sorted(each.name for each in made.path.parent.iterdir())
    assert names == [made.path.name, f"{made.path.name}.sha256"]


def test_sha256sum_believes_a_backup(made):
    command = ["sha256sum", "--check", f"{made.path.name}.sha256"]
    done = subprocess.run(command, cwd=made.path.parent, check=False, capture_output=True)
    assert done.returncode == 0


def test_a_backup_is_never_overwritten(made, key):
    before = made.path.read_bytes()
    with pytest.raises(BackupRefusedError, match="not overwritten"):
        a_backup(made.path, key[1])
    assert made.path.read_bytes() == before


def test_a_disk_that_fails_leaves_no_file(key, tmp_path, monkeypatch):
    folder = tmp_path / "full"
    folder.mkdir()

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyrage, "encrypt_io", full)
    with pytest.raises(BackupRefusedError, match="No space left"):
        a_backup(folder, key[1])
    assert list(folder.iterdir()) == []
    assert not AuditEntry.objects.filter(action=newest.MADE).exists()


def test_what_the_disk_holds_is_read_again(key, tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "digest_of", lambda path: "another")
    folder = tmp_path / "rotten"
    folder.mkdir()
    with pytest.raises(BackupRefusedError, match="Check the disk"):
        a_backup(folder, key[1])
    assert list(folder.iterdir()) == []


def test_a_backup_before_an_upgrade_stands_although_the_trail_cannot_note_it(
    key, tmp_path, monkeypatch
):
    def no_such_column(**_entry):
        raise DatabaseError("no such column")

    monkeypatch.setattr(trail, "record", no_such_column)
    made = a_backup(tmp_path, key[1])
    assert made.is_noted is False
    assert restoring.check(made.path, keys.identities(key[0])).manifest == made.manifest


def test_two_may_hold_a_key_each(tmp_path):
    first, second = a_key(tmp_path, "first"), a_key(tmp_path, "second")
    path = tmp_path / "both.age"
    with (
        path.open("wb") as file,
        sealing.sealed(file, keys.recipients([first[1], second[1]])) as out,
    ):
        out.write(b"the ward")
    for file, _ in (first, second):
        with sealing.opened(path, keys.identities(file)) as plain:
            assert plain.read() == b"the ward"


# --- Which are refused -------------------------------------------------------------------------


def test_a_whole_backup_is_whole(made, key):
    checked = restoring.check(made.path, keys.identities(key[0]))
    assert checked.manifest == made.manifest
    assert checked.opening == made.opening


@pytest.mark.parametrize("noted", [True, False], ids=["with its digest", "without"])
@pytest.mark.parametrize("where", ["header", "first part", "last byte"])
def test_a_flipped_bit_is_found(made, key, where, noted):
    content = bytearray(made.path.read_bytes())
    content[{"header": 60, "first part": 400, "last byte": -1}[where]] ^= 1
    made.path.write_bytes(content)
    if not noted:
        made.path.with_name(made.path.name + ".sha256").unlink()
    said = refusal_of(made, key[0])
    # In the part of the header that names the key, damage looks like another key.
    assert "damaged" in said or (where == "header" and "another key" in said)


@pytest.mark.parametrize("kept", [1, 22, 150, 3_000, -1])
def test_a_file_that_was_cut_off_is_found(made, key, kept):
    made.path.write_bytes(made.path.read_bytes()[:kept])
    made.path.with_name(made.path.name + ".sha256").unlink()
    said = refusal_of(made, key[0])
    assert "damaged" in said or "does not begin" in said


def test_another_key_does_not_open_it(made, tmp_path):
    another, _ = a_key(tmp_path, "another.key")
    assert "made for another key" in refusal_of(made, another)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip file", b"-----BEGIN AGE"])
def test_a_file_of_another_kind_is_no_backup(made, key, content):
    made.path.write_bytes(content)
    made.path.with_name(made.path.name + ".sha256").unlink()
    assert "is no backup" in refusal_of(made, key[0])


def test_something_else_in_an_age_file_is_no_backup(made, key):
    made.path.write_bytes(pyrage.encrypt(b"a letter", keys.recipients([key[1]])))
    made.path.with_name(made.path.name + ".sha256").unlink()
    assert "no backup of CRS Monitor" in refusal_of(made, key[0])


def test_a_backup_of_another_format_is_refused(made, key):
    parts = unpacked(made, key)
    parts["opening.json"] = parts["opening.json"].replace(b'"format": 1', b'"format": 2')
    repacked(made, key, parts)
    assert "reads 1" in refusal_of(made, key[0])


@pytest.mark.parametrize("change", ["a row more", "a row less", "another row", "no manifest"])
def test_rows_that_are_not_those_of_the_manifest_are_refused(made, key, change):
    parts = unpacked(made, key)
    name = "tables/patients_patient/000001.rows"
    if change == "a row more":
        parts[name] += parts[name]
    elif change == "a row less":
        del parts[name]
    elif change == "another row":
        parts[name] = parts[name].replace(b"Quillfeather", b"Quillfeathes")
    else:
        del parts["manifest.json"]
    repacked(made, key, parts)
    assert "does not" in refusal_of(made, key[0])


def test_a_backup_of_a_newer_program_is_refused():
    names = (*schema.applied(connection), ("vitals", "0999_of_tomorrow"))
    with pytest.raises(BackupRefusedError, match=r"newer program.*vitals\.0999_of_tomorrow"):
        schema.bring_to(connection, names)


def test_a_database_of_a_newer_program_is_not_backed_up(key, tmp_path):
    MigrationRecorder(connection).record_applied("vitals", "0999_of_tomorrow")
    with pytest.raises(BackupRefusedError, match="newer program"):
        a_backup(tmp_path, key[1])
    MigrationRecorder(connection).record_unapplied("vitals", "0999_of_tomorrow")


def test_a_backup_of_an_older_program_needs_a_database_that_is_as_old():
    with pytest.raises(BackupRefusedError, match="that the backup lacks"):
        schema.bring_to(connection, schema.applied(connection)[:-1])


def test_a_backup_of_the_other_engine_is_refused(made, key, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "oracle")
    with pytest.raises(BackupRefusedError, match="this database is oracle"):
        restoring.restore(made.path, keys.identities(key[0]), now=NOW)


def test_a_database_with_anything_in_it_is_left_alone(made, key):
    with pytest.raises(BackupRefusedError, match="not empty"):
        restoring.restore(made.path, keys.identities(key[0]), now=NOW)
    assert ObservationSet.objects.count() == 1


# --- Keys --------------------------------------------------------------------------------------


def test_a_private_key_given_as_public_is_refused_and_not_repeated(key):
    secret = key[0].read_text().splitlines()[-1]
    with pytest.raises(BackupRefusedError) as refusal:
        keys.recipients([secret])
    assert secret not in str(refusal.value)


@pytest.mark.parametrize("content", ["", "# a comment", "age1notasecret", "\xff"])
def test_a_file_without_a_private_key_is_refused(tmp_path, content):
    file = tmp_path / "key"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BackupRefusedError):
        keys.identities(file)


def test_a_backup_for_nobody_is_refused(settings, tmp_path):
    settings.CRS_BACKUP_RECIPIENTS = []
    with pytest.raises(CommandError, match="CRS_BACKUP_RECIPIENTS"):
        call_command("backup", to=tmp_path)


# --- Rows and numbers --------------------------------------------------------------------------


def test_a_row_comes_back_byte_for_byte():
    odd = 'Tab\there "quoted" \\ \\N \n newline é 猫'
    chart_set(a_patient(a_ward(), given_name=odd), GRADE_3)
    for name in ("patients_patient", "vitals_observationset", "audit_auditentry", "staff_device"):
        (table,) = rows.tables_of(connection, [name])
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS a_copy")
            cursor.execute(f"CREATE TABLE a_copy AS SELECT * FROM {name} WHERE 1 = 0")
        first, second = io.BytesIO(), io.BytesIO()
        rows.dump(connection, table, first)
        copy = rows.Table("a_copy", table.columns, table.key)
        rows.load(connection, copy, io.BytesIO(first.getvalue()))
        rows.dump(connection, copy, second)
        assert first.getvalue() == second.getvalue()
        assert first.getvalue() or name == "staff_device"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE a_copy")


def test_no_number_is_given_twice_after_a_restore(made):
    tables = rows.tables_of(connection, sorted(made.opening.columns))
    given = made.manifest.sequences
    assert given["vitals_observationset"] >= 1
    numbers.move_on(connection, tables, given)
    chart_set(a_patient(a_ward()), GRADE_3)
    newest_set = ObservationSet.objects.latest("pk").pk
    assert newest_set == given["vitals_observationset"] + numbers.GAP + 1


# --- How old the newest is ---------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "says"), [(26, ""), (26.01, "2026-03-10 12:00 UTC")])
def test_a_backup_grows_old_after_26_hours(made, hours, says):
    worry = newest.worry(now=NOW + timedelta(hours=hours))
    assert bool(worry) == bool(says)
    assert says in worry


def test_without_any_backup_that_is_said():
    assert newest.worry(now=NOW) == "No backup has been made."


def test_readiness_tells_of_old_backups_where_patients_are_real(client, settings, made):
    settings.CRS_DEMO = False
    answer = client.get("/health/ready")
    assert answer.status_code == 200, "an old backup is no reason to take the server out"
    assert answer.json()["degraded"] == ["The newest backup shows 2026-03-10 12:00 UTC."]
