"""Condense the definitions of FHIR R4 (4.0.1, which HL7 gives away under CC0) into a table.

`python -m interop.fhir.r4.condense FOLDER` reads types.json and valuesets.json, the form
in which the npm package fhir 4.12.0 (ISC) carries them, and writes definitions.json.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

_BASE: Final = "http://hl7.org/fhir/StructureDefinition/"
_BACKBONES: Final = frozenset({"BackboneElement", "Element"})
_ABSTRACT: Final = frozenset(
    {"Element", "BackboneElement", "Resource", "DomainResource", "MoneyQuantity"}
)


def main(folder: Path) -> None:
    """Write definitions.json: types with their elements, and the codes of closed lists."""
    source = json.loads((folder / "types.json").read_text(encoding="utf-8"))
    lists = json.loads((folder / "valuesets.json").read_text(encoding="utf-8"))
    types: dict[str, Any] = {}
    bound: set[str] = set()
    for name, definition in sorted(source.items()):
        if definition["_kind"] != "primitive-type":
            types[name] = {}
            if definition["_kind"] == "resource" and name not in _ABSTRACT:
                types[name]["resource"] = True
            _elements(name, definition["_properties"], types, bound)
    codes = {url: _codes(lists.get(url, {})) for url in sorted(bound)}
    table = {"types": types, "codes": {url: found for url, found in codes.items() if found}}
    lines = json.dumps(table, indent=0, separators=(",", ":"), ensure_ascii=True)
    target = Path(__file__).with_name("definitions.json")
    target.write_text(f"{_joined(lines)}\n", encoding="utf-8")


def _joined(lines: str) -> str:
    """One line for each element, so that a change can be read."""
    return lines.replace(",\n", ",").replace("[\n", "[").replace("\n]", "]").replace(
        '},"', '},\n"').replace("{\n", "{").replace("\n}", "}")  # fmt: skip


def _elements(path: str, properties: Any, types: dict[str, Any], bound: set[str]) -> None:
    """Add the elements of a type, and its backbone elements as types of their own."""
    own: dict[str, Any] = types[path].setdefault("elements", {})
    for each in properties:
        name = each["_name"]
        if name.startswith("_"):
            continue
        below = each.get("_properties")
        kind = each["_type"].removeprefix("#")
        if below:
            kind = f"{path}.{name}"
            types[kind] = {}
            _elements(kind, below, types, bound)
        row: dict[str, Any] = {"is": kind}
        if each.get("_required"):
            row["min"] = 1
        if each.get("_multiple"):
            row["many"] = True
        if each.get("_choice"):
            row["choice"] = each["_choice"].removesuffix("[x]")
        targets = [one.removeprefix(_BASE) for one in each.get("_targetProfiles", ())]
        if targets and "Resource" not in targets:
            row["to"] = sorted(targets)
        if each.get("_valueSetStrength") == "required" and each.get("_valueSet"):
            row["codes"] = each["_valueSet"].partition("|")[0]
            bound.add(row["codes"])
        own[name] = row


def _codes(found: Any) -> list[str]:
    systems = found.get("systems", ())
    return sorted({each["code"] for system in systems for each in system.get("codes", ())})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
