"""A client's connection: what came of its request so far, and what it has not read yet."""

import contextlib
import errno
import os
import re
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

# A request is whole by then, or the connection ends; each second more wants so many bytes.
WHOLE_WITHIN_SECONDS: Final = 20.0
SLOWEST_BYTES_PER_SECOND: Final = 16_384
# Nothing read of an answer for so long, and the connection ends.
UNREAD_FOR_SECONDS: Final = 30.0
LARGEST_HEAD_BYTES: Final = 65_536
# What is longer is a file: it is read by a thread, of which files get no more than half.
LARGEST_GATHERED_BYTES: Final = 1_048_576
GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_PIECE_BYTES: Final = 65_536
_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n")
_IN_PIECES: Final = re.compile(rb"\r\ntransfer-encoding:")
_ASKS_FIRST: Final = re.compile(rb"\r\nexpect:[ \t]*100-continue")


class Stand(Enum):
    """How far a request is."""

    PART = "more must come"
    WHOLE = "all of it is here"
    LONG = "its head is here; the rest is a file, or of no known length"
    OVER = "the client left, or sends a head without end"


@dataclass(slots=True)
class _Part:
    """Bytes of an answer, or a stretch of a file, from `start` to `end`."""

    end: int
    data: memoryview | None = None
    file: int = -1
    start: int = 0

    def piece(self) -> memoryview | bytes:
        """What comes next; nothing when it is over, or the file was cut short."""
        if self.data is not None:
            return self.data[self.start :]
        return os.pread(self.file, min(_PIECE_BYTES, self.end - self.start), self.start)

    def close(self) -> None:
        """Let the file go."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


class ClientSocket(socket.socket):
    """Takes every answer at once, and keeps what the client does not read yet.

    Reading waits, since a thread reads only what is long, but not for ever: `read_until`
    moves on with what comes.
    """

    def __init__(self, *, fileno: int) -> None:
        super().__init__(fileno=fileno)
        self.unsent: deque[_Part] = deque()
        self.read_until = 0.0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Read; raises ConnectionResetError when the client is too slow."""
        if flags:
            return super().recv(size, flags)
        left = self.read_until - time.monotonic()
        try:
            self.settimeout(max(left, 0.001))
            data = super().recv(size)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "sent too slowly") from error
        self.read_until += len(data) / SLOWEST_BYTES_PER_SECOND
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the client takes now, and keep the rest; raises OSError when it left."""
        whole = memoryview(bytes(data))
        self.unsent.append(_Part(len(whole), data=whole))
        self.send_on()

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send from a file as sendall() does; the caller may close the file afterwards."""
        end = os.fstat(file.fileno()).st_size if count is None else offset + count
        self.unsent.append(_Part(end, file=os.dup(file.fileno()), start=offset))
        self.send_on()
        return end - offset

    def send_on(self) -> bool:
        """Send what the client takes now; whether nothing is left. Raises OSError."""
        while self.unsent:
            part = self.unsent[0]
            piece = part.piece() if part.start < part.end else b""
            if not piece:
                part.close()
                self.unsent.popleft()
                continue
            try:
                part.start += self.send(piece, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return False
        return True

    def unsent_bytes(self) -> int:
        """How much memory the kept part of the answer takes; a file takes none."""
        return sum(part.end for part in self.unsent if part.data is not None)

    def close(self) -> None:
        """Close, and let go of what was not sent."""
        for part in self.unsent:
            part.close()
        self.unsent.clear()
        super().close()


@dataclass(slots=True)
class Coming:
    """A request as far as it came."""

    began: float
    held: bytearray = field(default_factory=bytearray)
    told_to_go_on: bool = False
    is_over: bool = False

    def read(self, sock: ClientSocket) -> None:
        """Take what is there without waiting."""
        while len(self.held) <= LARGEST_HEAD_BYTES + LARGEST_GATHERED_BYTES:
            try:
                data = sock.recv(_PIECE_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.is_over = True
                return
            self.held += data

    def stand(self) -> Stand:
        """How far it is."""
        end = self.held.find(_END)
        if end < 0:
            too_long = len(self.held) > LARGEST_HEAD_BYTES
            return Stand.OVER if self.is_over or too_long else Stand.PART
        head = bytes(self.held[: end + len(_END)]).lower()
        if _IN_PIECES.search(head):
            return Stand.LONG
        found = _LENGTH.search(head)
        length = int(found.group(1)) if found else 0
        if length > LARGEST_GATHERED_BYTES:
            return Stand.LONG
        if len(self.held) >= end + len(_END) + length:
            return Stand.WHOLE
        return Stand.OVER if self.is_over else Stand.PART

    def tell_to_go_on(self, sock: ClientSocket) -> None:
        """Answer a client that asks, before it sends a body, whether it may."""
        if not self.told_to_go_on and _ASKS_FIRST.search(bytes(self.held).lower()):
            self.told_to_go_on = True
            with contextlib.suppress(OSError):
                sock.send(GO_ON, socket.MSG_DONTWAIT)

    def is_late(self, *, now: float) -> bool:
        """Whether it takes too long."""
        return now > self.began + WHOLE_WITHIN_SECONDS + len(self.held) / SLOWEST_BYTES_PER_SECOND
