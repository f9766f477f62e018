"""Encrypt and decrypt while reading and writing: nothing plain on disk, memory does not grow."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from crs_monitor.backups.refusals import BackupRefusedError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

_MAGIC: Final = b"age-encryption.org/v1\n"
_BLOCK_BYTES: Final = 1 << 20
_NO_KEY: Final = "No matching keys"


class Sink(Protocol):
    """What bytes can be written to."""

    def write(self, content: bytes, /) -> int:
        """Take some more."""


@contextmanager
def sealed(file: Sink, recipients: "Sequence[Recipient]") -> Iterator[IO[bytes]]:
    """Give a stream to write to; what is written lands in `file`, encrypted.

    The stream is whole in `file` when the block ends without an error, and not before.
    """
    import pyrage

    def encrypt(source: IO[bytes]) -> None:
        with source:
            pyrage.encrypt_io(source, file, recipients)

    into, out_of = _pipe()
    worker = _Worker(encrypt, out_of)
    try:
        # Who encrypts may have died, of a full disk for one: that is the error to tell.
        with suppress(BrokenPipeError), into:
            yield into
    finally:
        worker.join()
    worker.raise_failure()


@contextmanager
def opened(path: Path, identities: "Sequence[Identity]") -> Iterator[IO[bytes]]:
    """Give a stream of what was encrypted; raises BackupRefusedError for a file it cannot believe.

    Each part was checked before it is given out, but whether the end is missing is known
    only when the block ends: act on nothing read inside before it has.
    """
    import pyrage

    def decrypt(sink: IO[bytes]) -> None:
        with path.open("rb") as file, suppress(BrokenPipeError), sink:
            pyrage.decrypt_io(file, sink, identities)

    _insist_on_age(path)
    into, out_of = _pipe()
    worker = _Worker(decrypt, into)
    broken: Exception | None = None
    try:
        with out_of:
            try:
                yield out_of
            except Exception as error:
                broken = error
            # To the end in any case: whether the file is damaged is worth more than what
            # its reader stumbled over, and what follows the archive is checked as well.
            while out_of.read(_BLOCK_BYTES):
                pass
    finally:
        worker.join()
    if worker.failure is not None:
        raise _told(worker.failure, path) from worker.failure
    if broken is not None:
        raise broken


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Worker:
    """The other end of a pipe, in a thread of its own; its failure is told to whoever waits."""

    def __init__(self, work: Callable[[IO[bytes]], None], end: IO[bytes]) -> None:
        self.failure: BaseException | None = None
        self._work, self._end = work, end
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work(self._end)
        except BaseException as error:  # whatever it is, it is raised where somebody sees it
            self.failure = error
        finally:
            with suppress(OSError):
                self._end.close()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def raise_failure(self) -> None:
        """Raise what went wrong there."""
        if self.failure is not None:
            raise self.failure


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Return where to write, and where what was written comes out."""
    reading, writing = os.pipe()
    return os.fdopen(writing, "wb", _BLOCK_BYTES), os.fdopen(reading, "rb", _BLOCK_BYTES)


def _insist_on_age(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start: Any = file.read(len(_MAGIC))
    except OSError as error:
        raise BackupRefusedError(f"{path} cannot be read: {error.strerror}.") from error
    if start != _MAGIC:
        raise BackupRefusedError(f"{path} is no backup: it does not begin as an age file does.")


def _told(failure: BaseException, path: Path) -> BackupRefusedError:
    if _NO_KEY in str(failure):
        return BackupRefusedError(f"This key does not open {path}: it was made for another key.")
    return BackupRefusedError(
        f"{path} is damaged or incomplete and must not be used: {failure}. Take another copy."
    )
