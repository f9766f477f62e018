"""Put a backup into an empty database, and prove that it is the one that was taken."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction

from alerts import restored
from audit import trail
from crs_monitor.backups import newest, numbers, rows, schema, sealing
from crs_monitor.backups.archive import MANIFEST, OPENING, Counter, parts_of
from crs_monitor.backups.counting import facts_of
from crs_monitor.backups.manifest import Manifest, Opening
from crs_monitor.backups.refusals import BackupRefusedError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

# What a new database holds before anybody used it.
FILLED_BY_MIGRATIONS = frozenset({"django_migrations", "django_content_type", "auth_permission"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is whole, decrypts, and holds the rows it says it holds."""

    path: Path
    sha256: str
    opening: Opening
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the database now, and what was done to the messages of the past."""

    checked: Checked
    told_again: int  # open alerts
    put_away: int  # messages nobody needs any more
    breaks: tuple[trail.Break, ...]  # that the audit trail had when the backup was taken


def check(path: Path, identities: "Sequence[Identity]") -> Checked:
    """Read a whole backup and load nothing; raises BackupRefusedError for any flaw."""
    digest = _digest_as_noted(path)
    opening: Opening | None = None
    manifest: Manifest | None = None
    counters: dict[str, Counter] = {}
    with sealing.opened(path, identities) as stream:
        for part in parts_of(stream):
            if part.name == OPENING:
                opening = Opening.of(part.json())
            elif part.name == MANIFEST:
                manifest = Manifest.of(part.json())
            else:
                counters.setdefault(part.table, Counter()).write(part.content.read())
    if opening is None or manifest is None:
        raise BackupRefusedError(f"{path} is no backup of CRS Monitor: it does not say of what.")
    for name, wanted in manifest.tables.items():
        if counters.get(name, Counter()).counted() != wanted:
            raise BackupRefusedError(f"{path} does not hold the rows of {name} that it names.")
    return Checked(path, digest, opening, manifest)


def restore(path: Path, identities: "Sequence[Identity]", *, now: datetime) -> Restored:
    """Fill the empty database of this program from a backup, and prove it.

    Refused with BackupRefusedError, and nothing loaded: a file with any flaw, one of
    another engine or of a newer program, and a database in which anything is. When this
    returns, rows, digests, audit chains, open alerts and unsent messages are those of the
    backup; then the messages of the past are put away and open alerts are told anew.
    """
    checked = check(path, identities)
    opening = checked.opening
    if opening.engine != connection.vendor:
        raise BackupRefusedError(
            f"The backup is of {opening.engine}, this database is {connection.vendor}."
        )
    _insist_on_empty()
    schema.bring_to(connection, opening.migrations)
    rows.prepare(connection)
    try:
        with transaction.atomic():
            _load(checked, identities)
            _prove(checked)
        schema.bring_up_to_date(connection)
        return _settle(checked, now=now)
    finally:
        connection.close()  # its session was set up for this alone


def _insist_on_empty() -> None:
    present = schema.tables_in(connection)
    full = sorted(
        name for name in present - FILLED_BY_MIGRATIONS if not rows.is_empty(connection, name)
    )
    if full:
        raise BackupRefusedError(
            f"The database is not empty ({', '.join(full[:5])}). Restore into a new one: "
            "nothing is ever overwritten."
        )


def _load(checked: Checked, identities: "Sequence[Identity]") -> None:
    tables = {table.name: table for table in _tables(checked.opening)}
    rows.empty(connection, [*tables, *sorted(schema.WITHOUT_ROWS & schema.tables_in(connection))])
    with sealing.opened(checked.path, identities) as stream:
        for part in parts_of(stream):
            if part.table:
                rows.load(connection, tables[part.table], part.content)


def _tables(opening: Opening) -> list[rows.Table]:
    """The tables as the backup has them: its columns, in its order."""
    missing = sorted(opening.columns.keys() - schema.tables_in(connection))
    if missing:
        raise BackupRefusedError(f"This program makes no table {', '.join(missing)}.")
    made = rows.tables_of(connection, sorted(opening.columns))
    return [rows.Table(each.name, opening.columns[each.name], each.key) for each in made]


def _prove(checked: Checked) -> None:
    """Read everything back and compare; an error here undoes the whole load."""
    tables = _tables(checked.opening)
    for table in tables:
        counter = Counter()
        rows.dump(connection, table, counter)
        found, wanted = counter.counted(), checked.manifest.tables[table.name]
        if found != wanted:
            raise BackupRefusedError(
                f"{table.name} came back with {found.rows} rows of {wanted.rows}, or others."
            )
    facts, promised = asdict(facts_of(connection)), asdict(checked.manifest.facts)
    wrong = [name for name in promised if facts[name] != promised[name]]
    if wrong:
        raise BackupRefusedError(f"The restored database differs in {', '.join(wrong)}.")
    numbers.move_on(connection, tables, checked.manifest.sequences)


@transaction.atomic
def _settle(checked: Checked, *, now: datetime) -> Restored:
    """Verify the trail by its own rules, and let alerting begin again from here.

    A trail that was broken before the backup is told, loudly, and does not keep a ward
    without its charts.
    """
    breaks = tuple(trail.verify())
    put_away = restored.put_away(now=now)
    told_again = restored.tell_again(now=now)
    trail.record(
        action=newest.RESTORED,
        actor=None,
        scope=newest.SCOPE,
        subject=f"backup:{checked.sha256[:16]}",
        at=now,
        detail={
            "taken_at": checked.opening.taken_at.isoformat(),
            "sha256": checked.sha256,
            "rows": checked.manifest.rows,
            "audit_heads": checked.manifest.facts.audit_heads_sha256,
            "breaks": len(breaks),
        },
    )
    return Restored(checked, told_again=told_again, put_away=put_away, breaks=breaks)


def _digest_as_noted(path: Path) -> str:
    """Return the file's digest; raises BackupRefusedError where the note beside it differs."""
    if not path.is_file():
        raise BackupRefusedError(f"There is no file {path}.")
    digest, note = sealing.digest_of(path), path.with_name(path.name + ".sha256")
    if note.exists() and note.read_text(encoding="ascii", errors="replace")[:64] != digest:
        raise BackupRefusedError(
            f"{path} is damaged: it is not the file whose digest stands in {note.name}."
        )
    return digest
