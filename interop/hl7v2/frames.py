"""Take frames out of a stream of bytes: a start, a message, an end; noise between them is named."""

from dataclasses import dataclass, field
from typing import Final

from interop.hl7v2.framing import END, START

_END: Final = END[:1]


class TooLargeError(Exception):
    """A frame grew beyond what is taken; what follows it on this line cannot be trusted."""

    def __init__(self, began: bytes) -> None:
        """Keep its beginning, by which its sender can be answered."""
        super().__init__("a frame is larger than what is taken")
        self.began = began


@dataclass(slots=True)
class Frames:
    """The frames of one connection; bytes outside of a frame are counted and left aside.

    A start within a frame begins another one: the end of the first was lost, so what
    there was of it is handed out as well, marked as cut off.
    """

    largest: int
    noise: int = 0
    was_inside: bool = False
    _held: bytearray = field(default_factory=bytearray)
    _inside: bool = False

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """Return the frames that end in these bytes, each with whether it is whole.

        Raises TooLargeError.
        """
        self._held += data
        found: list[tuple[bytes, bool]] = []
        while self._held:
            if not self._inside and not self._open():
                break
            end, start = self._held.find(_END), self._held.find(START)
            if start >= 0 and (end < 0 or start < end):
                found.append((self._take(start, skip=1), False))
                continue
            if end < 0:
                self._refuse_large(len(self._held))
                break
            self._refuse_large(end)
            # A carriage return follows; a sender that forgets it still means the end.
            if end + 1 == len(self._held):
                found.append((self._take(end, skip=1), True))
            else:
                skip = 2 if self._held[end + 1 : end + 2] == b"\r" else 1
                found.append((self._take(end, skip=skip), True))
            self._inside = False
        return found

    @property
    def is_inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._inside

    def rest(self) -> bytes:
        """What there is of a frame that will never end."""
        return bytes(self._held) if self._inside else b""

    def _open(self) -> bool:
        start = self._held.find(START)
        outside = self._held if start < 0 else self._held[:start]
        self.noise += len(outside.strip(b"\r\n"))
        del self._held[: len(self._held) if start < 0 else start + 1]
        self._inside = start >= 0
        return self._inside

    def _take(self, length: int, *, skip: int) -> bytes:
        taken = bytes(self._held[:length])
        del self._held[: length + skip]
        return taken

    def _refuse_large(self, length: int) -> None:
        if length > self.largest:
            raise TooLargeError(bytes(self._held[:2000]))
