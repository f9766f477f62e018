"""Writes the tables of management-reference.md from the card itself; `--check` only compares.

Run as `python -m docs.generate_reference [--check]` from the root of the project.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.generate_clinical_rules import table
from grading import reference
from grading.reference import Drug, Section

PAGE = Path(__file__).with_name("management-reference.md")
MARK = "<!-- Generated below by docs/generate_reference.py; edit the card, not this. -->\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say with status 1 that it is not what the card says."""
    parser = ArgumentParser(description="Write the tables of management-reference.md.")
    parser.add_argument("--check", action="store_true", help="compare only; status 1 if different")
    check = parser.parse_args(arguments).check
    stored = PAGE.read_text(encoding="utf-8")
    wanted = rendered(stored)
    if check and stored != wanted:
        sys.stderr.write(f"{PAGE.name} is not what the card says; generate it again\n")
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
    card = reference.card()
    yield f"Edition `{card.name}`, compiled {card.compiled}. {card.status}.\n"
    yield "## By grade and product\n\n" + table(("Of", "Described", "Source"), _rows(card.sections))
    yield "## Drug facts\n\n" + table(("Drug", "Described", "Source"), _rows(card.drugs))
    yield "## Sources\n\n" + table(
        ("Source", "In full", "Dated"), [(s.short, s.title, s.dated) for s in card.sources]
    )


def _rows(parts: Sequence[Section | Drug]) -> list[tuple[str, str, str]]:
    return [
        (part.title, line.words, "; ".join(source.short for source in line.sources))
        for part in parts
        for line in part.lines
    ]


if __name__ == "__main__":
    raise SystemExit(main())
