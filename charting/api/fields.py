"""Read the small bodies of the interface: times, numbers and texts, refused by name."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from charting.entry import EntryRefusedError, FieldError, instant

# Whom it is about is looked up before the rest is read.
PATIENT: Final = ("patient",)


class Body:
    """A JSON object read field by field; `finish` raises with everything that was wrong."""

    def __init__(self, data: Mapping[str, Any], *, besides: Iterable[str] = ()) -> None:
        """Start with no error; the fields `besides` were read by somebody else."""
        self._data = data
        self._read: set[str] = set(besides)
        self._errors: list[FieldError] = []

    def text(self, name: str, *, longest: int, required: bool = False) -> str:
        """Text without control characters; blank text is no answer where one is required."""
        value = self._take(name, required=required)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self._refuse(name, value, f"must be text of at most {longest} characters")
            return ""
        if any(ord(character) < 32 for character in value):
            self._refuse(name, value, "must not hold control characters")
            return ""
        if required and not value.strip():
            self._refuse(name, value, "is required")
        return value

    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        """An ISO 8601 time with its offset, in UTC."""
        value = self._take(name, required=required)
        if value is None:
            return None
        try:
            return instant(value)
        except ValueError as error:
            self._refuse(name, value, str(error))
            return None

    def day(self, name: str, *, required: bool = False) -> date | None:
        """An ISO 8601 date."""
        value = self._take(name, required=required)
        try:
            return None if value is None else date.fromisoformat(value)
        except (TypeError, ValueError):
            self._refuse(name, value, "must be a date such as 2026-03-01")
            return None

    def number(self, name: str, *, required: bool = False) -> Decimal | None:
        """A finite number below 10^12."""
        value = self._take(name, required=required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._refuse(name, value, "must be a number")
            return None
        exact = Decimal(value)
        if not exact.is_finite() or abs(exact) >= 10**12:
            self._refuse(name, value, "must be a number below 10^12")
            return None
        return exact

    def whole(self, name: str, *, highest: int) -> int | None:
        """A whole number from 0 to a bound."""
        value = self._take(name, required=False)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
            self._refuse(name, value, f"must be a whole number from 0 to {highest}")
            return None
        return value

    def truth(self, name: str) -> bool | None:
        """True, false, or not recorded."""
        value = self._take(name, required=False)
        if value is not None and not isinstance(value, bool):
            self._refuse(name, value, "must be true or false")
            return None
        return value

    def choice(self, name: str, choices: list[str], *, required: bool = False) -> str:
        """One of a closed vocabulary; empty when not recorded."""
        value = self._take(name, required=required)
        if value is not None and value not in choices:
            self._refuse(name, value, f"must be one of {', '.join(choices)}")
            return ""
        return value or ""

    def listing(self, name: str, *, longest: int) -> list[Any] | None:
        """A list of at most so many elements, each still to be read."""
        value = self._take(name, required=False)
        if value is not None and (not isinstance(value, list) or len(value) > longest):
            self._refuse(name, value, f"must be a list of at most {longest}")
            return None
        return value

    def mapping(self, name: str, *, longest: int) -> dict[str, Any] | None:
        """An object of at most so many names, each value still to be read."""
        value = self._take(name, required=False)
        if value is not None and (not isinstance(value, dict) or len(value) > longest):
            self._refuse(name, value, f"must be an object of at most {longest} names")
            return None
        return value

    def refuse(self, name: str, value: Any, message: str) -> None:
        """Add what a reader of a list or object found wrong with it."""
        self._refuse(name, value, message)

    def client_id(self) -> uuid.UUID:
        """The UUID that makes a repeat safe."""
        value = self._take("client_id", required=True)
        try:
            return uuid.UUID(str(value))
        except ValueError:
            if value is not None:
                self._refuse("client_id", value, "must be a UUID made by the client")
            return uuid.UUID(int=0)

    def key(self) -> None:
        """Take a UUID that makes a repeat safe, where whoever sends it may do without."""
        value = self._take("client_id", required=False)
        if value is None:
            return
        try:
            uuid.UUID(value)
        except (ValueError, TypeError, AttributeError):
            self._refuse("client_id", value, "must be a UUID made by the client")

    def finish(self) -> None:
        """Refuse what nobody asked for, then raise everything that was wrong at once."""
        for name in sorted(self._data.keys() - self._read):
            self._refuse(name, self._data[name], "is not a field here")
        if self._errors:
            raise EntryRefusedError(self._errors)

    def _take(self, name: str, *, required: bool) -> Any:
        self._read.add(name)
        value = self._data.get(name)
        if value is None and required:
            self._refuse(name, None, "is required")
        return value

    def _refuse(self, name: str, value: Any, message: str) -> None:
        self._errors.append(FieldError(name, value, message))
