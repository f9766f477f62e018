"""What the codes of an Observation mean together: one field of ours, or a disagreement."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from interop import codes
from interop.codes import LOINC, Code, Kind, field_for, names_another
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import CATEGORY

_LAB: Final = "laboratory"
_VITALS: Final = "vital-signs"
_LISTED: Final = frozenset(row.display for row in codes.ALL.values())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a part is: our row of the table, or a laboratory code that is kept as it is."""

    row: Code | None
    loinc: str
    name: str
    is_lab: bool


def meaning_of(part: dict[str, Any], *, whole: dict[str, Any], path: str) -> Meaning:
    """Tell what a part measures; raises NotChartedError, for a code is never guessed."""
    concept = part.get("code") or {}
    where = f"{path}.code"
    named = words_of(concept)
    categories = categories_of(whole)
    listed = [
        (each.get("system", ""), each.get("code", "")) for each in concept.get("coding") or ()
    ]
    known = [row for system, code in listed if (row := field_for(code, system)) is not None]
    rows = _as_meant(known, categories)
    kinds = {(row.field, row.analyte, row.kind) for row in rows}
    if len(kinds) > 1:
        words = " and ".join(sorted({row.display for row in rows})) + " are different things"
        raise NotChartedError(Why.CODES_DISAGREE, where, words)
    for row in rows:
        for name in _names(concept, row):
            if names_another(row, name):
                words = f"{row.code} is {row.display}, the name is “{name[:60]}”"
                raise NotChartedError(Why.CODES_DISAGREE, where, words)
    loinc = next((code for system, code in listed if system == LOINC), "")
    if rows:
        return _known(rows, categories, loinc=loinc, named=named, where=where)
    if _LAB in categories and path == "Observation":
        return Meaning(None, loinc, named, is_lab=True)
    shown = ", ".join(f"{system}|{code}" for system, code in listed) or f"“{named}”"
    raise NotChartedError(Why.UNKNOWN_CODE, where, f"{shown[:150]} is no code we chart by")


def _known(
    rows: list[Code], categories: set[str], *, loinc: str, named: str, where: str
) -> Meaning:
    row = next((each for each in rows if each.method or each.site), rows[0])
    if row.kind is Kind.LAB:
        if _VITALS in categories:
            words = f"{row.display} is a laboratory value, the category says vital signs"
            raise NotChartedError(Why.CODES_DISAGREE, where, words)
        return Meaning(row, row.code, named, is_lab=True)
    if row.kind is Kind.VITAL and _LAB in categories and _VITALS not in categories:
        words = f"{row.display} is a vital sign, the category says laboratory"
        raise NotChartedError(Why.CODES_DISAGREE, where, words)
    return Meaning(row, loinc, named, is_lab=False)


def _as_meant(rows: list[Code], categories: set[str]) -> list[Code]:
    """Drop a code that means this only in another category, where no other code says it too."""
    said = {row.field for row in rows if not row.only_as}
    return [
        row for row in rows if not row.only_as or row.only_as in categories or row.field in said
    ]


def categories_of(resource: dict[str, Any]) -> set[str]:
    """The standard categories of an Observation."""
    return {
        coding.get("code", "")
        for concept in resource.get("category") or ()
        for coding in concept.get("coding") or ()
        if coding.get("system") in (CATEGORY, None)
    }


def words_of(concept: Any) -> str:
    """How a concept is called: its text, else the first display."""
    if not isinstance(concept, dict):
        return ""
    if concept.get("text"):
        return str(concept["text"])
    shown = (each.get("display") for each in concept.get("coding") or ())
    return next((str(each) for each in shown if each), "")


def is_listed_name(name: str) -> bool:
    """Whether a name is the one that its own list gives a code."""
    return name in _LISTED


def _names(concept: dict[str, Any], row: Code) -> list[str]:
    """Every name beside a code that no list gives to what the code is."""
    names = [concept.get("text"), *(each.get("display") for each in concept.get("coding") or ())]
    own = _listed_of(row.field, row.analyte)
    return [str(name) for name in names if name and name not in own]


@cache
def _listed_of(field: str, analyte: str) -> frozenset[str]:
    every = codes.ALL.values()
    return frozenset(row.display for row in every if (row.field, row.analyte) == (field, analyte))
