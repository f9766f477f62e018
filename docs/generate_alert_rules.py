"""Writes the tables of alert-rules.md from the catalog and its numbers; `--check` only compares.

Run as `python -m docs.generate_alert_rules [--check]` from the root of the project.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from alerts import rulebook
from alerts.policy import CATALOG, RESPOND_WITHIN_MINUTES, CatalogRow
from docs.generate_clinical_rules import table

PAGE = Path(__file__).with_name("alert-rules.md")
MARK = "<!-- Generated below by docs/generate_alert_rules.py; edit the rules, not this. -->\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say with status 1 that it is not what the rules say."""
    parser = ArgumentParser(description="Write the tables of alert-rules.md.")
    parser.add_argument("--check", action="store_true", help="compare only; status 1 if different")
    check = parser.parse_args(arguments).check
    stored = PAGE.read_text(encoding="utf-8")
    wanted = rendered(stored)
    if check and stored != wanted:
        sys.stderr.write(f"{PAGE.name} is not what the rules say; generate it again\n")
        return 1
    if not check:
        PAGE.write_text(wanted, encoding="utf-8")
    return 0


def rendered(page: str) -> str:
    """The page with everything below the mark written anew."""
    above, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost the line that says where generation begins")
    return above + MARK + "".join(f"\n{section}" for section in _sections())


def _sections() -> Iterator[str]:
    book = rulebook.current()
    yield f"## The rules\n\nEdition {book.edition}, {book.status}.\n\n" + table(
        ("Rule", "Family", "Severity", "Condition", "Ends", "Source"),
        [_row(row) for row in CATALOG.values()],
    )
    yield "## In what words\n\n" + table(
        ("Rule", "On a tile", "In a mail"),
        [(row.rule, row.label, row.words) for row in CATALOG.values()],
    )
    yield "## Not implemented\n\n" + table(
        ("Rule", "Because"),
        [(row.rule, row.because) for row in CATALOG.values() if not row.implemented],
    )
    yield "## The numbers\n\n" + table(("Rule", "Number", "Value"), list(_numbers()))
    yield "## How soon an answer is due\n\n" + table(
        ("Severity", "Minutes"),
        [(severity, str(minutes)) for severity, minutes in RESPOND_WITHIN_MINUTES.items()],
    )


def _row(row: CatalogRow) -> tuple[str, ...]:
    return (row.rule, row.family, row.severity, row.condition, row.closes, row.source)


def _numbers() -> Iterator[tuple[str, str, str]]:
    book = rulebook.current()
    for rule in CATALOG:
        numbers = getattr(book, rule.lower(), None)
        for each in fields(numbers) if numbers is not None else ():
            yield rule, f"`{each.name}`", _shown(getattr(numbers, each.name))


def _shown(value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return ", ".join(
        f"{each[1]} from month {each[0]}" if isinstance(each, tuple) else str(each)
        for each in value
    )


if __name__ == "__main__":
    raise SystemExit(main())
