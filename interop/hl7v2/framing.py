"""Find the messages in the bytes of a file: plain, in a batch, or framed as for MLLP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from typing import Final

START: Final = b"\x0b"
END: Final = b"\x1c\r"
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_WRAPPERS: Final = (b"FHS", b"BHS", b"BTS", b"FTS")
_FRAME: Final = re.compile(rb"^[\x0b\x1c\s\xef\xbb\xbf]+|[\x0b\x1c\s]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one message, or of what stood where one should; `line` is its first line."""

    raw: bytes
    line: int
    is_message: bool


@dataclass(slots=True)
class Pieces:
    """The messages of one file, and what its batch trailers say about them."""

    content: bytes | mmap
    warnings: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Piece]:
        """Go through them in order; every line of the file is in one, but batch headers."""
        raw: list[bytes] = []
        began, number, in_batch = 0, 0, 0
        for match in _LINE.finditer(self.content):
            line = match[0]
            if not line:
                break
            number += 1
            bare = line.lstrip(b"\x0b\x1c \t\xef\xbb\xbf")
            if bare.startswith((b"MSH", *_WRAPPERS)):
                if piece := _piece(raw, began):
                    in_batch += piece.is_message
                    yield piece
                raw = []
            if bare.startswith(_WRAPPERS):
                in_batch = self._batch(bare, number, in_batch)
                continue
            if not raw:
                began = number
            raw.append(line)
        if piece := _piece(raw, began):
            yield piece

    def _batch(self, line: bytes, number: int, counted: int) -> int:
        """Hold a batch trailer against the messages before it; return the count from here on."""
        if not line.startswith(b"BTS"):
            return 0
        said = line[4:].split(line[3:4])[0].strip()
        if said.isdigit() and len(said) < 9 and int(said) != counted:
            self.warnings.append(
                f"line {number}: the batch says {int(said)} messages and holds {counted}"
            )
        return 0


def _piece(lines: list[bytes], began: int) -> Piece | None:
    raw = _FRAME.sub(b"", b"".join(lines))
    if not raw:
        return None
    return Piece(raw, began, raw.startswith(b"MSH"))
