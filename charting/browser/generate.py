"""Writes the tables that a tablet grades by from the rules themselves; `--check` only compares.

Run as `python -m charting.browser.generate [--check]` from the root of the project.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import django

FOLDER: Final = Path(__file__).parents[2] / "static/crs_monitor/rules"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or say with status 1 which of them is not what the rules say."""
    parser = ArgumentParser(description="Write the tables that a tablet grades by.")
    parser.add_argument("--check", action="store_true", help="compare only; status 1 if different")
    check = parser.parse_args(arguments).check
    differs = 0
    for name, text in rendered().items():
        path = FOLDER / name
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            differs = 1
            sys.stderr.write(f"{name} is not what the rules say; generate it again\n")
    return differs


def rendered() -> dict[str, str]:
    """Each file by its name."""
    # The rows that rules read are models, and models ask for the settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")
    django.setup()
    from charting.browser import limits, table

    return {"grades.json": _text(table.whole()), "limits.json": _text(limits.tables())}


def digest() -> str:
    """Name the table that is served, so that a tablet with another one says so."""
    document = json.loads((FOLDER / "grades.json").read_text(encoding="utf-8"))
    return str(document["digest"])


def _text(document: dict[str, Any]) -> str:
    """Compact JSON that begins with the digest of all that follows."""
    plain = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    named = {"digest": sha256(plain.encode()).hexdigest()[:16]} | document
    return json.dumps(named, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
