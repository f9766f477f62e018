"""Read codes.yaml: code, display, field or analyte, and the unit that goes with it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

from interop.codes import names
from interop.csv import charted_as

LOINC: Final = "http://loinc.org"
MDC: Final = "urn:iso:std:iso:11073:10101"
_FILE: Final = Path(__file__).with_name("codes.yaml")
_LOINC_FORM: Final = re.compile(r"(\d{1,7})-(\d)", re.ASCII)


class Kind(StrEnum):
    """What a code holds."""

    VITAL = "vital"
    PANEL = "panel"
    LAB = "laboratory"


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `field` is ours for a vital sign, `analyte` ours for a laboratory value.

    `method` is where a pressure was measured, `site` where a temperature was, if the code
    itself says so. `only_as` is the category without which the code may mean another thing.
    """

    system: str
    code: str
    display: str
    kind: Kind
    field: str = ""
    analyte: str = ""
    unit: str = ""
    method: str = ""
    site: str = ""
    only_as: str = ""


def field_for(code: str, system: str = LOINC) -> Code | None:
    """The row of a code; None for one that is not in the table, which is never guessed at."""
    return ALL.get((system, code))


@cache
def code_of(name: str, *, kind: Kind = Kind.VITAL) -> Code:
    """The LOINC code under which one of our fields or analytes is sent out: the first listed.

    Raises KeyError for a name that has none.
    """
    for each in ALL.values():
        if each.kind is kind and each.system == LOINC and name in (each.field, each.analyte):
            return each
    raise KeyError(name)


def names_another(row: Code, name: str) -> bool:
    """Whether a name beside the code is of another quantity than the code's.

    A name that says nothing known contradicts nothing.
    """
    if not name or row.kind is Kind.PANEL:
        return False
    if row.kind is Kind.LAB:
        return names.is_another(row.analyte, name)
    return (
        charted_as.is_something_else(name, _family(row.field))
        or charted_as.names_another_part(name, row.field)
        or charted_as.names_another_field(name, row.field)
    )


def display_of(code: str) -> str:
    """The name LOINC gives a code that is known here, also of what is only kept as reported."""
    row = field_for(code)
    return row.display if row else _REPORTED.get(code, "")


def code_named(display: str) -> str:
    """The LOINC code of this very name; blank where none is known here."""
    return _by_display().get(display, "")


@cache
def _by_display() -> dict[str, str]:
    known = {row.display: row.code for row in ALL.values() if row.kind is Kind.LAB}
    return known | {display: code for code, display in _REPORTED.items()}


def is_well_formed_loinc(code: str) -> bool:
    """Whether the last digit is the check digit of those before it (modulus 10, double-add)."""
    match = _LOINC_FORM.fullmatch(code)
    if match is None:
        return False
    total = 0
    for place, digit in enumerate(reversed(match[1])):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10 == int(match[2])


def _family(field: str) -> str:
    return "oxygen" if field in {"oxygen_flow_lpm", "fio2_percent"} else field


def _read(content: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str], Code]:
    parts = (
        ("vitals", LOINC, Kind.VITAL),
        ("mdc", MDC, Kind.VITAL),
        ("panels", LOINC, Kind.PANEL),
        ("laboratory", LOINC, Kind.LAB),
    )
    rows = [
        Code(system=system, kind=kind, **row)
        for part, system, kind in parts
        for row in content[part]
    ]
    found = {(row.system, row.code): row for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"{_FILE.name}: a code stands twice")
    return found


_CONTENT: Final = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
ALL: Final = _read(_CONTENT)
_REPORTED: Final[dict[str, str]] = {row["code"]: row["display"] for row in _CONTENT["reported"]}
# Which edition of the reviewed table judged what came in.
VERSION: Final = sha256(_FILE.read_bytes()).hexdigest()[:8]
