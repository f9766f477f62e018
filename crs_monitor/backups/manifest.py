"""What a backup says of itself, at its beginning and at its end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crs_monitor.backups.archive import FORMAT, Counted
from crs_monitor.backups.refusals import BackupRefusedError


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be known before a row is loaded: when, of what, and under which schema."""

    taken_at: datetime
    engine: str  # "postgresql" or "sqlite": rows are written in its own form
    program: str
    migrations: tuple[tuple[str, str], ...]
    columns: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]  # tables whose rows are not in the backup

    def as_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Opening":
        """Read the file; raises BackupRefusedError for another format."""
        if said.get("format") != FORMAT:
            raise BackupRefusedError(
                f"The backup has format {said.get('format')!r}; this program reads {FORMAT}."
            )
        return cls(
            taken_at=datetime.fromisoformat(said["taken_at"]),
            engine=said["engine"],
            program=said["program"],
            migrations=tuple((app, name) for app, name in said["migrations"]),
            columns={table: tuple(names) for table, names in said["columns"].items()},
            left_out=tuple(said["left_out"]),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What people would miss first; counted in the snapshot, and again after a restore."""

    open_alerts: int
    unsent_messages: int
    audit_entries: int
    audit_chains: int
    audit_heads_sha256: str  # of every chain's head: worth writing down elsewhere


@dataclass(frozen=True, slots=True)
class Manifest:
    """What must come out of a restore."""

    tables: Mapping[str, Counted]
    sequences: Mapping[str, int]  # the last number given out, by table
    facts: Facts

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(counted.rows for counted in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {
            "tables": {name: counted._asdict() for name, counted in self.tables.items()},
            "sequences": dict(self.sequences),
            "facts": asdict(self.facts),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Manifest":
        """Read the file."""
        return cls(
            tables={name: Counted(**counted) for name, counted in said["tables"].items()},
            sequences=said["sequences"],
            facts=Facts(**said["facts"]),
        )
