"""What stands around every sheet: who it is about, when it was printed, and by which rules."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

STANDING: Final = (
    "Copy. Decision support. Not a certified device, not a primary alarm, not for use as the sole "
    "basis for a decision. Check the patient."
)
SYNTHETIC: Final = "Synthetic demonstration ward: no real patients"


@dataclass(frozen=True, slots=True)
class Head:
    """The frame of one document; `identifiers` stand on every page of it.

    `notice` is a short word beside the title, such as what to do with the paper afterwards.
    """

    title: str
    who: str
    identifiers: str
    printed: str
    rules: str
    notice: str = ""
    landscape: bool = False


def printed(at: datetime, *, zone: tzinfo, by: str = "") -> str:
    """Return “Printed 10 Mar 2026 12:00 GMT by A. Nurse”, on the ward's clock."""
    local = at.astimezone(zone)
    words = f"Printed {local.day} {local:%b %Y %H:%M %Z}"
    return f"{words} by {by}" if by else words
