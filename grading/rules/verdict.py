"""What a scale answers: a grade with its reasons, or how far the known data go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

F = TypeVar("F")

# V1 primary text, V2 secondary text, M memory, D derived, P policy choice.
VERIFICATION_TAGS = frozenset({"V1", "V2", "M", "D", "P"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One cell of a published table, in the words a reviewer signs."""

    id: str
    grade: int
    words: str
    source: str
    verification_tag: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that was met, and what was recorded that met it."""

    criterion: str
    grade: int
    words: str
    inputs: tuple[str, ...]

    def __str__(self) -> str:
        """The reason as one line for a person."""
        return f"{self.words} ({', '.join(self.inputs)})" if self.inputs else self.words


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade with its reasons.

    `grade` is None when what is missing could change it; `at_least` is then the lowest grade
    the known data force and `missing` names the inputs that could raise it. When the grade is
    known, `at_least` equals it and `missing` is empty. `outcome` replaces the grade where a
    scale has a word for it, such as "not_assessable".
    """

    scale: str
    ruleset: str
    grade: int | None
    at_least: int
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    outcome: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The verdict in plain JSON types; an outcome stands in the place of the grade."""
        return {
            "grade": self.grade if self.outcome is None else self.outcome,
            "at_least": self.at_least,
            "because": [str(reason) for reason in self.because],
            "missing": list(self.missing),
            "flags": [str(flag) for flag in self.flags],
            "ruleset": self.ruleset,
        }


@dataclass(frozen=True, slots=True)
class Rule(Generic[F]):
    """A criterion with its interpreter.

    `met` answers True, False, or None for "what would decide it was not recorded". `needs`
    names the fields that decide it, in the order in which to ask for them.
    """

    criterion: Criterion
    domain: str
    met: Callable[[F], bool | None]
    needs: tuple[str, ...]
    inputs: Callable[[F], tuple[str, ...]]

    def reason(self, findings: F) -> Reason:
        """The met criterion with the recorded values that met it."""
        row = self.criterion
        return Reason(row.id, row.grade, row.words, self.inputs(findings))

    def first_missing(self, findings: F) -> str | None:
        """The next field to ask for, or None when all of them were recorded."""
        for name in self.needs:
            if getattr(findings, name) is None:
                return name
        return None


def sort_out(rules: Sequence[Rule[F]], findings: F) -> tuple[list[Rule[F]], list[Rule[F]]]:
    """The rules known to be met and those that cannot be judged yet, in the order given."""
    met: list[Rule[F]] = []
    undecided: list[Rule[F]] = []
    for rule in rules:
        answer = rule.met(findings)
        if answer:
            met.append(rule)
        elif answer is None:
            undecided.append(rule)
    return met, undecided


def gravest(rules: Sequence[Rule[F]]) -> int:
    """The highest grade among rules; 0 for none."""
    return max((rule.criterion.grade for rule in rules), default=0)


def missing_above(grade: int, undecided: Sequence[Rule[F]], findings: F) -> tuple[str, ...]:
    """The fields not recorded that could take the answer above `grade`, each once."""
    names = (rule.first_missing(findings) for rule in undecided if rule.criterion.grade > grade)
    return tuple(dict.fromkeys(name for name in names if name is not None))
