"""What a person said of a table: what each column holds, in what unit, by which clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from interop.tables import targets
from interop.tables.targets import Role

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
ENCODINGS: Final = {"utf-8-sig": "UTF-8", "cp1252": "Windows (cp1252)", "utf-16": "UTF-16"}
_LONGEST: Final = 500  # columns, or names


class Shape(StrEnum):
    """How a table is laid out."""

    WIDE = "wide"
    TIDY = "tidy"


class DateOrder(StrEnum):
    """How days are written; only the first needs no asking."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class DecimalMark(StrEnum):
    """What stands before the first decimal."""

    POINT = "point"
    COMMA = "comma"


class MappingRefusedError(ValueError):
    """The mapping cannot be used; `problems` are sentences for the person who made it."""

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem, so that all can be mended in one go."""
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Target:
    """What a column, or a name in a tidy table, stands for, and the unit of its numbers."""

    what: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table's reading, as a person confirmed it.

    `columns` goes by the column's own heading, `names` (tidy) by what stands in the name or
    code column; what is in neither is not read. `not_recorded` are cells that say so.
    """

    shape: Shape
    columns: Mapping[str, Target]
    zone: str
    names: Mapping[str, Target] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    dates: DateOrder = DateOrder.YEAR_FIRST
    decimal: DecimalMark = DecimalMark.POINT
    not_recorded: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read and check a mapping; raises MappingRefusedError with every problem."""
        try:
            made = cls(
                shape=Shape(data["shape"]),
                columns=_targets(data["columns"]),
                zone=str(data["zone"]),
                names=_targets(data.get("names") or {}),
                delimiter=str(data.get("delimiter", ",")),
                encoding=str(data.get("encoding", "utf-8-sig")),
                dates=DateOrder(data.get("dates", "ymd")),
                decimal=DecimalMark(data.get("decimal", "point")),
                not_recorded=tuple(str(each) for each in data.get("not_recorded") or ()),
            )
        except KeyError as error:
            raise MappingRefusedError([f"{error.args[0]} is missing"]) from None
        except (AttributeError, TypeError, ValueError) as error:
            raise MappingRefusedError([f"the mapping cannot be read: {error}"]) from None
        if problems := made.problems():
            raise MappingRefusedError(problems)
        return made

    def as_json(self) -> dict[str, Any]:
        """The mapping as it is kept and as a file holds it."""
        return {
            "shape": self.shape.value,
            "columns": {name: _said(each) for name, each in self.columns.items()},
            "names": {name: _said(each) for name, each in self.names.items()},
            "zone": self.zone,
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "dates": self.dates.value,
            "decimal": self.decimal.value,
            "not_recorded": list(self.not_recorded),
        }

    def column_of(self, role: str) -> str | None:
        """The heading of the column with this role; None when there is none."""
        return next((name for name, each in self.columns.items() if each.what == role), None)

    def problems(self) -> list[str]:
        """Everything that keeps the mapping from being used, in sentences."""
        found = [f"{name}: {words}" for name, words in self._of_targets()]
        roles = [each.what for each in self.columns.values() if each.what != targets.IGNORE]
        twice = sorted({what for what in roles if roles.count(what) > 1})
        found += [f"two columns are mapped to {targets.label(what)}" for what in twice]
        has_time = Role.TIME in roles or {Role.DAY, Role.CLOCK} <= set(roles)
        if Role.PATIENT not in roles:
            found.append("no column is the patient's number (MRN)")
        if not has_time:
            found.append("no column is the time taken, and none is its day with another its clock")
        if Role.TIME in roles and (Role.DAY in roles or Role.CLOCK in roles):
            found.append("map the time in one column, or the day and the clock in two: not both")
        found += self._of_shape(set(roles))
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found.append(f"“{self.zone}” is no IANA time zone such as Europe/London")
        if self.delimiter not in DELIMITERS:
            found.append("the delimiter is none of comma, semicolon, tab")
        if self.encoding not in ENCODINGS:
            found.append(f"the encoding is none of {', '.join(ENCODINGS)}")
        return found

    def _of_shape(self, roles: set[str]) -> list[str]:
        if self.shape is Shape.WIDE:
            values = [what for what in roles if targets.is_value(what)]
            return [] if values else ["no column holds a value"]
        found = [] if Role.VALUE in roles else ["no column holds the values"]
        if not {Role.NAME, Role.CODE} & roles:
            found.append("no column names the values, and none holds their codes")
        return found

    def _of_targets(self) -> list[tuple[str, str]]:
        pairs = [*self.columns.items()] if self.shape is Shape.WIDE else [*self.names.items()]
        return [
            (name, words)
            for name, each in pairs
            if targets.is_value(each.what) and (words := targets.unit_problem(each.what, each.unit))
            and not (self.shape is Shape.TIDY and not each.unit)
        ] + [
            (name, f"“{each.what}” is nothing that can be stored")
            for name, each in (*self.columns.items(), *self.names.items())
            if not targets.is_known(each.what)
        ]  # fmt: skip


def _targets(data: Any) -> dict[str, Target]:
    if len(data) > _LONGEST:
        raise ValueError(f"more than {_LONGEST} columns or names")
    return {
        str(name): Target(each) if isinstance(each, str) else Target(
            str(each["target"]), str(each.get("unit") or "")
        )
        for name, each in data.items()
    }  # fmt: skip


def _said(each: Target) -> dict[str, str]:
    return {"target": each.what, "unit": each.unit} if each.unit else {"target": each.what}
