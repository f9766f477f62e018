"""What a line of a rota file says, before it is put into the rota: a slot, an end, or a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from alerts.models import RotaRole
from alerts.rota_plan import NewSlot
from staff.models import User

# A rule of recurrence is written out for so long ahead; the next import goes on from there.
HORIZON: Final = timedelta(days=60)
_LONGEST_UID: Final = 120


class LineRefusedError(ValueError):
    """A line cannot be used; the message says why, in words for whoever wrote the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One slot of a file: its line number and its name there; without a slot, why there is none.

    `series` names all occurrences of one event. `is_cancelled`: the file says that it is off.
    """

    number: int
    uid: str = ""
    series: str = ""
    slot: NewSlot | None = None
    is_cancelled: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody with an account, by user name and by e-mail address."""

    by_name: Mapping[str, User]

    @classmethod
    def known(cls) -> Self:
        """Read them once."""
        found: dict[str, User] = {}
        for person in User.objects.order_by("pk"):
            found[person.get_username().casefold()] = person
            if person.email:
                found.setdefault(person.email.casefold(), person)
        return cls(found)

    def find(self, name: str) -> User | None:
        """Return whoever has this user name or address."""
        return self.by_name.get(name.strip().casefold())


def role_of(text: str) -> RotaRole:
    """Return the role that is meant: its code or its name, in any case."""
    wanted = "_".join(text.strip().casefold().replace("-", " ").split())
    for role in RotaRole:
        if wanted in (role.value, role.label.casefold().replace(" ", "_")):
            return role
    raise LineRefusedError(f"“{text.strip()}” is no role; write one of {', '.join(RotaRole)}")


def uid_of(series: str, start: datetime) -> str:
    """Name one occurrence: the same at every import, and short enough to be kept."""
    tail = f"/{start:%Y%m%dT%H%M%S%z}"
    return series[: _LONGEST_UID - len(tail)] + tail
