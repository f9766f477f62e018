"""A row of a tidy table is one value: of a set, a result, a treatment, a neuro check."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from charting import symptoms
from charting.doses import LARGEST_DOSE
from charting.symptoms import Report
from interop import codes
from interop.codes import Code, names_another
from interop.csv import cells, people
from interop.csv.kinds import Kind, Row
from interop.csv.mapped import (
    DeviceNotAgreed,
    Given,
    InSet,
    Mapped,
    NeuroPart,
    PastDose,
    Person,
    Reading,
    Setting,
    SymptomFound,
    Weight,
)
from interop.csv.outcomes import Reason, RefusedError
from interop.tables import targets, values
from interop.tables.wide import lab_of
from interop.units import problem
from patients import therapies
from patients.medicines import DOSE_UNITS
from patients.windows import DoseKind

_ABSENT: Final = "absent"
_PRESENT: Final = "present"
_LONGEST_NOTE: Final = 200
_LONGEST_WORD: Final = 40


def map_tidy(row: Row, setting: Setting) -> Mapped:
    """Return what the row says; raises RefusedError."""
    what = row["target"]
    if not what:
        words = f"“{row['charted_as'] or row['loinc']}” was mapped to nothing"
        raise RefusedError(Reason.UNKNOWN_FIELD, "name", words)
    if what in {targets.BIRTH_DATE, targets.SEX}:
        return _person(row, what, setting)
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    if what.startswith(targets.TREATMENT):
        return _given(row, what, at, setting)
    if what.startswith(targets.INFUSION):
        return _dose(row, what, at, setting)
    if not row["value"]:
        raise RefusedError(Reason.NO_VALUE, "value", "no value")
    if what.startswith(targets.NEURO):
        return _neuro(row, what, at)
    if what.startswith(targets.SYMPTOM):
        return _symptom(row, what, at, setting)
    return _measured(row, what, at, setting)


def _measured(row: Row, what: str, at: datetime, setting: Setting) -> Mapped:
    code = codes.field_for(row["loinc"]) if row["loinc"] else None
    _refuse_disagreement(row, what, code)
    if what.startswith(targets.LAB):
        return lab_of(
            row, _in_its_unit(row, what), row["value"], row["unit"], column="value",
            setting=setting, name=_name(row),
        )  # fmt: skip
    try:
        value = values.value_of(what, row["value"], row["unit"], column="value")
    except RefusedError as error:
        if what == "oxygen_device" and not row["set"]:
            return DeviceNotAgreed(row, at, error)
        raise
    if what == targets.WEIGHT:
        return Weight(row, at, Decimal(value))
    method = code.method if code else ""
    if row["set"]:
        return InSet(row, at, row["set"], what, value, method)
    return Reading(row, at, what, value, method)


def _in_its_unit(row: Row, what: str) -> str:
    """The code of what a person mapped a name to; what the row says itself is not changed."""
    says_itself = what in (row["charted_as"], f"{targets.LAB}{row['loinc']}")
    return what if says_itself else targets.in_unit(what, row["unit"])


def _name(row: Row) -> str:
    """The name as charted; beside one of our own targets it stands in the remark."""
    return row["note"] if targets.is_known(row["charted_as"]) else row["charted_as"]


def _refuse_disagreement(row: Row, what: str, code: Code | None) -> None:
    if code is None:
        if row["loinc"] and not codes.is_well_formed_loinc(row["loinc"]):
            words = f"“{row['loinc'][:20]}” is no LOINC code"
            raise RefusedError(Reason.NOT_LOINC, "code", words)
        if row["loinc"] and what != f"{targets.LAB}{row['loinc']}":
            words = f"LOINC {row['loinc']} is not known here as {targets.label(what)}"
            raise RefusedError(Reason.CODES_DISAGREE, "code", words)
        return
    if words := problem(code.code, row["unit"]):
        raise RefusedError(Reason.CODE_AND_UNIT, "unit", words)
    said = f"{targets.LAB}{code.code}"
    same = what in (code.field, said)
    if what != row["charted_as"]:  # a person's word on the unit may have named the other code
        same = same or targets.in_unit(what, code.unit) == said
    if not same or names_another(code, _name(row)):
        words = f"LOINC {code.code} is {code.display}, the name is “{row['charted_as'][:40]}”"
        raise RefusedError(Reason.CODES_DISAGREE, "code", words)


def _until(row: Row, at: datetime, setting: Setting) -> datetime | None:
    if not row["until"]:
        return None
    until = cells.moment(row, "until", zone=setting.zone, now=setting.now)
    if until < at:
        raise RefusedError(Reason.BAD_TIME, "until", f"{row['until']} is before the start")
    return until


def _amount(row: Row) -> tuple[Decimal | None, str]:
    if not row["value"]:
        return None, ""
    amount = values.number(row["value"], "value")
    if amount < 0 or row["unit"] not in DOSE_UNITS:
        words = f"“{row['value']} {row['unit']}” is no dose; units: {', '.join(DOSE_UNITS)}"
        raise RefusedError(Reason.UNKNOWN_UNIT, "unit", words)
    if amount >= LARGEST_DOSE:
        raise RefusedError(Reason.IMPOSSIBLE, "value", f"{row['value']} is larger than any dose")
    return amount, row["unit"]


def _given(row: Row, what: str, at: datetime, setting: Setting) -> Given:
    amount, unit = _amount(row)
    return Given(
        row, what.removeprefix(targets.TREATMENT), at, _until(row, at, setting), amount, unit,
        row["note"][:_LONGEST_NOTE],
    )  # fmt: skip


def _dose(row: Row, what: str, at: datetime, setting: Setting) -> PastDose:
    therapy, _, kind = what.removeprefix(targets.INFUSION).partition("/")
    try:
        known = therapies.profile(therapy).kinds() | {DoseKind.SUBSEQUENT}
    except therapies.UnknownTherapyError as error:
        raise RefusedError(Reason.UNKNOWN_DRUG, "name", str(error)) from None
    if kind not in known:
        words = f"{therapy} knows {', '.join(sorted(known))}"
        raise RefusedError(Reason.UNKNOWN_DRUG, "name", words)
    amount, unit = _amount(row)
    return PastDose(row, therapy, kind, at, _until(row, at, setting), amount, unit)


def _neuro(row: Row, what: str, at: datetime) -> NeuroPart:
    name = what.removeprefix(targets.NEURO)
    kind, text = targets.neuro_kind(name), row["value"]
    readers: dict[str, Callable[[], Any]] = {
        "truth": lambda: values.truth(text, "value"),
        "number": lambda: _whole(text),
        "json": lambda: values.as_json(text, "value"),
        "words": lambda: _short(text),
    }
    value = readers[kind]()
    return NeuroPart(row, at, row["set"] or row["time"], name, value)


def _short(text: str) -> str:
    if len(text) > _LONGEST_WORD:
        words = f"{len(text)} characters; {_LONGEST_WORD} can be kept"
        raise RefusedError(Reason.TOO_LONG, "value", words)
    return text


def _whole(text: str) -> int:
    exact = values.number(text, "value")
    if exact != exact.to_integral_value() or not 0 <= exact <= 10_000:
        raise RefusedError(Reason.IMPOSSIBLE, "value", f"{text} is no whole number in bounds")
    return int(exact)


def _symptom(row: Row, what: str, at: datetime, setting: Setting) -> SymptomFound:
    """“absent”, “present” without a grade, or the grade that was picked."""
    text = row["value"].casefold()
    if text in {_ABSENT, _PRESENT}:
        is_present, grade = text == _PRESENT, None
    else:
        is_present, grade = True, _whole(text)
    symptom = what.removeprefix(targets.SYMPTOM)
    if wrong := symptoms.faults(Report(symptom, is_present, at, grade), now=setting.now):
        raise RefusedError(Reason.IMPOSSIBLE, "value", wrong[0].message)
    return SymptomFound(row, at, symptom, is_present, grade)


def _person(row: Row, what: str, setting: Setting) -> Person:
    column = "dob" if what == targets.BIRTH_DATE else "gender"
    found: list[str] = []
    content = {column: row["value"]}
    person = people.map_person(Row(row.file, row.line, Kind.PATIENTS, row.patient, content),
                               setting, found)  # fmt: skip
    if found or not row["value"]:
        words = found[0] if found else "no value"
        raise RefusedError(Reason.UNKNOWN_FIELD, "value", words)
    return Person(row, person.sex, person.birth_date)
