"""Turn the bytes of a message into text, or say that its declared character set is not true."""

import re
from typing import Final

from interop.hl7v2.reasons import Reason, RefusedMessageError

UTF_8: Final = "utf-8"
_ASCII: Final = "ascii"
# HL7 table 0211, and what is written in place of its entries.
_NAMES: Final[dict[str, str]] = {
    "": UTF_8, "ASCII": _ASCII, "US-ASCII": _ASCII, "ISO IR6": _ASCII, "ISO_IR 6": _ASCII,
    "UNICODE UTF-8": UTF_8, "UTF-8": UTF_8, "UTF8": UTF_8, "UNICODE": UTF_8,
    "GB 18030-2000": "gb18030", "BIG-5": "big5", "KS X 1001": "euc_kr",
    "WINDOWS-1252": "cp1252", "CP1252": "cp1252",
} | {
    name: f"iso8859-{part}"
    for part in ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "13", "14", "15", "16")
    for name in (f"8859/{part}", f"ISO-8859-{part}", f"ISO 8859-{part}")
} | {"ISO_IR 100": "iso8859-1", "ISO IR100": "iso8859-1"}  # fmt: skip
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_ESCAPE_CODE: Final = b"\x1b"
_C1: Final = re.compile("[\x80-\x9f]")


def text_of(raw: bytes) -> tuple[str, str]:
    """Return the message as text and the codec's name; raises RefusedMessageError.

    Without a declaration it is UTF-8, of which ASCII is a part; what is not that is
    refused. Every byte is a character of ISO 8859-1, so a wrong declaration shows only in
    what it would make of the text: control characters, or bytes that are UTF-8 throughout.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.startswith(_UTF_16) or b"\x00" in raw:
        raise RefusedMessageError(
            Reason.CHARACTER_SET, "two bytes a character, or bytes of zero", where="MSH-18"
        )
    declared = _declared(raw)
    codec = _NAMES.get(declared)
    if raw.isascii() and _ESCAPE_CODE not in raw:
        return raw.decode(_ASCII), codec or UTF_8
    if codec is None or _ESCAPE_CODE in raw:
        words = f"“{declared[:30]}” is not a character set that is read here"
        raise RefusedMessageError(Reason.CHARACTER_SET, words, where="MSH-18")
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        words = (
            f"byte {error.start + 1} is no character of {declared or 'UTF-8, and none is named'}"
        )
        raise RefusedMessageError(Reason.CHARACTER_SET, words, where="MSH-18") from None
    if codec.startswith("iso8859") and (_C1.search(text) or _is_utf8(raw)):
        words = f"declared as {declared}, and the bytes say that it is not"
        raise RefusedMessageError(Reason.CHARACTER_SET, words, where="MSH-18")
    return text, codec


def _declared(raw: bytes) -> str:
    """MSH-18, first repetition, read before anything else can be."""
    line = re.split(rb"[\r\n]", raw, maxsplit=1)[0]
    fields = line.split(line[3:4]) if len(line) > 4 else []
    if len(fields) < 18:
        return ""
    repeat = fields[1][1:2] or b"~"
    first = fields[17].split(repeat)[0].strip()
    return first.decode(_ASCII, "replace").upper().strip('"')


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True
