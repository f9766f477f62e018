"""Map laboratory rows: a number with its unit, a bound such as <0.01, or words."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import uuid5

from charting.entry import EntryRefusedError
from charting.results import LabEntry, lab_row
from interop import units
from interop.codes import names
from interop.csv import cells
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Row
from interop.csv.mapped import Lab, Setting
from interop.csv.outcomes import Reason, RefusedError
from vitals.analytes import BY_LOINC
from vitals.models import LabResult
from vitals.vocabulary import Source

LONGEST_TEXT: Final = 500
LONGEST_UNIT: Final = 30
LONGEST_NAME: Final = 120
_STEP: Final = Decimal("0.000001")
_LOINC: Final = re.compile(r"\d{1,7}-\d", re.ASCII)
_BOUND: Final = re.compile(
    r"(<=|>=|<|>|≤|≥|=<|=>|less than|greater than|under|over)\s*([+-]?[\d.]+(?:e[+-]?\d+)?)",
    re.ASCII | re.IGNORECASE,
)
_SIGN: Final = {
    "≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "less than": "<", "under": "<",
    "greater than": ">", "over": ">",
}  # fmt: skip
# Digits that a person would read as a number and this reader does not: 5,000 or 1.234,5.
_UNREADABLE: Final = re.compile(
    r"[<>=≤≥ ]*[+-]?\d*[\d,.]*,[\d,.]*|[+-]?(?:nan|inf(?:inity)?)", re.I
)
_NOT_BLOOD: Final = re.compile(
    r"urine|\bcsf\b|cerebrospinal|spinal|fluid|ascit|pleural|peritoneal|joint|synovial|stool|"
    r"sputum|dialys|saliva|sweat|marrow|\bbile\b|gastric"
)
_FROM_URINE: Final = frozenset({"urine_culture"})


def map_lab(row: Row, setting: Setting) -> Lab:
    """Return the result as the laboratory module would store it; raises RefusedError."""
    cells.refuse_flagged(row)
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    if not row["value"] and not row["value_text"]:
        raise RefusedError(Reason.NO_VALUE, "value", "no value")
    if not row["loinc"]:
        raise RefusedError(Reason.NO_LOINC, "loinc", f"“{row['lab']}” has no LOINC code")
    if not _LOINC.fullmatch(row["loinc"]):
        raise RefusedError(Reason.NOT_LOINC, "loinc", f"“{row['loinc']}” is not a LOINC code")
    _refuse_disagreement(row)
    comparator, value, text = _result(row)
    for column, content, longest in (
        ("value_text", text, LONGEST_TEXT),
        ("unit", row["unit"], LONGEST_UNIT),
    ):
        if len(content) > longest:
            words = f"{len(content)} characters; {longest} can be kept"
            raise RefusedError(Reason.TOO_LONG, column, words)
    entry = LabEntry(
        client_id=uuid5(NAMESPACE, row.digest(zone=setting.zone_key)),
        loinc=row["loinc"],
        display=_display(row),
        taken_at=at,
        value=value,
        comparator=comparator,
        text=text,
        unit=row["unit"],
    )
    return Lab(row, at, _checked(entry, now=setting.now))


def _checked(entry: LabEntry, *, now: datetime) -> LabResult:
    try:
        result = lab_row(entry, patient_id=0, recorded_by=None, now=now, source=Source.IMPORT)
    except EntryRefusedError as refused:
        error = refused.errors[0]
        reason = Reason.LAB_UNIT if error.field == "unit" else Reason.IMPOSSIBLE
        raise RefusedError(reason, error.field, error.message) from refused
    if result.canonical_value is not None:
        result.canonical_value = result.canonical_value.quantize(_STEP)
    return result


def _display(row: Row) -> str:
    name = row["lab"]
    specimen = row["specimen"].casefold()
    if name and specimen and specimen != "blood" and specimen not in name.casefold():
        name = f"{name} ({specimen})"
    return name[:LONGEST_NAME]


def _result(row: Row) -> tuple[str, Decimal | None, str]:
    """Return comparator, number and words; `value` and `value_text` must say the same."""
    text = row["value_text"]
    measured = cells.number(row, "value") if row["value"] else None
    if not text:
        return "", _storable(measured, "value"), ""
    as_number = cells.parsed(text)
    if as_number is not None:
        _refuse_difference(row, measured, as_number)
        return "", _storable(cells.number(row, "value_text"), "value_text"), ""
    bound = _BOUND.fullmatch(text)
    limit = cells.parsed(bound[2]) if bound else None
    if bound and limit is not None:
        _refuse_difference(row, measured, limit)
        sign = bound[1].casefold()
        return _SIGN.get(sign, sign), _storable(limit, "value_text"), ""
    if _UNREADABLE.fullmatch(text):
        words = f"“{text}” cannot be read as one number"
        raise RefusedError(Reason.NOT_A_NUMBER, "value_text", words)
    if measured is not None:
        _refuse_difference(row, measured, None)
    return "", None, text


def _refuse_difference(row: Row, measured: Decimal | None, said: Decimal | None) -> None:
    if measured is not None and measured != said:
        words = f"value {row['value']}, but as text “{row['value_text'][:60]}”"
        raise RefusedError(Reason.VALUES_DISAGREE, "value", words)


def _storable(value: Decimal | None, column: str) -> Decimal | None:
    if value is None:
        return None
    if value and abs(value) < _STEP:
        words = f"{value} is smaller than what can be kept, {_STEP}"
        raise RefusedError(Reason.IMPOSSIBLE, column, words)
    return value.quantize(_STEP).normalize() + 0


def _refuse_disagreement(row: Row) -> None:
    if words := units.problem(row["loinc"], row["unit"], name=row["lab"]):
        raise RefusedError(Reason.CODE_AND_UNIT, "unit", words)
    analyte = BY_LOINC.get(row["loinc"])
    if analyte is None:
        return
    specimen = row["specimen"].casefold()
    if analyte.code not in _FROM_URINE and _NOT_BLOOD.search(specimen):
        words = f"LOINC {row['loinc']} is {analyte.label} in blood, the specimen is {specimen}"
        raise RefusedError(Reason.CODES_DISAGREE, "specimen", words)
    if names.is_another(analyte.code, row["lab"]):
        words = f"LOINC {row['loinc']} is {analyte.label}, the name is “{row['lab']}”"
        raise RefusedError(Reason.CODES_DISAGREE, "loinc", words)
