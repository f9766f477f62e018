"""Map rows of vasoactive medicines and intensive care: what ran, from when to when, how fast."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Final

from interop.csv import cells
from interop.csv.kinds import Row
from interop.csv.mapped import Given, RateCharted, Setting
from interop.csv.outcomes import Reason, RefusedError
from patients.medicines import TreatmentCode

LONGEST_NOTE: Final = 200
_DOSE_STEP: Final = Decimal("0.0001")
_HIGHEST_DOSE: Final = Decimal(10) ** 8  # what the column can hold
_T = TreatmentCode
_NAMES: Final[dict[str, TreatmentCode]] = {
    "norepinephrine": _T.NOREPINEPHRINE, "noradrenaline": _T.NOREPINEPHRINE,
    "levophed": _T.NOREPINEPHRINE, "levophed-k": _T.NOREPINEPHRINE,
    "epinephrine": _T.EPINEPHRINE, "adrenaline": _T.EPINEPHRINE,
    "epinephrine-k": _T.EPINEPHRINE, "epinephrine drip": _T.EPINEPHRINE,
    "phenylephrine": _T.PHENYLEPHRINE, "neosynephrine": _T.PHENYLEPHRINE,
    "neosynephrine-k": _T.PHENYLEPHRINE, "neo-synephrine": _T.PHENYLEPHRINE,
    "dopamine": _T.DOPAMINE, "dopamine drip": _T.DOPAMINE,
    "angiotensin ii": _T.ANGIOTENSIN_II, "angiotensin ii (giapreza)": _T.ANGIOTENSIN_II,
    "angiotensin_ii": _T.ANGIOTENSIN_II,
    "metaraminol": _T.METARAMINOL, "ephedrine": _T.EPHEDRINE,
    "vasopressin": _T.VASOPRESSIN, "terlipressin": _T.TERLIPRESSIN,
    "milrinone": _T.MILRINONE, "milrinone drip": _T.MILRINONE,
    "dobutamine": _T.DOBUTAMINE, "dobutamine drip": _T.DOBUTAMINE,
    "levosimendan": _T.LEVOSIMENDAN, "enoximone": _T.ENOXIMONE,
}  # fmt: skip
# Spellings of rates that are UCUM but for the micro and the slashes; never scaled.
_UNITS: Final = {
    "mcg/kg/min": "ug/kg/min", "mcgkgmin": "ug/kg/min", "ug/kg/min": "ug/kg/min",
    "mcg/kg/minute": "ug/kg/min", "µg/kg/min": "ug/kg/min",
    "mcg/min": "ug/min", "mcgmin": "ug/min", "ug/min": "ug/min", "mcg/minute": "ug/min",
    "ng/kg/min": "ng/kg/min", "mg/hour": "mg/h", "mg/hr": "mg/h", "mg/h": "mg/h",
    "mghr": "mg/h", "units/hour": "U/h", "units/hr": "U/h", "units/h": "U/h", "u/hr": "U/h",
    "u/h": "U/h", "uhr": "U/h", "units/min": "U/min", "u/min": "U/min", "umin": "U/min",
    "units/minute": "U/min",
    "ml/hour": "mL/h", "ml/hr": "mL/h", "ml/h": "mL/h", "cc/hr": "mL/h",
}  # fmt: skip
# Above it the rate was written in another unit than the one beside it.
_NOT_CREDIBLE: Final = {(_T.VASOPRESSIN, "U/min"): Decimal("0.2")}
_VOID: Final = re.compile(r"rewritten|cancel|error|void")
_STOPS: Final = frozenset({"stopped", "d/c'd", "discontinued", "off"})
_RUNS_ON: Final = frozenset({"", "notstopd", "not stopped", "running", "restart", "continued"})


def named(name: str) -> str | None:
    """The vasoactive medicine that a name in small letters is of; None for any other."""
    return _NAMES.get(name)


def map_infusion(row: Row, setting: Setting) -> Given:
    """Return a medicine that ran from start to stop at one rate; raises RefusedError."""
    if _VOID.search(row["status"].casefold()):
        words = f"“{row['status']}” at the source: this is not what was given"
        raise RefusedError(Reason.REWRITTEN, "status", words)
    code = _code(row)
    rate = cells.number(row, "rate")
    start, stop = _span(row, "start", "stop", setting)
    if rate < 0:
        raise RefusedError(Reason.IMPOSSIBLE, "rate", f"a rate of {rate:f} cannot be")
    if rate == 0:
        raise RefusedError(Reason.NOT_RUNNING, "rate", "at a rate of 0 nothing was given")
    dose, unit, note = _dose(row, code, rate)
    return Given(row, code.value, start, stop, dose, unit, note)


def map_rate(row: Row, setting: Setting) -> RateCharted:
    """Return the rate at one moment; raises RefusedError. Stopped needs no rate."""
    code = _code(row)
    at = cells.moment(row, "time", zone=setting.zone, now=setting.now)
    said = row["stopped"].casefold()
    if said not in _STOPS | _RUNS_ON:
        words = f"“{row['stopped']}” does not say whether it stopped"
        raise RefusedError(Reason.UNKNOWN_FLAG, "stopped", words)
    stops = said in _STOPS
    if stops and not row["rate"]:
        return RateCharted(row, code.value, at, None, None, "", "", stops=True)
    rate = cells.number(row, "rate")
    if rate < 0:
        raise RefusedError(Reason.IMPOSSIBLE, "rate", f"a rate of {rate:f} cannot be")
    dose, unit, note = _dose(row, code, rate)
    return RateCharted(row, code.value, at, rate, dose, unit, note, stops=stops or rate == 0)


def map_icu_stay(row: Row, setting: Setting) -> Given:
    """Return a stay in intensive care as the treatment it is; raises RefusedError."""
    if not row["outtime"]:
        words = "no end: an import never leaves intensive care running"
        raise RefusedError(Reason.NO_END, "outtime", words)
    start, stop = _span(row, "intime", "outtime", setting)
    note = row["first_careunit"][:LONGEST_NOTE]
    return Given(row, _T.INTENSIVE_CARE.value, start, stop, note=note)


def _span(row: Row, begins: str, ends: str, setting: Setting) -> tuple[datetime, datetime]:
    start = cells.moment(row, begins, zone=setting.zone, now=setting.now)
    stop = cells.moment(row, ends, zone=setting.zone, now=setting.now)
    if stop < start:
        words = f"{row[ends]} is before the start, {row[begins]}"
        raise RefusedError(Reason.BAD_TIME, ends, words)
    return start, stop


def _code(row: Row) -> TreatmentCode:
    named = _NAMES.get(row["drug"].casefold())
    charted = _NAMES.get(row["charted_as"].casefold())
    if row["drug"] and named is None:
        words = f"“{row['drug']}” is not on the list of vasoactive medicines"
        raise RefusedError(Reason.UNKNOWN_DRUG, "drug", words)
    if named and charted and named != charted:
        words = f"“{row['drug']}”, but charted as “{row['charted_as']}”"
        raise RefusedError(Reason.CODES_DISAGREE, "charted_as", words)
    code = named or charted
    if code is None:
        raise RefusedError(Reason.UNKNOWN_DRUG, "drug", "names no vasoactive medicine we know")
    return code


def _dose(row: Row, code: TreatmentCode, rate: Decimal) -> tuple[Decimal | None, str, str]:
    """Return dose, UCUM unit and the rate as charted.

    That a vasopressor ran decides the ASTCT grade, its dose does not: where the unit is
    not known the medicine is kept, without a dose, and the note says what was charted.
    """
    note = f"charted {row['rate']} {row['rate_unit']}".strip()
    if row["charted_as"]:
        note = f"{note} as {row['charted_as']}"
    note = note[:LONGEST_NOTE]
    unit = _UNITS.get(row["rate_unit"].casefold().replace(" ", ""))
    kept = rate.quantize(_DOSE_STEP) if rate < _HIGHEST_DOSE else None
    highest = _NOT_CREDIBLE.get((code, unit or ""))
    if unit is None or not kept or (highest is not None and rate > highest):
        return None, "", note
    return kept, unit, note
