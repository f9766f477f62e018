"""Map rows of oxygen therapy and of the coma scale."""

from decimal import Decimal
from typing import Final

from interop.csv import cells, charted_as, spellings
from interop.csv.kinds import Row
from interop.csv.mapped import DeviceNotAgreed, Reading, Setting
from interop.csv.outcomes import Reason, RefusedError
from vitals import plausibility
from vitals.units import percent_from_fraction

DEVICE: Final = "oxygen_device"
FLOW: Final = "oxygen_flow_lpm"
FIO2: Final = "fio2_percent"
# The flow of a cannula worn under or beside another device.
ADDITIONAL: Final = "additional"
_LOWEST_SHARE: Final = Decimal("0.21")  # room air; below it nothing is breathed
_LOWEST_PERCENT: Final = Decimal(21)
_PARTS: Final = (("gcseyes", 1, 4), ("gcsverbal", 1, 5), ("gcsmotor", 1, 6))


def map_oxygen(row: Row, setting: Setting) -> Reading | DeviceNotAgreed:
    """Return the device, flow or FiO2 that a row records; raises RefusedError."""
    cells.refuse_flagged(row)
    what = row["what"].casefold()
    if what == "device":
        return _device(row, setting)
    if what not in {"flow_lpm", "fio2"}:
        words = f"“{row['what']}” is none of device, flow_lpm, fio2"
        raise RefusedError(Reason.UNKNOWN_FIELD, "what", words)
    column, measured = _measured(row)
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    if charted_as.is_something_else(row["charted_as"], "oxygen"):
        words = f"“{row['charted_as']}” is a setting of an alarm"
        raise RefusedError(Reason.NOT_THE_PATIENT, "charted_as", words)
    if what == "fio2":
        return Reading(row, at, FIO2, _decimal(FIO2, _percent(row, measured), column, "0.01"))
    if not _has_unit(row) and measured >= _LOWEST_PERCENT:
        words = f"a bare {measured:f} may be liters a minute or percent of oxygen"
        raise RefusedError(Reason.AMBIGUOUS_FIO2, column, words)
    _agreed(row, spellings.FLOWS)
    series = ADDITIONAL if "additional" in row["charted_as"].casefold() else ""
    return Reading(row, at, FLOW, _decimal(FLOW, measured, column, "0.001"), series=series)


def map_gcs(row: Row, setting: Setting) -> Reading:
    """Return the total of the Glasgow coma scale; raises RefusedError.

    A total that its own parts do not add up to was filled in by somebody; with a
    tube in place the verbal part cannot be tested, whatever stands there.
    """
    cells.refuse_flagged(row)
    total = cells.number(row, "gcs")
    at = cells.moment(row, "charttime", zone=setting.zone, now=setting.now)
    if spellings.unit_in(spellings.SCORES, row["unit"]) is None:
        raise RefusedError(Reason.UNKNOWN_UNIT, "unit", f"“{row['unit']}” is no unit of a score")
    words = plausibility.refusal("glasgow_coma_score", total)
    if words or total != total.to_integral_value():
        raise RefusedError(Reason.IMPOSSIBLE, "gcs", words or f"{total:f} is not a whole score")
    if cells.flagged(row, "endotrachflag"):
        words = "with a tube in place the verbal part cannot be tested"
        raise RefusedError(Reason.INTUBATED, "endotrachflag", words)
    _refuse_parts(row, total)
    return Reading(row, at, "glasgow_coma_score", int(total))


def _refuse_parts(row: Row, total: Decimal) -> None:
    given = [(name, low, high) for name, low, high in _PARTS if row[name]]
    if not given:
        return
    parts = []
    for name, low, high in given:
        part = cells.number(row, name)
        if not low <= part <= high:
            words = f"{name} of {part:f} is outside {low} to {high}"
            raise RefusedError(Reason.GCS_PARTS, name, words)
        parts.append(part)
    if len(parts) < len(_PARTS):
        words = f"{total:f} cannot be the sum of parts that were not all recorded"
        raise RefusedError(Reason.GCS_PARTS, "gcs", words)
    if sum(parts) != total:
        words = f"{total:f} is not the sum {sum(parts):f} of its parts"
        raise RefusedError(Reason.GCS_PARTS, "gcs", words)


def _device(row: Row, setting: Setting) -> Reading | DeviceNotAgreed:
    text = row["value_text"] or row["value"]
    if not text:
        raise RefusedError(Reason.NO_VALUE, "value_text", "no value")
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    try:
        return Reading(row, at, DEVICE, spellings.oxygen_device(text).value)
    except RefusedError as error:
        return DeviceNotAgreed(row, at, error)


def _measured(row: Row) -> tuple[str, Decimal]:
    """Return the number and its column; two columns that differ are not chosen between."""
    if not row["value"]:
        return "value_text", cells.number(row, "value_text")
    measured = cells.number(row, "value")
    if row["value_text"] and cells.number(row, "value_text") != measured:
        words = f"value {row['value']}, but as text “{row['value_text']}”"
        raise RefusedError(Reason.VALUES_DISAGREE, "value", words)
    return "value", measured


def _percent(row: Row, measured: Decimal) -> Decimal:
    """Return FiO2 in percent; a bare 1 may be all oxygen or one percent, so it is neither."""
    if _has_unit(row):
        unit = _agreed(row, spellings.OXYGEN_SHARES)
        return percent_from_fraction(measured) if unit == spellings.FRACTION else measured
    if measured == 1:
        words = "an FiO2 of 1 without a unit may be a fraction or a percentage"
        raise RefusedError(Reason.AMBIGUOUS_FIO2, "value", words)
    if _LOWEST_SHARE <= measured < 1:
        return percent_from_fraction(measured)
    return measured


def _has_unit(row: Row) -> bool:
    return bool(row["unit"] or row["unit_as_charted"])


def _agreed(row: Row, known: dict[str, str]) -> str:
    """The unit that is stated, or where none is, the one charted, as files of oxygen have it."""
    stated = spellings.unit_in(known, row["unit"])
    return spellings.agreed(row, stated, spellings.unit_in(known, row["unit_as_charted"]))


def _decimal(field: str, exact: Decimal, column: str, step: str) -> Decimal:
    words = plausibility.refusal(field, exact)
    if words:
        raise RefusedError(Reason.IMPOSSIBLE, column, words)
    return exact.quantize(Decimal(step), rounding="ROUND_DOWN").normalize() + 0
