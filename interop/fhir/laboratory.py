"""Read a laboratory result: a number with its unit, a bound, or words."""

from decimal import Decimal
from typing import Any

from interop.codes import LOINC
from interop.csv.kinds import Kind as RowKind
from interop.csv.kinds import Row
from interop.fhir.coding import Meaning, words_of
from interop.fhir.decoded import PartRow
from interop.fhir.quantities import unit_of
from interop.fhir.reasons import NotChartedError, Why
from interop.units import Ambiguous, contradict, listed, problem, quantity
from vitals.analytes import ANALYTES

LONGEST_NAME = 120


def row(
    part: dict[str, Any],
    meaning: Meaning,
    *,
    resource: dict[str, Any],
    at: str,
    mrn: str,
    mark: str,
    place: tuple[int, int],
    path: str,
) -> PartRow:
    """Return the row for the shared reader of results; raises NotChartedError."""
    cells = {
        "patient_id": mrn, "encounter_id": mark, "time": at, "loinc": meaning.loinc,
        "lab": _name(meaning, resource["status"]), "specimen": _specimen(resource),
    } | _result(part, meaning, path)  # fmt: skip
    low, high = _range(part, cells["unit"])
    found = Row(place[0], place[1], RowKind.LABS, mrn, cells)
    return PartRow(found, path, resource["status"], low, high)


def _name(meaning: Meaning, status: str) -> str:
    """The name reported; that a result is not final must show wherever it is shown."""
    name = meaning.name or (meaning.row.display if meaning.row else "")
    suffix = " (preliminary)" if status == "preliminary" else ""
    return name[: LONGEST_NAME - len(suffix)] + suffix


def _specimen(resource: dict[str, Any]) -> str:
    found = resource.get("specimen") or {}
    return str(found.get("display") or "")[:120]


def _result(part: dict[str, Any], meaning: Meaning, path: str) -> dict[str, str]:
    name = next((name for name in part if name.startswith("value")), None)
    if name is None:
        raise NotChartedError(Why.ABSENT, path, "neither a value nor why there is none")
    where = f"{path}.{name}"
    if name == "valueQuantity":
        return _quantity(part[name], part.get("code") or {}, meaning, where)
    if name == "valueString":
        return {"value_text": str(part[name]).strip(), "unit": ""}
    if name == "valueCodeableConcept":
        words = words_of(part[name])
        if words:
            return {"value_text": words, "unit": ""}
    if name == "valueInteger":
        return {"value": str(part[name]), "value_text": "", "unit": ""}
    raise NotChartedError(Why.NOT_A_QUANTITY, where, f"{name} is not kept as a result")


def _quantity(
    found: dict[str, Any], concept: dict[str, Any], meaning: Meaning, where: str
) -> dict[str, str]:
    if found.get("value") is None:
        raise NotChartedError(Why.ABSENT, f"{where}.value", "a quantity without a number")
    value = Decimal(found["value"])
    code, shown = unit_of(found, where)
    _refuse_another_property(concept, meaning, (code, shown), where)
    unit = _unit(value, code, shown, meaning, where)
    if found.get("comparator"):
        return {"value": "", "value_text": f"{found['comparator']}{value:f}", "unit": unit}
    return {"value": f"{value:f}", "value_text": "", "unit": unit}


def _refuse_another_property(
    concept: dict[str, Any], meaning: Meaning, units: tuple[str, str], where: str
) -> None:
    """Refuse a unit that is of another property than any of the codes or names says."""
    said = [(meaning.loinc, meaning.name)] + [
        (str(each.get("code", "")), str(each.get("display", "")))
        for each in concept.get("coding") or ()
        if each.get("system") == LOINC
    ]
    for unit in units:
        for loinc, name in said:
            if words := problem(loinc, unit, name=name):
                raise NotChartedError(Why.CODE_AND_UNIT, where, words)


def _unit(value: Decimal, code: str, shown: str, meaning: Meaning, where: str) -> str:
    """The unit to keep: as shown where that is the same unit as the code, else the code."""
    if meaning.row is None:
        if contradict(code, shown):
            words = f"the code says {code[:30]}, the text “{shown[:30]}”"
            raise NotChartedError(Why.UNITS_DISAGREE, where, words)
        return shown or code
    analyte = meaning.row.analyte
    said = listed(analyte, code) if code else None
    beside = listed(analyte, shown) if shown else None
    if code and said is None:
        raise NotChartedError(Why.UNKNOWN_UNIT, f"{where}.code", _words(analyte, code))
    if said is not None and beside is not None:
        known = ANALYTES[analyte]
        if known.canonical(Decimal(1), said) != known.canonical(Decimal(1), beside):
            words = f"the code says {code}, the text “{shown[:30]}”"
            raise NotChartedError(Why.UNITS_DISAGREE, where, words)
        return shown if beside == shown else said
    unit = said if said is not None else beside
    if unit is None:
        if isinstance(quantity(value, shown, of=meaning.row), Ambiguous):
            words = f"a bare {value:f} of {ANALYTES[analyte].label} may be in several units"
            raise NotChartedError(Why.AMBIGUOUS_UNIT, where, words)
        if shown:
            raise NotChartedError(Why.UNKNOWN_UNIT, f"{where}.unit", _words(analyte, shown))
        return ""
    return unit


def _words(analyte: str, unit: str) -> str:
    known = ANALYTES[analyte]
    return f"{known.label} in “{unit[:30]}”; known units: {', '.join(known.factors)}"


def _range(part: dict[str, Any], unit: str) -> tuple[Decimal | None, Decimal | None]:
    """The one range without a special meaning, where its unit is the value's; else none."""
    ranges = [
        each
        for each in part.get("referenceRange") or ()
        if not each.get("appliesTo") and "age" not in each and _is_normal(each)
    ]
    if len(ranges) != 1:
        return None, None
    return _limit(ranges[0].get("low"), unit), _limit(ranges[0].get("high"), unit)


def _is_normal(each: dict[str, Any]) -> bool:
    codes = [coding.get("code") for coding in (each.get("type") or {}).get("coding") or ()]
    return not codes or "normal" in codes


def _limit(found: dict[str, Any] | None, unit: str) -> Decimal | None:
    if not found or found.get("value") is None or found.get("comparator"):
        return None
    own = {found.get("code"), found.get("unit")} - {None}
    if own and unit not in own:
        return None
    limit = Decimal(found["value"])
    return limit if abs(limit) < 10**11 else None
