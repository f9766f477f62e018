"""One row of the corpus, and the topics its boundary rows are written in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Case = dict[str, Any]
Expected = int | str
CERTAINTIES = ("stated", "derived", "memory", "policy")


@dataclass(frozen=True, slots=True)
class Row:
    """A case, the grade the published table gives it, and why.

    `certainty` is one of CERTAINTIES; `expected` a grade or "not_assessable".
    """

    id: str
    scale: str
    age_years: float
    case: Case
    expected: Expected
    certainty: str
    why: str

    def line(self) -> str:
        """The row as one line of JSON, its keys always in the same order."""
        return json.dumps(
            {
                "id": self.id,
                "scale": self.scale,
                "age_years": self.age_years,
                "case": self.case,
                "expected": self.expected,
                "certainty": self.certainty,
                "why": self.why,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Topic:
    """Rows that differ from a base case in what one rule is about.

    Every entry is a name, what it changes, and the grade written out by hand from the table.
    """

    scale: str
    name: str
    why: str
    entries: Iterable[tuple[str, Case, Expected]]
    base: Case = field(default_factory=dict)
    certainty: str = "derived"
    age_years: float = 40

    def rows(self) -> list[Row]:
        """One row for every entry."""
        return [
            Row(
                id=f"{self.scale.removeprefix('astct-')}-{self.name}-{name}",
                scale=self.scale,
                age_years=self.age_years,
                case={**self.base, **change},
                expected=expected,
                certainty=self.certainty,
                why=self.why,
            )
            for name, change, expected in self.entries
        ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a table says of a case, with the words of every column."""

    expected: Expected
    why: str


def refuse_unknown(case: Case, known: frozenset[str]) -> None:
    """Raise ValueError for a key no table knows: a typing error would pass as normal."""
    if unknown := sorted(case.keys() - known):
        raise ValueError(f"unknown keys: {', '.join(unknown)}")
