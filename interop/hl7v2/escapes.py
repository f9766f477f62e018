"""Undo the escape sequences of a field, once its separators have been read."""

import re
from typing import Final

from interop.hl7v2.reasons import Reason, RefusedMessageError

_HEX: Final = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
# Of formatted text: lines end, and how they are indented or centered is not kept.
_LINES: Final = re.compile(r"\.(?:br|sp[+]?\d{0,3}|ce)", re.ASCII)
_LAYOUT: Final = re.compile(r"\.(?:fi|nf|in[+-]?\d{1,3}|ti[+-]?\d{1,3}|sk[+]?\d{1,3})", re.ASCII)
_HIGHLIGHT: Final = frozenset("HN")


def unescaped(text: str, *, escape: str, separators: str, charset: str) -> str:
    """Return the text as meant; `separators` are field, component, repetition, subcomponent.

    Raises RefusedMessageError for a sequence that is not closed or that nobody defined:
    leaving one out could change a number.
    """
    if not escape or escape not in text:
        return text
    parts = text.split(escape)
    if len(parts) % 2 == 0:
        raise RefusedMessageError(Reason.BAD_ESCAPE, "an escape sequence is not closed")
    meant = dict(zip("FSRTE", (*separators, escape), strict=True))
    return "".join(
        _meaning(part, meant, charset) if place % 2 else part for place, part in enumerate(parts)
    )


def _meaning(sequence: str, meant: dict[str, str], charset: str) -> str:
    if sequence in meant:
        return meant[sequence]
    if sequence in _HIGHLIGHT or _LAYOUT.fullmatch(sequence):
        return ""
    if _LINES.fullmatch(sequence):
        return "\n"
    found = _HEX.fullmatch(sequence)
    if found is None:
        words = "an escape sequence that is not defined"
        raise RefusedMessageError(Reason.BAD_ESCAPE, words)
    try:
        return bytes.fromhex(found[1]).decode(charset)
    except UnicodeDecodeError:
        words = "a hexadecimal sequence is no text of the message's character set"
        raise RefusedMessageError(Reason.BAD_ESCAPE, words) from None
