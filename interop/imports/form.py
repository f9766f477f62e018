"""The mapping screen's form: what is suggested, what must be asked, what a person confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from interop.tables import sniffing, suggesting, targets
from interop.tables.mapping import (
    DELIMITERS,
    ENCODINGS,
    DateOrder,
    DecimalMark,
    MappingRefusedError,
    Shape,
    TableMapping,
    Target,
)
from interop.tables.sniffing import Column, Sniffed
from interop.tables.targets import Role

_ORDER_WORDS: Final = {
    DateOrder.YEAR_FIRST: "Year, month, day",
    DateOrder.DAY_FIRST: "Day, month, year",
    DateOrder.MONTH_FIRST: "Month, day, year",
}
_READ_AS: Final = {
    DateOrder.YEAR_FIRST: "2026-04-03 is 3 April",
    DateOrder.DAY_FIRST: "03/04/2026 is 3 April",
    DateOrder.MONTH_FIRST: "03/04/2026 is 4 March",
}


@dataclass(slots=True)
class Line:
    """One row of the form: a column, or a name of a tidy table."""

    index: int
    heading: str
    samples: list[str]
    chosen: str
    unit: str
    units: tuple[str, ...] = ()


@dataclass(slots=True)
class MappingForm:
    """Everything the page shows; `problems` are sentences about what cannot be used."""

    shape: Shape
    sniffed: Sniffed
    lines: list[Line]
    names: list[Line]
    names_of: str
    zone: str
    dates: str
    orders: list[tuple[str, str, str]]
    decimal: str
    commas: list[str]
    not_recorded: str
    registers: bool
    problems: list[str] = field(default_factory=list)

    @property
    def asks_for_dates(self) -> bool:
        """Whether more than one order of days is possible, or none."""
        return len(self.orders) != 1


def likely_shape(found: Sniffed) -> Shape:
    """A table with a column of values and one of names is probably tidy."""
    roles = {suggesting.for_heading(name, Shape.TIDY).what for name in found.header}
    named = Role.NAME in roles or Role.CODE in roles
    return Shape.TIDY if Role.VALUE in roles and named else Shape.WIDE


def suggested(found: Sniffed, shape: Shape, *, zone: str) -> MappingForm:
    """The form as a person first sees it."""
    lines = [
        _line(index, column, suggesting.for_heading(column.heading, shape))
        for index, column in enumerate(found.columns)
    ]
    return _form(found, shape, lines, {}, zone=zone)


def posted(found: Sniffed, shape: Shape, data: Mapping[str, str]) -> MappingForm:
    """The form as a person sent it; names nobody was asked about yet are suggested."""
    lines = [
        _line(
            index, column,
            targets_of(data.get(f"c{index}", targets.IGNORE), data.get(f"u{index}", "")),
        )
        for index, column in enumerate(found.columns)
    ]  # fmt: skip
    said = {
        data[f"t{index}"]: targets_of(data.get(f"n{index}", ""), data.get(f"m{index}", ""))
        for index in range(sniffing.MOST_NAMES + 1)
        if f"t{index}" in data and f"n{index}" in data
    }
    form = _form(found, shape, lines, said, zone=data.get("zone", ""))
    form.dates = data.get("dates", "") or form.dates
    form.decimal = data.get("decimal", "")
    form.not_recorded = data.get("not_recorded", "")[:200]
    form.registers = data.get("registers") == "on"
    form.problems += _unanswered(form, said, data)
    return form


def mapping_of(form: MappingForm) -> TableMapping:
    """The mapping a person confirmed; raises MappingRefusedError with every problem."""
    if form.problems:
        raise MappingRefusedError(form.problems)
    return TableMapping.from_json(
        {
            "shape": form.shape.value,
            "columns": {each.heading: _said(each) for each in form.lines},
            "names": {each.heading: _said(each) for each in form.names},
            "zone": form.zone,
            "delimiter": form.sniffed.delimiter,
            "encoding": form.sniffed.encoding,
            "dates": form.dates,
            "decimal": form.decimal or DecimalMark.POINT.value,
            "not_recorded": [text.strip() for text in form.not_recorded.split(";") if text.strip()],
        }
    )


def targets_of(what: str, unit: str) -> Target:
    """What was chosen; a unit that is none of the value's is left out, so that it is asked for."""
    if not targets.is_known(what):
        what = targets.IGNORE
    return Target(what, unit if unit in targets.units_of(what) else "")


def page(form: MappingForm) -> dict[str, Any]:
    """What the template needs beside the form."""
    tidy = form.shape is Shape.TIDY
    groups = [("Place and time", targets.roles(tidy=tidy))]
    return {
        "form": form,
        "tidy": tidy,
        "column_groups": groups + ([] if tidy else targets.choices(tidy=False)),
        "name_groups": targets.choices(tidy=True) if tidy else [],
        "units": {
            what: targets.units_of(what)
            for _, rows in targets.choices(tidy=tidy)
            for what, _ in rows
            if targets.units_of(what)
        },
        "delimiter": DELIMITERS[form.sniffed.delimiter],
        "encoding": ENCODINGS[form.sniffed.encoding],
    }


def _line(index: int, column: Column, target: Target) -> Line:
    return Line(
        index, column.heading, column.samples[:3], target.what, target.unit,
        targets.units_of(target.what),
    )  # fmt: skip


def _form(
    found: Sniffed, shape: Shape, lines: list[Line], said: Mapping[str, Any], *, zone: str
) -> MappingForm:
    by_role = {line.chosen: found.columns[line.index] for line in lines}
    times = [by_role[role] for role in (Role.TIME, Role.DAY, Role.UNTIL) if role in by_role]
    orders = [order for order in DateOrder if order in sniffing.day_orders(times)]
    shown = orders or list(DateOrder)
    named = by_role.get(Role.NAME) or by_role.get(Role.CODE) if shape is Shape.TIDY else None
    values = [
        found.columns[line.index]
        for line in lines
        if line.chosen == Role.VALUE or targets.is_value(line.chosen)
    ]
    return MappingForm(
        shape=shape,
        sniffed=found,
        lines=lines,
        names=_names(named, said) if named else [],
        names_of=named.heading if named else "",
        zone=zone,
        dates=shown[0].value if len(shown) == 1 else "",
        orders=[(each.value, _ORDER_WORDS[each], _READ_AS[each]) for each in shown],
        decimal="",
        commas=[column.heading for column in values if column.decimal_commas],
        not_recorded="",
        registers=False,
    )


def _names(column: Column, said: Mapping[str, Any]) -> list[Line]:
    names = list(column.distinct)[: sniffing.MOST_NAMES]
    return [
        Line(index, name, [f"{column.distinct[name]} rows"], each.what, each.unit,
             targets.units_of(each.what))
        for index, name in enumerate(names)
        for each in [said.get(name) or suggesting.for_name(name)]
    ]  # fmt: skip


def _unanswered(form: MappingForm, said: Mapping[str, Any], data: Mapping[str, str]) -> list[str]:
    """What a person must answer and did not: nothing here is guessed."""
    found = []
    if form.dates not in {value for value, _, _ in form.orders}:
        found.append("Say in which order the days are written.")
    if form.commas and form.decimal not in {each.value for each in DecimalMark}:
        found.append(f"Say what the comma is in {', '.join(form.commas)[:100]}.")
    if any(line.heading not in said for line in form.names):
        found.append(f"Look at the names in {form.names_of}: they were not confirmed yet.")
    if data.get("checked") != "on":
        found.append("Tick that you looked at every column.")
    return found


def _said(each: Line) -> dict[str, str]:
    return {"target": each.chosen, "unit": each.unit}
