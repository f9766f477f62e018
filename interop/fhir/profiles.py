"""The vital signs profiles of R4, for an Observation that says it keeps one."""

from collections.abc import Iterator
from typing import Any, Final

from interop.codes import LOINC
from interop.fhir.outcome import Issue, IssueCode
from interop.fhir.r4.rules import has
from interop.fhir.vocabulary import CATEGORY, UCUM

_BASE: Final = "http://hl7.org/fhir/StructureDefinition/"
_DAY: Final = 10
# The code a profile is for, and the units it takes.
_PROFILES: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "vitalsigns": ("", frozenset()),
    "vitalspanel": ("85353-1", frozenset()),
    "resprate": ("9279-1", frozenset({"/min"})),
    "heartrate": ("8867-4", frozenset({"/min"})),
    "oxygensat": ("2708-6", frozenset({"%"})),
    "bodytemp": ("8310-5", frozenset({"Cel", "[degF]"})),
    "bodyheight": ("8302-2", frozenset({"cm", "[in_i]"})),
    "headcircum": ("9843-4", frozenset({"cm", "[in_i]"})),
    "bodyweight": ("29463-7", frozenset({"kg", "g", "[lb_av]"})),
    "bmi": ("39156-5", frozenset({"kg/m2"})),
    "bp": ("85354-9", frozenset()),
}
_PRESSURES: Final = ("8480-6", "8462-4")


def declared(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """What an Observation breaks of the vital signs profiles it declares."""
    if resource.get("resourceType") != "Observation":
        return
    for url in (resource.get("meta") or {}).get("profile") or ():
        name = str(url).partition("|")[0].removeprefix(_BASE)
        if name in _PROFILES:
            yield from _common(resource, path)
            yield from _own(resource, path, name)


def _common(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    if (CATEGORY, "vital-signs") not in _codes(resource.get("category")):
        yield _missing(f"{path}.category", "is vital-signs in this profile")
    if not has(resource, "subject"):
        yield _missing(f"{path}.subject", "must be there in this profile")
    at = resource.get("effectiveDateTime")
    if at is None and not has(resource, "effectivePeriod"):
        yield _missing(f"{path}.effective[x]", "is a time or a period in this profile")
    if at is not None and len(at) < _DAY:
        yield _broken(f"{path}.effectiveDateTime", "says at least the day", "vs-1")
    beside = has(resource, "component") or has(resource, "hasMember")
    if not beside and not _has_value(resource):
        yield _broken(path, "has a value or says why there is none", "vs-2")
    for index, part in enumerate(resource.get("component") or ()):
        if not _has_value(part):
            words = "has a value or says why there is none"
            yield _broken(f"{path}.component[{index}]", words, "vs-3")


def _own(resource: dict[str, Any], path: str, name: str) -> Iterator[Issue]:
    code, units = _PROFILES[name]
    if code and (LOINC, code) not in _codes([resource["code"]]):
        yield _missing(f"{path}.code", f"has LOINC {code} in this profile")
    if units and has(resource, "value"):
        yield from _quantity(resource, path, units)
    if name != "bp":
        return
    parts = resource.get("component") or ()
    for wanted in _PRESSURES:
        if not any((LOINC, wanted) in _codes([part["code"]]) for part in parts):
            yield _missing(f"{path}.component", f"has LOINC {wanted} in this profile")
    for index, part in enumerate(parts):
        is_pressure = any((LOINC, each) in _codes([part["code"]]) for each in _PRESSURES)
        if is_pressure and has(part, "value"):
            yield from _quantity(part, f"{path}.component[{index}]", frozenset({"mm[Hg]"}))


def _quantity(part: dict[str, Any], path: str, units: frozenset[str]) -> Iterator[Issue]:
    found = part.get("valueQuantity")
    if found is None:
        yield _missing(f"{path}.valueQuantity", "is the form of value of this profile")
        return
    for name in ("value", "unit", "system", "code"):
        if not has(found, name):
            yield _missing(f"{path}.valueQuantity.{name}", "must be there in this profile")
    if "system" in found and found["system"] != UCUM:
        yield _missing(f"{path}.valueQuantity.system", f"is {UCUM} in this profile")
    if "code" in found and found["code"] not in units:
        shown = " or ".join(sorted(units))
        yield Issue(f"{path}.valueQuantity.code", f"is {shown} in this profile",
                    IssueCode.CODE_INVALID)  # fmt: skip


def _has_value(part: dict[str, Any]) -> bool:
    return has(part, "value") or has(part, "dataAbsentReason")


def _codes(concepts: Any) -> set[tuple[Any, Any]]:
    return {
        (each.get("system"), each.get("code"))
        for concept in concepts or ()
        for each in concept.get("coding") or ()
    }


def _missing(path: str, words: str) -> Issue:
    return Issue(path, words, IssueCode.REQUIRED)


def _broken(path: str, words: str, key: str) -> Issue:
    return Issue(path, f"{words} ({key})", IssueCode.INVARIANT)
