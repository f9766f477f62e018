"""What lies inside the encryption: a gzipped tar that any machine can unpack without this program.

`opening.json` says what was taken, `tables/NAME/000001.rows` and so on hold rows, one a line,
and `manifest.json`, the last, says how many there must be and with which digest.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any, Final, NamedTuple

from crs_monitor.backups.refusals import BackupRefusedError
from crs_monitor.backups.sealing import Sink

FORMAT: Final = 1
OPENING: Final = "opening.json"
MANIFEST: Final = "manifest.json"
# Held in memory at once; a longer single row makes a longer part.
_PART_BYTES: Final = 4 << 20
_LONGEST_JSON_BYTES: Final = 64 << 20


class Counted(NamedTuple):
    """How many rows a table has, and the SHA-256 of all its lines in order."""

    rows: int
    sha256: str


class Counter:
    """Counts lines as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def write(self, lines: bytes) -> int:
        """Take some more; a line ends with a newline, and holds none."""
        self._rows += lines.count(b"\n")
        self._digest.update(lines)
        return len(lines)

    def counted(self) -> Counted:
        """Return what passed so far."""
        return Counted(self._rows, self._digest.hexdigest())


class Writer:
    """Writes one archive into a stream, part by part."""

    def __init__(self, stream: IO[bytes], *, at: datetime) -> None:
        self._at = int(at.timestamp())
        self._gzip = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=self._at)
        self._tar = tarfile.open(  # noqa: SIM115  closed by close(), as the stream below is
            fileobj=self._gzip, mode="w|", format=tarfile.PAX_FORMAT
        )

    def add_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Add a file of JSON."""
        self._add(name, json.dumps(content, indent=1, sort_keys=True).encode())

    def add_table(self, name: str, dump: Callable[[Sink], None]) -> Counted:
        """Add a table; `dump` writes its lines to what it is given."""
        parts = _Parts(lambda number, lines: self._add(f"tables/{name}/{number:06}.rows", lines))
        dump(parts)
        parts.flush()
        return parts.counter.counted()

    def close(self) -> None:
        """End the archive; the stream below stays open."""
        self._tar.close()
        self._gzip.close()

    def _add(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(content), self._at, 0o600
        self._tar.addfile(info, io.BytesIO(content))


class _Parts:
    """Gathers lines until they are worth a file of their own."""

    def __init__(self, add: Callable[[int, bytes], None]) -> None:
        self.counter = Counter()
        self._add = add
        self._number = 0
        self._held: list[bytes] = []
        self._size = 0

    def write(self, lines: bytes) -> int:
        self.counter.write(lines)
        self._held.append(lines)
        self._size += len(lines)
        if self._size >= _PART_BYTES and lines.endswith(b"\n"):
            self.flush()
        return len(lines)

    def flush(self) -> None:
        if self._held:
            self._number += 1
            self._add(self._number, b"".join(self._held))
            self._held, self._size = [], 0


class Part(NamedTuple):
    """One file of an archive; `table` is empty for the two that are JSON."""

    name: str
    table: str
    content: IO[bytes]

    def json(self) -> dict[str, Any]:
        """Return what the JSON says."""
        said: dict[str, Any] = json.loads(self.content.read(_LONGEST_JSON_BYTES))
        return said


def parts_of(stream: IO[bytes]) -> Iterator[Part]:
    """Yield the files in order; each is to be read before the next is asked for."""
    try:
        with (
            gzip.GzipFile(fileobj=stream, mode="rb") as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            for info in tar:
                content = tar.extractfile(info)
                if content is None:
                    raise BackupRefusedError(f"The backup holds {info.name}, which is no file.")
                _, _, below = info.name.partition("tables/")
                yield Part(info.name, below.partition("/")[0], content)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, json.JSONDecodeError) as error:
        raise BackupRefusedError(f"This is no backup of CRS Monitor: {error}.") from error
