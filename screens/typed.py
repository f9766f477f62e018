"""Read what a person typed: ASCII digits, one decimal point, a time on the ward's clock."""

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)


def number(text: str) -> Decimal:
    """Read a number; raises ValueError with words for the person who typed it.

    Nothing is guessed: no comma, sign, exponent, unit or digit of another script.
    """
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if "," in text and _NUMBER.fullmatch(text.replace(",", ".", 1)):
        raise ValueError(f"Write a decimal point, not a comma: {text.replace(',', '.', 1)}")
    raise ValueError("Must be a number in digits, such as 38.6")


def moment(text: str, *, zone: tzinfo, now: datetime) -> datetime:
    """Read a ward-local time as an instant; raises ValueError with words.

    In the hour that happens twice the later one is meant, unless it is still to
    come. A time that the clocks skipped never was.
    """
    if not _MOMENT.fullmatch(text):
        raise ValueError("Must be a date and a time")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such date or time") from None
    later, earlier = local.replace(tzinfo=zone, fold=1), local.replace(tzinfo=zone, fold=0)
    if later.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError("This time did not exist: the clocks went forward over it")
    return (earlier if later > now else later).astimezone(UTC)


def local_text(at: datetime, *, zone: tzinfo) -> str:
    """Return an instant as a datetime-local field holds it."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
