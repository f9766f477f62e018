"""The definitions of R4, read once: which elements a type has, of which type, how often."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

_PATH: Final = Path(__file__).with_name("definitions.json")


@dataclass(frozen=True, slots=True)
class Element:
    """One element as it is named in JSON; `choice` is what it is one of, as value in value[x]."""

    name: str
    kind: str
    is_required: bool = False
    is_list: bool = False
    choice: str = ""
    targets: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its elements by name, and the groups of them that exclude each other."""

    name: str
    is_resource: bool
    elements: dict[str, Element]
    required: tuple[str, ...]
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    required_choices: tuple[str, ...] = ()


@cache
def type_of(name: str) -> Type | None:
    """The type with this name; None where R4 has none."""
    found = _source()["types"].get(name)
    if found is None:
        return None
    elements = {key: _element(key, row) for key, row in found["elements"].items()}
    choices: dict[str, tuple[str, ...]] = {}
    for each in elements.values():
        if each.choice:
            choices[each.choice] = (*choices.get(each.choice, ()), each.name)
    needed = {each.choice for each in elements.values() if each.choice and each.is_required}
    plain = (each.name for each in elements.values() if each.is_required and not each.choice)
    return Type(
        name,
        is_resource=bool(found.get("resource")),
        elements=elements,
        required=tuple(plain),
        choices=choices,
        required_choices=tuple(sorted(needed)),
    )


@cache
def is_resource(name: str) -> bool:
    """Whether R4 has a resource of this name that may stand by itself."""
    found = _source()["types"].get(name)
    return found is not None and bool(found.get("resource"))


def every_resource() -> list[str]:
    """The name of every resource that may stand by itself."""
    return sorted(name for name in _source()["types"] if is_resource(name))


def _element(name: str, row: dict[str, Any]) -> Element:
    return Element(
        name,
        kind=row["is"],
        is_required=bool(row.get("min")),
        is_list=bool(row.get("many")),
        choice=row.get("choice", ""),
        targets=frozenset(row.get("to", ())),
        codes=_codes(row.get("codes", "")),
    )


@cache
def _codes(url: str) -> frozenset[str]:
    return frozenset(_source()["codes"].get(url, ()))


@cache
def _source() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_PATH.read_text(encoding="utf-8"))
    return found
