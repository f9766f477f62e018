"""Sets that this system sent out: every field under its own code, read back as it was."""

from contextlib import suppress
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from charting.entry import READERS
from interop.fhir.decoded import Decoded
from interop.fhir.identity import identifiers
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import OUR_SETS, OURS

SET: Final = "observation-set"
GRADE: Final = "grade."
SOURCE: Final = "urn:crs-monitor"
_PREFIX: Final = "field."
# What is a list or an object is sent as JSON text.
_STRUCTURED: Final = frozenset({
    "vasopressors", "vasopressor_doses", "skipped", "ice_items", "capd_items",
    "raised_pressure_signs", "asked", "findings",
})  # fmt: skip
_OF_SETS: Final = frozenset({*READERS, "vasopressor_doses"})


def is_own(resource: dict[str, Any]) -> bool:
    """Whether an Observation is the whole of a set that this system sent out."""
    return any(
        each.get("system") == OURS and each.get("code") == SET
        for each in (resource.get("code") or {}).get("coding") or ()
    )


def is_part_of_own(resource: dict[str, Any]) -> bool:
    """Whether an Observation shows one reading of such a set, which the whole holds too."""
    return any(system == OUR_SETS for system, _ in identifiers(resource)) and not is_own(resource)


def components_of(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Every recorded field as a component, in the order of the form."""
    return [_component(name, values[name]) for name in values]


def _component(name: str, value: Any) -> dict[str, Any]:
    code = {"coding": [{"system": OURS, "code": f"{_PREFIX}{name.replace('_', '-')}"}]}
    code["text"] = name.replace("_", " ")  # type: ignore[assignment]
    if name in _STRUCTURED:
        import orjson

        return {"code": code, "valueString": orjson.dumps(value).decode()}
    if isinstance(value, bool):
        return {"code": code, "valueBoolean": value}
    if isinstance(value, int | Decimal):
        return {"code": code, "valueQuantity": {"value": value}}
    return {"code": code, "valueString": str(value)}


def decode(resource: dict[str, Any], made: Decoded) -> None:
    """Read a whole set back; raises NotChartedError naming the component at fault."""
    marks = [value for system, value in identifiers(resource) if system == OUR_SETS]
    if len(marks) != 1:
        words = "a set of this system carries its client id as identifier"
        raise NotChartedError(Why.INVALID, "Observation.identifier", words)
    values = values_of(resource, _OF_SETS)
    from interop.fhir.times import effective

    at, _ = effective(resource, "Observation")
    made.own = {"client_id": marks[0], "taken_at": at, "charted_at": resource.get("issued")}
    made.own["values"] = values


def values_of(resource: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The fields that the components hold; raises NotChartedError for one that is not known."""
    values: dict[str, Any] = {}
    for index, part in enumerate(resource.get("component") or ()):
        path = f"Observation.component[{index}]"
        name = _name_of(part, path, known)
        if name in values:
            raise NotChartedError(Why.CODES_DISAGREE, f"{path}.code", f"{name} stands twice")
        values[name] = _value_of(part, name, path)
    return values


def _name_of(part: dict[str, Any], path: str, known: frozenset[str]) -> str:
    for each in part["code"].get("coding") or ():
        code = str(each.get("code", ""))
        if each.get("system") == OURS and code.startswith(_PREFIX):
            name = code.removeprefix(_PREFIX).replace("-", "_")
            if name in known:
                return name
    raise NotChartedError(Why.UNKNOWN_CODE, f"{path}.code", "is no field of this")


def _value_of(part: dict[str, Any], name: str, path: str) -> Any:
    if name in _STRUCTURED:
        import orjson

        try:
            return orjson.loads(str(part.get("valueString", "")))
        except ValueError as error:
            words = f"{name} is not the text it was sent as"
            raise NotChartedError(Why.NOT_A_QUANTITY, f"{path}.valueString", words) from error
    if "valueQuantity" in part:
        found = part["valueQuantity"].get("value")
        # Fields without a fraction are read as whole numbers, whatever was sent.
        return int(found) if isinstance(found, Decimal) and found == int(found) else found
    for form in ("valueBoolean", "valueString"):
        if form in part:
            return part[form]
    raise NotChartedError(Why.ABSENT, path, f"{name} has no value")


def marks_of_wholes(resource: dict[str, Any]) -> list[str]:
    """The client id of the set that an Observation holds whole, if it does."""
    if resource.get("resourceType") != "Observation" or not is_own(resource):
        return []
    return [value for system, value in identifiers(resource) if system == OUR_SETS]


def is_derived(resource: dict[str, Any], wholes: set[str]) -> bool:
    """Whether this system made it of facts that come beside it: grades, trails, parts of sets."""
    kind = resource["resourceType"]
    source = (resource.get("meta") or {}).get("source")
    if source != SOURCE:
        return False
    if kind in {"Provenance", "AuditEvent"}:
        return True
    if kind != "Observation":
        return False
    marks = [value for system, value in identifiers(resource) if system == OUR_SETS]
    if any(mark.partition(".")[0] in wholes and "." in mark for mark in marks):
        return True
    codings = (resource.get("code") or {}).get("coding") or ()
    return any(
        each.get("system") == OURS and str(each.get("code", "")).startswith(GRADE)
        for each in codings
    )


def fact_id(resource: dict[str, Any] | None) -> UUID | None:
    """The client id that this system gave a fact it sent out; None for another's resource."""
    if resource is None or (resource.get("meta") or {}).get("source") != SOURCE:
        return None
    for system, value in identifiers(resource):
        if system == OUR_SETS:
            with suppress(ValueError):
                return UUID(value)
    return None
