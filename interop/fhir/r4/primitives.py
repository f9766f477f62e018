"""The forms of the primitive types of R4, each by the expression its definition gives."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

_YEAR: Final = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY: Final = r"(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])"
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE: Final = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_MONTH: Final = r"(0[1-9]|1[0-2])"
_HEX: Final = "[0-9a-f]"
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOST_CHARACTERS: Final = 1024 * 1024
# What is wrong, and the form; \S of Python is as wide as that of the definitions.
_FORMS: Final[dict[str, tuple[str, re.Pattern[str]]]] = {
    name: (words, re.compile(form))
    for name, (words, form) in {
        "id": ("an id has 1 to 64 letters, digits, - and .", r"[A-Za-z0-9\-.]{1,64}"),
        "code": ("a code has no blanks at its ends and one at a time within",
                 r"[^\s]+(\s[^\s]+)*"),
        "uri": ("an address holds no blanks", r"\S*"),
        "url": ("an address holds no blanks", r"\S*"),
        "canonical": ("an address holds no blanks", r"\S*"),
        "oid": ("is no urn:oid:", r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+"),
        "uuid": ("is no urn:uuid:",
                 rf"urn:uuid:{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"),
        "date": ("is no date such as 2026, 2026-03 or 2026-03-10",
                 rf"{_YEAR}(-{_DAY}|-{_MONTH})?"),
        "dateTime": ("is no date, or time with seconds and zone, such as 2026-03-10T11:40:00Z",
                     rf"{_YEAR}(-{_DAY}T{_CLOCK}{_ZONE}|-{_DAY}|-{_MONTH})?"),
        "instant": ("is no time with seconds and zone, such as 2026-03-10T11:40:00Z",
                    rf"{_YEAR}-{_DAY}T{_CLOCK}{_ZONE}"),
        "time": ("is no time such as 11:40:00", _CLOCK),
    }.items()
}  # fmt: skip
_DATED: Final = frozenset({"date", "dateTime", "instant"})
_FREE: Final = frozenset({"string", "markdown"})
_RANGES: Final = {
    "integer": (-(2**31), 2**31 - 1), "unsignedInt": (0, 2**31 - 1), "positiveInt": (1, 2**31 - 1),
}  # fmt: skip
KINDS: Final = frozenset({
    "base64Binary", "boolean", "decimal", "markdown", "string", "xhtml", *_FORMS, *_RANGES,
})  # fmt: skip


def wrong(value: Any, kind: str) -> tuple[bool, str]:
    """Say what is wrong with a value, blank for nothing; and whether its JSON type is."""
    if kind == "boolean":
        return True, "" if isinstance(value, bool) else "must be true or false"
    if kind == "decimal":
        fine = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return True, "" if fine else "must be a number"
    if kind in _RANGES:
        return _whole_number(value, kind)
    if not isinstance(value, str):
        return True, "must be text"
    return False, _text(value, kind)


def _whole_number(value: Any, kind: str) -> tuple[bool, str]:
    if isinstance(value, bool) or not isinstance(value, int):
        return True, "must be a whole number"
    low, high = _RANGES[kind]
    return False, "" if low <= value <= high else f"a whole number from {low} to {high}"


def _text(value: str, kind: str) -> str:
    # Blanks alone are text, if poor text; in a code or an address they are none.
    if not value or (kind not in _FREE and not value.strip()):
        return "must not be empty"
    if kind == "base64Binary":
        return "" if _BASE64.fullmatch("".join(value.split())) else "is not base64"
    if _CONTROL.search(value):
        return "holds a control character"
    if kind == "uri" and not _is_named(value):
        return "is no OID or UUID, or says so without urn:"
    words, form = _FORMS.get(kind, ("", None))
    if form is None:
        return "" if len(value) <= _MOST_CHARACTERS else "is longer than 1 MiB"
    if not form.fullmatch(value):
        return words
    if kind in _DATED and len(value) >= 10 and not _is_day(value[:10]):
        return "is no day of the calendar"
    return ""


def _is_named(address: str) -> bool:
    """Whether an address that says it is an OID or a UUID is one, in letters of any size."""
    if address.startswith(("oid:", "uuid:")):
        return False
    for kind in ("oid", "uuid"):
        if address.startswith(f"urn:{kind}:"):
            return _FORMS[kind][1].fullmatch(address.lower()) is not None
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
