"""Map rows of vitals: name, code, unit and the name charted must agree before a value counts."""

from decimal import Decimal
from typing import Final

from interop.csv import cells, charted_as, spellings
from interop.csv.kinds import Row
from interop.csv.mapped import Reading, Setting, Weight
from interop.csv.outcomes import Reason, RefusedError
from vitals import plausibility
from vitals.units import STORED_CELSIUS_DIGITS, celsius_from_fahrenheit, kilograms_from_pounds
from vitals.vocabulary import BloodPressureMethod

_CUFF, _LINE = BloodPressureMethod.CUFF.value, BloodPressureMethod.ARTERIAL.value
WEIGHT: Final = "weight_kg"
TEMPERATURE: Final = "temperature_celsius"
_FIELDS: Final = {
    "heart_rate": "heart_rate_bpm", "hr": "heart_rate_bpm", "pulse": "heart_rate_bpm",
    "respiratory_rate": "respirations_per_minute", "rr": "respirations_per_minute",
    "resp_rate": "respirations_per_minute",
    "sbp": "systolic_mmhg", "systolic": "systolic_mmhg",
    "dbp": "diastolic_mmhg", "diastolic": "diastolic_mmhg",
    "map": "mean_arterial_mmhg", "mbp": "mean_arterial_mmhg",
    "spo2": "spo2_percent",
    "temperature": TEMPERATURE, "temp": TEMPERATURE,
    "weight": WEIGHT,
}  # fmt: skip
# LOINC code: the field, and where the code itself says it, how the pressure was measured.
_CODES: Final = {
    "8867-4": ("heart_rate_bpm", ""),
    "9279-1": ("respirations_per_minute", ""),
    "8480-6": ("systolic_mmhg", ""),
    "8462-4": ("diastolic_mmhg", ""),
    "8478-0": ("mean_arterial_mmhg", ""),
    "76534-7": ("systolic_mmhg", _CUFF),
    "76535-4": ("diastolic_mmhg", _CUFF),
    "76536-2": ("mean_arterial_mmhg", _CUFF),
    "76215-3": ("systolic_mmhg", _LINE),
    "76213-8": ("diastolic_mmhg", _LINE),
    "76214-6": ("mean_arterial_mmhg", _LINE),
    "59408-5": ("spo2_percent", ""),
    "8310-5": (TEMPERATURE, ""),
    "8331-1": (TEMPERATURE, ""),
    "8332-9": (TEMPERATURE, ""),
    "8328-7": (TEMPERATURE, ""),
    "29463-7": (WEIGHT, ""),
}
_UNITS: Final = {
    "heart_rate_bpm": spellings.RATES,
    "respirations_per_minute": spellings.RATES,
    "systolic_mmhg": spellings.PRESSURES,
    "diastolic_mmhg": spellings.PRESSURES,
    "mean_arterial_mmhg": spellings.PRESSURES,
    "spo2_percent": spellings.PERCENTS,
    WEIGHT: spellings.WEIGHTS,
}
_HUNDREDTH: Final = Decimal("0.01")
_KEEPS_HUNDREDTHS: Final = frozenset({"spo2_percent", WEIGHT})


def map_vital(row: Row, setting: Setting) -> Reading | Weight:
    """Return the value in the field's own unit; raises RefusedError."""
    cells.refuse_flagged(row)
    measured = cells.number(row, "value")
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    field, method = _field_and_method(row)
    value = stored_value(field, _in_field_unit(row, field, measured), "value")
    if field == WEIGHT:
        return Weight(row, at, Decimal(value))
    if field not in charted_as.PRESSURE_FIELDS:
        return Reading(row, at, field, value)
    return Reading(row, at, field, value, method, charted_as.series(row["charted_as"]))


def stored_value(field: str, exact: Decimal, column: str) -> Decimal | int:
    """Return the value as its column keeps it; raises RefusedError when it cannot be.

    Cut off, never rounded: a value below a limit stays below it.
    """
    words = plausibility.refusal(field, exact)
    if words:
        raise RefusedError(Reason.IMPOSSIBLE, column, words)
    if field == TEMPERATURE:
        return exact.quantize(STORED_CELSIUS_DIGITS, rounding="ROUND_DOWN").normalize() + 0
    if field in _KEEPS_HUNDREDTHS:
        return exact.quantize(_HUNDREDTH, rounding="ROUND_DOWN").normalize() + 0
    return int(exact)


def _field_and_method(row: Row) -> tuple[str, str]:
    """Tell the field by name and code, and where the pressure was measured."""
    name, code, charted = row["vital"], row["loinc"], row["charted_as"]
    field = _FIELDS.get(name.casefold().replace(" ", "_"))
    coded, method = _CODES.get(code, (None, ""))
    if name and field is None:
        raise RefusedError(Reason.UNKNOWN_FIELD, "vital", f"“{name}” is not a vital sign we keep")
    if code and coded is None:
        words = f"LOINC {code} is not the code of a vital sign we keep"
        raise RefusedError(Reason.CODES_DISAGREE if field else Reason.UNKNOWN_FIELD, "loinc", words)
    if field and coded and field != coded:
        words = f"“{name}” and LOINC {code} are different vital signs"
        raise RefusedError(Reason.CODES_DISAGREE, "loinc", words)
    field = field or coded
    if field is None:
        raise RefusedError(Reason.UNKNOWN_FIELD, "vital", "neither a name nor a LOINC code")
    if charted_as.is_something_else(charted, field):
        words = f"“{charted}” is not the patient's own {field.replace('_', ' ')}"
        raise RefusedError(Reason.NOT_THE_PATIENT, "charted_as", words)
    if charted_as.names_another_part(charted, field) or (
        charted_as.names_another_field(charted, field)
    ):
        words = f"“{name or code}”, but charted as “{charted}”"
        raise RefusedError(Reason.CODES_DISAGREE, "charted_as", words)
    return field, _agreed_method(row, method)


def _agreed_method(row: Row, coded: str) -> str:
    said = charted_as.method(row["charted_as"])
    if said and coded and said != coded:
        words = f"LOINC {row['loinc']} is of another method than “{row['charted_as']}”"
        raise RefusedError(Reason.CODES_DISAGREE, "loinc", words)
    return said or coded


def _in_field_unit(row: Row, field: str, measured: Decimal) -> Decimal:
    if field == TEMPERATURE:
        return _celsius(row, measured)
    table = _UNITS[field]
    unit = spellings.agreed(
        row,
        spellings.unit_in(table, row["unit"]),
        spellings.unit_in(table, row["unit_as_charted"]),
    )
    return kilograms_from_pounds(measured) if unit == spellings.POUND else measured


def _celsius(row: Row, measured: Decimal) -> Decimal:
    unit = spellings.agreed(
        row,
        spellings.temperature_scale(row["unit"]),
        spellings.temperature_scale(row["unit_as_charted"]),
    )
    letter = charted_as.scale_letter(row["charted_as"])
    if letter and letter != ("F" if unit == spellings.FAHRENHEIT else "C"):
        words = f"unit {unit}, but charted as “{row['charted_as']}”"
        raise RefusedError(Reason.UNITS_DISAGREE, "charted_as", words)
    return celsius_from_fahrenheit(measured) if unit == spellings.FAHRENHEIT else measured
