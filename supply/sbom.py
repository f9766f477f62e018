"""The bill of materials of what runs, as CycloneDX JSON, made from the lock alone.

`python -m supply.sbom` writes docs/sbom.json; `--check` only compares. It holds no time, no
registry and no path, so it is the same wherever it is made. The digests of the files that may be
installed are those of the lock, whose own digest is named.
"""

import json
import re
import sys
import tomllib
from typing import Any, Final

from supply import licences, locked
from supply.licences import Licensed
from supply.locked import ROOT, Script

BILL: Final = ROOT / "docs" / "sbom.json"
_SPDX: Final = re.compile(r"(?:[\w.-]+|AND|OR|[()\s])+")


def bill() -> dict[str, Any]:
    """Return the bill; raises licences.PolicyError."""
    program = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    itself = f"pkg:generic/{program['name']}@{program['version']}"
    parts = licences.judged()
    refs = {each.pin.name: [] for each in parts}  # type: dict[str, list[str]]
    for each in parts:
        refs[each.pin.name].append(_purl(each))
    needs: dict[str, set[str]] = {itself: {_script_purl(script) for script in locked.scripts()}}
    for each in parts:
        needs.setdefault(_purl(each), set())
        for name in each.pin.asked_by:
            for by in refs.get(name, []):
                needs.setdefault(by, set()).add(_purl(each))
        if "run.in" in each.pin.asked_by or not each.pin.asked_by:
            needs[itself].add(_purl(each))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": program["name"],
                "version": program["version"],
                "purl": itself,
                "licenses": [{"license": {"id": program["license"]}}],
            },
            "properties": [{"name": "lock:sha256", "value": locked.digest()}],
        },
        "components": [*map(_package, parts), *map(_script, locked.scripts())],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(needs.items())
        ],
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(bill(), indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write the bill, or compare it; 1 when it differs."""
    written = text()
    if "--check" not in arguments:
        BILL.write_text(written, encoding="utf-8")
    elif not BILL.exists() or BILL.read_text(encoding="utf-8") != written:
        print("docs/sbom.json is out of date: make sbom")
        return 1
    return 0


def _package(each: Licensed) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(each),
        "name": each.pin.name,
        "version": each.pin.version,
        "purl": _purl(each),
        "licenses": [_licence(each.licence)],
    }
    if each.pin.where:
        component |= {
            "scope": "optional",
            "properties": [{"name": "lock:only-where", "value": each.pin.where}],
        }
    return component


def _script(script: Script) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _script_purl(script),
        "name": script.name,
        "version": script.version,
        "purl": _script_purl(script),
        "hashes": [{"alg": "SHA-256", "content": script.sha256}],
        "licenses": [_licence(script.licence)],
    }


def _licence(licence: str) -> dict[str, Any]:
    """An expression where it is one; what nobody named exactly stays a name."""
    if "License" in licence or "WITH" in licence:
        return {"license": {"name": licence}}
    if " " in licence:
        return {"expression": licence}
    return {"license": {"id": licence}}


def _purl(each: Licensed) -> str:
    return f"pkg:pypi/{each.pin.name}@{each.pin.version}"


def _script_purl(script: Script) -> str:
    return f"pkg:npm/{script.name}@{script.version}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
