"""Valid resources on their way, on disk: memory holds one patient's, however large the files."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import orjson

from interop.fhir import text
from interop.fhir.files import Item

_CACHE_KIB = 8192
_COLUMNS = "seq, file, number, place, address, body"


class Spool:
    """A temporary store of resources, in the order in which they came and by patient."""

    def __init__(self) -> None:
        """Open an empty store, which goes when it is left."""
        self._folder = TemporaryDirectory(prefix="crs-fhir-")
        self._db = sqlite3.connect(Path(self._folder.name) / "spool.sqlite3")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute(
            "CREATE TABLE item (seq INTEGER PRIMARY KEY, file INTEGER, number INTEGER, "
            "place TEXT, address TEXT, body BLOB)"
        )
        self._db.execute("CREATE TABLE whose (mrn TEXT, seq INTEGER)")

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it away."""
        self._db.close()
        self._folder.cleanup()

    def add(self, item: Item) -> None:
        """Put a resource at the end."""
        self._db.execute(
            "INSERT INTO item (file, number, place, address, body) VALUES (?, ?, ?, ?, ?)",
            (
                item.file,
                item.number,
                item.where,
                item.full_url,
                orjson.dumps(item.resource, default=_exact),
            ),
        )

    def all(self) -> Iterator[tuple[int, Item]]:
        """Every resource in order, under its number."""
        for seq, *rest in self._db.execute(f"SELECT {_COLUMNS} FROM item ORDER BY seq"):  # noqa: S608  # our own names
            yield seq, _item(*rest)

    def assign(self, seq: int, mrn: str) -> None:
        """Say whose a resource is."""
        self._db.execute("INSERT INTO whose (mrn, seq) VALUES (?, ?)", (mrn, seq))

    def patients(self) -> list[str]:
        """The record numbers, in the order in which they came first."""
        self._db.execute("CREATE INDEX IF NOT EXISTS whose_mrn ON whose (mrn, seq)")
        rows = self._db.execute("SELECT mrn FROM whose GROUP BY mrn ORDER BY min(seq)")
        return [mrn for (mrn,) in rows]

    def of_patient(self, mrn: str) -> Iterator[Item]:
        """One patient's resources, in order."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM item WHERE seq IN (SELECT seq FROM whose WHERE mrn = ?) "  # noqa: S608  # our own names
            "ORDER BY seq",
            (mrn,),
        )
        for _, *rest in rows:
            yield _item(*rest)


def _exact(value: Any) -> Any:
    """A decimal as it was sent: written out, a large exponent would be too long to read again."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)


def _item(file: int, number: int, place: str, address: str, body: bytes) -> Item:
    return Item(file, number, place, text.document(body), address)
