"""Read one cell of a mapped table into the value it stands for, in our own unit."""

import json
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices

from charting.entry import READERS, VASOPRESSORS
from grading.rules.pressors import DoseUnit
from interop.codes import Code
from interop.csv import cells, spellings, vitals
from interop.csv.kinds import Kind, Row
from interop.csv.outcomes import Reason, RefusedError
from interop.tables import targets
from interop.units import Ambiguous, Canonical, quantity
from vitals.vocabulary import (
    BloodPressureMethod,
    CarerSays,
    Consciousness,
    LateReason,
    OxygenDevice,
    RespiratoryDistress,
    TemperatureSite,
    VasopressorIntensity,
    VentilationReason,
)

_CHOICES: Final[dict[str, type[TextChoices]]] = {
    "temperature_site": TemperatureSite,
    "blood_pressure_method": BloodPressureMethod,
    "consciousness": Consciousness,
    "vasopressor_intensity": VasopressorIntensity,
    "respiratory_distress": RespiratoryDistress,
    "ventilation_reason": VentilationReason,
    "carer_says": CarerSays,
    "late_reason": LateReason,
}
_TRUTHS: Final = frozenset(
    {
        "hypotension", "vasopressin", "fluid_responsive", "hypotension_refractory",
        "life_threatening", "hospitalized_for_crs", "oxygen_for_comfort",
        "fever_attributed_elsewhere", "hypotension_attributed_elsewhere", "worried",
        "carer_worried",
    }
)  # fmt: skip
_YES: Final = frozenset({"1", "true", "yes", "y", "t"})
_NO: Final = frozenset({"0", "false", "no", "n", "f"})
_STORED_LIKE_THE_EXTRACT: Final = frozenset(
    {
        "temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg",
        "diastolic_mmhg", "mean_arterial_mmhg", "spo2_percent", targets.WEIGHT,
    }
)  # fmt: skip
_DOSE_UNITS: Final = frozenset(str(each.value) for each in DoseUnit)
_NO_KIND: Final = Kind.UNKNOWN


def value_of(what: str, text: str, unit: str, *, column: str) -> Any:
    """Return the value of a field of a set, or a weight in kg; raises RefusedError.

    `text` is not blank: a blank cell is not recorded and is never read.
    """
    code = targets.code_for(what)
    if code is not None:
        return _measured(what, text, unit, code, column)
    if what in _TRUTHS:
        return truth(text, column)
    if what == "oxygen_device":
        return _device(text, column)
    if what in _CHOICES:
        return _choice(_CHOICES[what], text, column)
    if what == "vasopressors":
        return _vasopressors(text, column)
    if what == "skipped":
        return as_json(text, column)
    if what == "note":
        return text
    return _checked(what, number(text, column), column)


def number(text: str, column: str) -> Decimal:
    """Return the finite number of a cell; raises RefusedError."""
    return cells.number(Row(0, 0, _NO_KIND, "", {column: text}), column)


def truth(text: str, column: str) -> bool:
    """Return what a yes-or-no cell says; raises RefusedError for an answer nobody defined."""
    plain = text.casefold()
    if plain not in _YES | _NO:
        raise RefusedError(Reason.UNKNOWN_FLAG, column, f"“{text[:30]}” is neither yes nor no")
    return plain in _YES


def as_json(text: str, column: str) -> Any:
    """Return what a cell of JSON holds; raises RefusedError."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        words = f"“{text[:40]}” cannot be read"
        raise RefusedError(Reason.MALFORMED_ROW, column, words) from None


def _measured(what: str, text: str, unit: str, code: Code, column: str) -> Any:
    measured = number(text, column)
    found = quantity(measured, unit, of=code)
    if isinstance(found, Ambiguous):
        reason = Reason.AMBIGUOUS_FIO2 if what == "fio2_percent" else Reason.UNKNOWN_UNIT
        raise RefusedError(reason, column, found.words)
    if not isinstance(found, Canonical):
        raise RefusedError(Reason.UNKNOWN_UNIT, column, found.words)
    if what in _STORED_LIKE_THE_EXTRACT:
        return vitals.stored_value(what, found.value, column)
    return _checked(what, found.value, column)


def _checked(what: str, exact: Decimal, column: str) -> Any:
    try:
        return READERS[what](what, exact)
    except ValueError as error:
        raise RefusedError(Reason.IMPOSSIBLE, column, f"{exact:f}: {error}") from None


def _choice(choices: type[TextChoices], text: str, column: str) -> str:
    plain = text.casefold()
    for value, label in choices.choices:
        if plain in {value.casefold(), str(label).casefold()}:
            return str(value)
    words = f"“{text[:30]}” is none of {', '.join(choices.values)}"
    raise RefusedError(Reason.UNKNOWN_FIELD, column, words)


def _device(text: str, column: str) -> str:
    if text.casefold() in OxygenDevice.values:
        return text.casefold()
    try:
        return spellings.oxygen_device(text).value
    except RefusedError as error:
        raise RefusedError(error.reason, column, error.words) from None


def _vasopressors(text: str, column: str) -> list[Any]:
    """Names with a plus between, “none”, or a list that says the doses as well."""
    if text.casefold() in {"none", "[]"}:
        return []
    if text.startswith("["):
        found = as_json(text, column)
        rows = found if isinstance(found, list) else [None]
    else:
        rows = [each.strip() for each in text.replace(";", "+").replace(",", "+").split("+")]
    return [_pressor(each, column) for each in rows]


def _pressor(each: Any, column: str) -> Any:
    name = each.get("drug") if isinstance(each, dict) else each
    if name not in VASOPRESSORS:
        words = f"“{str(name)[:30]}” is none of {', '.join(VASOPRESSORS)}"
        raise RefusedError(Reason.UNKNOWN_DRUG, column, words)
    if not isinstance(each, dict):
        return each
    dose = each.get("dose")
    if isinstance(dose, str):
        dose = number(dose, column)
    if dose is not None and each.get("unit") not in _DOSE_UNITS:
        words = f"the unit of {name} is none of {', '.join(sorted(_DOSE_UNITS))}"
        raise RefusedError(Reason.UNKNOWN_UNIT, column, words)
    return {"drug": name, "dose": dose, "unit": each.get("unit")}
