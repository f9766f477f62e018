"""Take a backup: one moment of the database, encrypted as it is read, checked as it lies."""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import trail
from crs_monitor import VERSION
from crs_monitor.backups import newest, numbers, rows, schema, sealing
from crs_monitor.backups.archive import MANIFEST, OPENING, Writer
from crs_monitor.backups.counting import facts_of
from crs_monitor.backups.manifest import Manifest, Opening
from crs_monitor.backups.refusals import BackupRefusedError

if TYPE_CHECKING:
    from pyrage.x25519 import Recipient

SUFFIX: Final = ".crs.age"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies where it should."""

    path: Path
    sha256: str
    size_bytes: int
    opening: Opening
    manifest: Manifest
    is_noted: bool  # in the audit trail


def make(*, to: Path, recipients: "Sequence[Recipient]", now: datetime) -> Made:
    """Write a backup to a new file, or into a folder under a name that tells the time.

    A file of mode 0600 and, beside it, its SHA-256 as `sha256sum` writes it. Read again
    from the disk and compared before anything is said; noted in the audit trail, unless
    that has tables of another version. Raises BackupRefusedError, and leaves nothing,
    where a backup cannot be made.
    """
    path = to / f"crs-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}" if to.is_dir() else to
    with _draft_of(path) as draft:
        with draft.open("wb") as file:
            hashing = _Hashing(file)
            opening, manifest = _write(hashing, recipients=recipients, now=now)
            file.flush()
            os.fsync(file.fileno())
        if sealing.digest_of(draft) != hashing.digest():
            raise BackupRefusedError(f"{path} does not hold what was written. Check the disk.")
        _claim(path, draft)
    digest = hashing.digest()
    _write_digest(path, digest)
    is_noted = _note(opening, manifest, digest, now=now)
    return Made(path, digest, path.stat().st_size, opening, manifest, is_noted)


class _Hashing:
    """A file that knows the digest of what it was given, whatever the disk made of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    def digest(self) -> str:
        return self._digest.hexdigest()


def _write(
    file: _Hashing, *, recipients: "Sequence[Recipient]", now: datetime
) -> tuple[Opening, Manifest]:
    with rows.snapshot(DEFAULT_DB_ALIAS) as connection:
        opening, tables = _opening(connection, now=now)
        with sealing.sealed(file, recipients) as stream:
            writer = Writer(stream, at=now)
            writer.add_json(OPENING, opening.as_json())
            counted = {
                table.name: writer.add_table(table.name, partial(rows.dump, connection, table))
                for table in tables
            }
            manifest = Manifest(
                tables=counted,
                sequences=numbers.last_given(connection, tables),
                facts=facts_of(connection),
            )
            writer.add_json(MANIFEST, manifest.as_json())
            writer.close()
    return opening, manifest


def _opening(connection: BaseDatabaseWrapper, *, now: datetime) -> tuple[Opening, list[rows.Table]]:
    migrations = schema.applied(connection)
    present = schema.tables_in(connection)
    taken = present & schema.tables_made_by(connection, migrations) - schema.WITHOUT_ROWS
    tables = rows.tables_of(connection, sorted(taken))
    opening = Opening(
        taken_at=now,
        engine=connection.vendor,
        program=VERSION,
        migrations=migrations,
        columns={table.name: table.columns for table in tables},
        left_out=tuple(sorted(present - taken)),
    )
    return opening, tables


def _note(opening: Opening, manifest: Manifest, digest: str, *, now: datetime) -> bool:
    try:
        trail.record(
            action=newest.MADE,
            actor=None,
            scope=newest.SCOPE,
            subject=f"backup:{digest[:16]}",
            at=now,
            detail={
                "taken_at": opening.taken_at.isoformat(),
                "sha256": digest,
                "rows": manifest.rows,
                "audit_heads": manifest.facts.audit_heads_sha256,
            },
        )
    except DatabaseError:
        # Before an upgrade the new program backs up tables that are not migrated yet.
        return False
    return True


@contextlib.contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    """Give a new file that only this user reads; gone in the end, whatever happened."""
    if path.exists():
        raise BackupRefusedError(f"{path} is there already, and is not overwritten.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BackupRefusedError(
            f"{path.parent} cannot be written to: {error.strerror}."
        ) from error
    try:
        yield draft
    except OSError as error:
        raise BackupRefusedError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _claim(path: Path, draft: Path) -> None:
    """Give the draft its name, whole or not at all, and never over another file."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise BackupRefusedError(f"{path} is there already, and is not overwritten.") from error
    except OSError:
        draft.rename(path)  # a share without links; who came first was looked at above
    with contextlib.suppress(OSError):  # not every share can be asked
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _write_digest(path: Path, digest: str) -> None:
    beside = path.with_name(path.name + ".sha256")
    beside.write_text(f"{digest}  {path.name}\n", encoding="ascii")
