"""Study ids, offsets for dates, pooled ages: what a de-identified export says in their place."""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from hashlib import sha256
from typing import Final

from patients.age import completed_years
from patients.windows import day_number

# Ages from 90 on are one group (HIPAA safe harbor, 45 CFR 164.514(b)(2)(i)(C)).
OLDEST_TOLD: Final = 89
# With fewer patients a rare course may tell who somebody is.
FEW_PATIENTS: Final = 10
_LETTERS: Final = 10


@dataclass(frozen=True, slots=True)
class Mask:
    """Tells what may be told: `secret` is the export key's own; None hides nothing."""

    secret: str | None = None

    @property
    def hides(self) -> bool:
        """Whether names, numbers, dates and free text stay here."""
        return self.secret is not None

    def subject(self, *, patient_id: int, mrn: str) -> str:
        """The study id of a patient under this key, or the MRN."""
        return self._letters(f"patient {patient_id}") if self.hides else mrn

    def number(self, client_id: object) -> str:
        """What stands for the number of a set."""
        return self._letters(f"fact {client_id}") if self.hides else str(client_id)

    def _letters(self, text: str) -> str:
        digest = hmac.new((self.secret or "").encode(), text.encode(), sha256).digest()
        return b32encode(digest)[:_LETTERS].decode()


def age(born: date | None, *, on: date) -> str:
    """Completed years, “90+” for everybody older than 89, blank when not known."""
    years = completed_years(born, on=on)
    if years is None:
        return ""
    return str(years) if years <= OLDEST_TOLD else f"{OLDEST_TOLD + 1}+"


def day(at: datetime, *, zero: datetime | None, zone: tzinfo) -> str:
    """The day of the course on the ward's calendar; blank before anything is known of it."""
    return "" if zero is None else str(day_number(at, day_zero=zero, zone=zone))


def hour(at: datetime, *, zero: datetime | None) -> str:
    """Hours since day 0 began, to the hundredth; blank without one."""
    if zero is None:
        return ""
    seconds = Decimal((at - zero).total_seconds())
    return f"{seconds / 3600:.2f}"
