"""A row of a wide table is one set of observations: all of it counts, or none."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from charting.entry import Entry, EntryRefusedError
from interop import codes
from interop.csv import cells, laboratory
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Kind, Row
from interop.csv.mapped import Lab, Setting, Weight, WholeSet
from interop.csv.outcomes import Reason, RefusedError
from interop.tables import targets, values

TIME: Final = "time"


def map_wide(row: Row, setting: Setting) -> WholeSet:
    """Return the set with its results and weight; raises RefusedError naming every bad cell."""
    at = cells.moment(row, TIME, zone=setting.zone, now=setting.now)
    said: dict[str, list[str]] = json.loads(row["values"] or "{}")
    data: dict[str, Any] = {}
    labs: list[Lab] = []
    weight: Weight | None = None
    wrong: list[RefusedError] = []
    for what, (text, unit, column) in said.items():
        try:
            if what.startswith(targets.LAB):
                # A person said what the column holds and in what unit: the code follows both.
                known = targets.in_unit(what, unit)
                labs.append(lab_of(row, known, text, unit, column=column, setting=setting))
            elif what == targets.WEIGHT:
                kilograms = values.value_of(what, text, unit, column=column)
                weight = Weight(row, at, Decimal(kilograms))
            else:
                data[what] = values.value_of(what, text, unit, column=column)
        except RefusedError as error:
            wrong.append(error)
    if wrong:
        raise _together(wrong)
    if not data:
        raise RefusedError(Reason.NO_VALUE, "", "no value of a set of observations")
    entry = entry_of(row, data, at=at, said=said, setting=setting)
    return WholeSet(row, entry, tuple(labs), weight)


def lab_of(
    row: Row, what: str, text: str, unit: str, *, column: str, setting: Setting, name: str = ""
) -> Lab:
    """Return the result a cell holds, checked as every laboratory row is; raises RefusedError."""
    loinc = what.removeprefix(targets.LAB)
    code = codes.field_for(loinc)
    content = {
        "patient_id": row.patient, "time": row[TIME], "lab": name, "loinc": loinc,
        "value_text": text, "unit": unit,
    }  # fmt: skip
    if code is not None and code.kind is not codes.Kind.LAB:
        words = f"LOINC {loinc} is {code.display}, no laboratory result"
        raise RefusedError(Reason.CODES_DISAGREE, column, words)
    try:
        lab = laboratory.map_lab(Row(row.file, row.line, Kind.LABS, row.patient, content), setting)
    except RefusedError as error:
        raise RefusedError(error.reason, column, error.words) from None
    return replace(lab, row=row)


def entry_of(
    row: Row, data: dict[str, Any], *, at: datetime, said: dict[str, list[str]], setting: Setting
) -> Entry:
    """Return the entry as a tablet would have sent it; raises RefusedError in its words."""
    mark = uuid5(NAMESPACE, f"set {row.digest(zone=setting.zone_key)}")
    envelope = {"client_id": set_number(row["set"]) or mark, "taken_at": at}
    try:
        entry = Entry.parse(data | envelope, now=setting.now)
    except EntryRefusedError as refused:
        first = refused.errors[0]
        column = said[first.field][2] if first.field in said else ""
        words = "; ".join(f"{each.field}: {each.message}" for each in refused.errors)
        raise RefusedError(Reason.CONTRADICTION, column, words) from None
    kept = {
        what: {"value": text, "charted_as": column} | ({"unit": unit} if unit else {})
        for what, (text, unit, column) in said.items()
        if what in entry.values
    }
    return replace(entry, as_entered={**entry.as_entered, **kept})


def set_number(text: str) -> UUID | None:
    """Return the number of a set that this system gave; another system's own is no such one."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _together(wrong: list[RefusedError]) -> RefusedError:
    if len(wrong) == 1:
        return wrong[0]
    words = "; ".join(f"{each.column}: {each.words}" for each in wrong)
    return RefusedError(wrong[0].reason, wrong[0].column, words)
