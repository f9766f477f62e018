"""Writes the tables of clinical-rules.md from the rules themselves; `--check` only compares.

Run as `python -m docs.generate_clinical_rules [--check]` from the root of the project.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grading.rules import pressors
from grading.rules.registry import SCALES, Scale
from grading.rules.scores import Sheet
from grading.rules.scores_sheets import SHEETS
from grading.rules.vocabulary import Inotrope, Labeled, VasopressinAnalog, Vasopressor

PAGE = Path(__file__).with_name("clinical-rules.md")
MARK = "<!-- Generated below by docs/generate_clinical_rules.py; edit the rules, not this. -->\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say with status 1 that it is not what the rules say."""
    parser = ArgumentParser(description="Write the tables of clinical-rules.md.")
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
    for scale in SCALES.values():
        yield f"## {scale.title}\n\nCommand name `{scale.name}`, ruleset `{scale.ruleset}`.\n"
        yield _criteria(scale)
        yield f"### What the table leaves open\n\n{_choices(scale)}"
        yield "### What a person is asked to look at\n\n" + _bullets(scale.flags)
    for sheet in SHEETS.values():
        yield f"## Score: {sheet.title}\n\n{_score(sheet)}"
    yield "## Drugs\n\n" + table(
        ("Drugs", "Counted as"),
        (
            (_names(Vasopressor), "vasopressors, each once"),
            (_names(VasopressinAnalog), "vasopressin, never towards multiple vasopressors"),
            (_names(Inotrope), "inotropes, flagged (P2)"),
        ),
    )
    yield "## High-dose vasopressors\n\n" + _dose_lines()


def _criteria(scale: Scale) -> str:
    gravest_first = sorted(scale.criteria, key=lambda row: -row[1].grade)
    rows = scale.criteria if scale.by_domain else gravest_first
    return table(
        ("Grade", "Domain", "Criterion", "Source", "Tag", "Row"),
        [
            (str(row.grade), domain or "all", row.words, row.source, row.verification_tag, row.id)
            for domain, row in rows
        ],
    )


def _score(sheet: Sheet) -> str:
    formula = f"{sheet.title} is {sheet.formula}. " if sheet.formula else ""
    rows = table(
        ("Points", "Item", "Criterion", "Source", "Tag", "Row"),
        [
            (
                "-" if sheet.formula else str(row.grade),
                item,
                row.words,
                row.source,
                row.verification_tag,
                row.id,
            )
            for item, row in sheet.all_rows()
        ],
    )
    return f"{formula}{sheet.caution} Ruleset `{sheet.ruleset}`.\n\n{rows}"


def _dose_lines() -> str:
    rows = [
        (Vasopressor(drug).label, f"{line.high_from} {line.unit}", f"{line.equivalent_ug_min}", "M")
        for drug, line in pressors.DOSE_LINES.items()
    ]
    beside = f"{pressors.EQUIVALENT_WITH_VASOPRESSIN_UG_MIN} ug/min of equivalent"
    combined = f"{pressors.EQUIVALENT_COMBINED_UG_MIN} ug/min of equivalent"
    return table(
        ("Drug", "High at or above", "Norepinephrine equivalent per unit, ug/min", "Tag"),
        [
            *rows,
            ("vasopressin beside others", beside, "0", "M"),
            ("several without vasopressin", combined, "as above", "M"),
        ],
    )


def _choices(scale: Scale) -> str:
    return table(
        ("Code", "Question", "Default", "Field"),
        [
            (choice.code, choice.words, str(default), f"`{choice.field}`")
            for choice, default in scale.choices
        ],
    )


def _names(drugs: type[Labeled]) -> str:
    return ", ".join(drug.label for drug in drugs)


def _bullets(sentences: Iterable[str]) -> str:
    return "".join(f"- {sentence}\n" for sentence in sentences)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    raise SystemExit(main())
