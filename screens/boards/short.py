"""Short names for a tile: of a patient as the ward chose, of a product neutrally, of people."""

from datetime import datetime, tzinfo
from typing import Final

from patients.windows import Dose, WindowUnit, day_number, hours_after
from screens.boards.reading import Facts, Row, name_of
from staff.models import BoardLabel

# A product's name says what somebody has; the class alone does not.
_CLASSES: Final = {"car_t": "CT", "bispecific": "BS"}
_OTHER: Final = "TX"
_HOURS_SHOWN: Final = 72


def code(facts: Facts, label: str) -> str:
    """Return the ward's short code of a patient; a surname that two have gets an initial."""
    row = facts.row
    if label == BoardLabel.BED:
        return ""
    if label == BoardLabel.INITIALS:
        return initials(f"{row.given_name} {row.family_name}") or "–"
    if facts.shares_surname and row.given_name:
        return f"{row.family_name}, {row.given_name[:1]}."
    return row.family_name or row.given_name or row.mrn


def name(row: Row, label: str) -> str:
    """Return the whole name for the card of a bed; nothing where the board names nobody."""
    if not shows_names(label):
        return ""
    return ", ".join(part for part in (row.family_name, row.given_name) if part) or row.mrn


def shows_names(label: str) -> bool:
    """Whether names may stand on this ward's board."""
    return label == BoardLabel.SURNAME


def initials(name: str) -> str:
    """Return the first letters of the first and the last word, in capitals."""
    parts = [part for part in name.replace(",", " ").split() if part[0].isalnum()]
    letters = [part[0] for part in (parts if len(parts) < 2 else (parts[0], parts[-1]))]
    return "".join(letters).upper()


def person(names: tuple[str, str, str]) -> str:
    """Return somebody's name from first name, last name and user name."""
    return name_of(*names)


def chip(start: Dose | None, *, now: datetime, zone: tzinfo) -> str:
    """Return the class of product and the day, or the hour while hours count: “CT-D5”, “BS-19h”."""
    if start is None:
        return ""
    kind = _CLASSES.get(start.profile.therapy_class, _OTHER)
    hours = hours_after(now, dose_at=start.started_at)
    by_hour = any(rule.high_risk.unit is WindowUnit.HOUR for rule in start.profile.anchors)
    if by_hour and 0 <= hours < _HOURS_SHOWN:
        return f"{kind}-{int(hours)}h"
    day = day_number(now, day_zero=start.started_at, zone=zone)
    return f"{kind}-D{day}".replace("D-", "D−")
