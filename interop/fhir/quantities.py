"""The number and unit of a vital sign, as the shared readers take them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from interop.codes import Code
from interop.csv.outcomes import Outcome
from interop.fhir.decoded import Decoded
from interop.fhir.reasons import NotChartedError, Refusal, Why, outcome_of
from interop.fhir.vocabulary import UCUM
from interop.units import Ambiguous, Canonical, Refused, quantity

# What a mask gives at least in percent, and what a cannula gives at most in liters.
_LEAST_PERCENT: Final = Decimal(21)
_MOST_USUAL_FLOW: Final = Decimal(15)
_FLOW: Final = "flow_lpm"
_SHARE: Final = "fio2"


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and its unit, as text; `as_charted` is how the unit was shown."""

    value: str
    unit: str
    as_charted: str


def vital(part: dict[str, Any], code: Code, *, path: str) -> Measured:
    """Read the quantity of a vital sign; raises NotChartedError."""
    name = next(name for name in part if name.startswith("value"))
    where = f"{path}.{name}"
    if name == "valueInteger":
        return _in_unit(Decimal(part[name]), "", "", code, where)
    if name != "valueQuantity":
        words = f"{name} is no quantity of {code.display}"
        raise NotChartedError(Why.NOT_A_QUANTITY, where, words)
    found = part[name]
    if found.get("comparator"):
        words = f"“{found['comparator']}” tells a bound, not what was measured"
        raise NotChartedError(Why.COMPARATOR, f"{where}.comparator", words)
    if found.get("value") is None:
        raise NotChartedError(Why.ABSENT, f"{where}.value", "a quantity without a number")
    unit, shown = unit_of(found, where)
    return _in_unit(Decimal(found["value"]), unit, shown, code, where)


def unit_of(found: dict[str, Any], where: str) -> tuple[str, str]:
    """Return the UCUM code, blank for none, and the unit as shown; other systems are refused."""
    system, code = found.get("system"), found.get("code", "")
    if code and system != UCUM:
        words = f"unit “{code[:30]}” of {str(system)[:60]} is not UCUM"
        raise NotChartedError(Why.UNKNOWN_UNIT, f"{where}.system", words)
    return code, str(found.get("unit", "")).strip()


def _in_unit(value: Decimal, unit: str, shown: str, code: Code, where: str) -> Measured:
    if not unit and not shown and code.field in {"oxygen_flow_lpm", "fio2_percent"}:
        words = f"a bare {value:f} may be liters or percent of oxygen"
        raise NotChartedError(Why.AMBIGUOUS_UNIT, where, words)
    read = quantity(value, unit or shown, of=code)
    if isinstance(read, Ambiguous):
        raise NotChartedError(Why.AMBIGUOUS_UNIT, where, read.words)
    if isinstance(read, Refused):
        raise NotChartedError(Why.UNKNOWN_UNIT, f"{where}.code" if unit else where, read.words)
    beside = quantity(value, shown, of=code) if unit and shown else read
    if isinstance(beside, Canonical) and abs(beside.value - read.value) > Decimal("1e-9"):
        words = f"the code says {unit}, the text “{shown[:30]}”"
        raise NotChartedError(Why.UNITS_DISAGREE, where, words)
    # A share of oxygen whose unit is 1 is a fraction; the shared readers spell that out.
    spelled = "fraction" if code.field == "fio2_percent" and (unit or shown) == "1" else unit
    if code.field in {"oxygen_flow_lpm", "fio2_percent"}:
        return Measured(f"{value:f}", spelled or shown, shown)
    return Measured(f"{value:f}", spelled, shown)


def refuse_swapped(made: Decoded) -> None:
    """Refuse flow and share of one Observation that would each fit the other's code."""
    pair = {row.row["what"]: row for row in made.rows if row.row["what"] in (_FLOW, _SHARE)}
    if len(pair) < 2:
        return
    flow, share = (Decimal(pair[what].row["value"]) for what in (_FLOW, _SHARE))
    if not (flow >= _LEAST_PERCENT and 1 < share <= _MOST_USUAL_FLOW):
        return
    words = f"a flow of {flow:f} and a share of {share:f} fit each other's code"
    for row in pair.values():
        made.rows.remove(row)
        why = Why.SWAPPED
        made.refusals.append(Refusal(f"{row.path}.code", why.value, words, outcome_of(why)))


__all__ = ["Measured", "Outcome", "refuse_swapped", "unit_of", "vital"]
