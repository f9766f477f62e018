"""Map rows about patients and their stays in the hospital."""

from typing import Final

from interop.csv import cells
from interop.csv.kinds import Row
from interop.csv.mapped import Person, Setting, Visit
from interop.csv.outcomes import Reason, RefusedError
from patients.age import OLDEST_YEARS
from patients.models import Sex

LONGEST_DIAGNOSIS: Final = 120
_SEXES: Final = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE,
    "o": Sex.OTHER, "other": Sex.OTHER, "": Sex.UNKNOWN, "u": Sex.UNKNOWN,
    "unknown": Sex.UNKNOWN,
}  # fmt: skip


def map_person(row: Row, setting: Setting, warnings: list[str]) -> Person:
    """Return sex and birth date; what cannot be believed is unknown, with a warning."""
    sex = _SEXES.get(row["gender"].casefold())
    where = f"line {row.line} of the patients"
    if sex is None:
        warnings.append(f"{where}: gender “{row['gender'][:20]}” is not known here; kept unknown")
        sex = Sex.UNKNOWN
    born = cells.day(row["dob"]) if row["dob"] else None
    if row["dob"] and born is None:
        warnings.append(f"{where}: the birth date is no date; kept unknown")
    if born is not None:
        years = (setting.now.date() - born).days / 365.25
        if not 0 <= years <= OLDEST_YEARS:
            problem = "in the future" if years < 0 else f"more than {OLDEST_YEARS} years ago"
            warnings.append(f"{where}: the birth date is {problem}; kept unknown")
            born = None
    return Person(row, sex.value, born)


def map_visit(row: Row, setting: Setting) -> Visit:
    """Return a stay that is over; raises RefusedError, for one is never left open."""
    admitted = cells.moment(row, "admit_time", zone=setting.zone, now=setting.now)
    ends = "discharge_time" if row["discharge_time"] else "death_time"
    if not row[ends]:
        words = "no discharge: an import never opens a stay"
        raise RefusedError(Reason.NO_END, "discharge_time", words)
    discharged = cells.moment(row, ends, zone=setting.zone, now=setting.now)
    if discharged < admitted:
        words = f"{row[ends]} is before the admission, {row['admit_time']}"
        raise RefusedError(Reason.BAD_TIME, ends, words)
    if setting.ward is None:
        words = "a stay is on a ward: name it with --ward"
        raise RefusedError(Reason.NO_WARD, "encounter_id", words)
    return Visit(row, admitted, discharged, row["diagnosis"][:LONGEST_DIAGNOSIS])
