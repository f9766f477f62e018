"""One way to grade by any table of support: its rows, its death, its flags."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from grading.rules.ruleset import Choice, ruleset_name
from grading.rules.support_findings import SupportFindings, check
from grading.rules.support_flags import Flags, Questions
from grading.rules.verdict import (
    Criterion,
    Reason,
    Rule,
    Verdict,
    gravest,
    missing_above,
    sort_out,
)


class Policy(Protocol):
    """The choices of one scale."""

    @property
    def questions(self) -> Questions:
        """The shared questions under these choices."""


P = TypeVar("P", bound=Policy)
Rules = tuple[Rule[SupportFindings], ...]


@dataclass(frozen=True, slots=True)
class SupportTable(Generic[P]):
    """One published table: what its rows are under a policy, and what it asks a person.

    `death` is grade 5, `nothing` the reason of grade 0; `flags` stand with what raises them.
    """

    scale: str
    title: str
    ruleset: str
    default: P
    choices: tuple[Choice, ...]
    rules_for: Callable[[P], Rules]
    death: Criterion
    nothing: Criterion
    flags: Flags

    @property
    def rules(self) -> Rules:
        """The rows under the default policy, the gravest first."""
        return self.rules_for(self.default)

    def ruleset_of(self, policy: P) -> str:
        """The name stored with every grade: the edition, and each choice not the default."""
        return ruleset_name(self.ruleset, policy=policy, default=self.default, choices=self.choices)

    def grade(self, findings: SupportFindings, policy: P) -> Verdict:
        """The grade (0 to 5) that these findings force, with reasons.

        Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
        """
        check(findings)
        ruleset = self.ruleset_of(policy)
        if findings.death_due_to_crs:
            return Verdict(self.scale, ruleset, 5, 5, (_plain_reason(self.death),))
        met, undecided = sort_out(self.rules_for(policy), findings)
        forced, possible = gravest(met), max(gravest(met), gravest(undecided))
        asked = policy.questions
        flags = tuple(flag for flag, raised in self.flags if raised(findings, asked))
        because = tuple(rule.reason(findings) for rule in met)
        if forced == possible:
            because = because or (_plain_reason(self.nothing),)
            return Verdict(self.scale, ruleset, forced, forced, because, (), flags)
        missing = missing_above(forced, undecided, findings)
        return Verdict(self.scale, ruleset, None, forced, because, missing, flags)


def in_order(*rules: Rule[SupportFindings]) -> Rules:
    """Rows, the gravest first."""
    return tuple(sorted(rules, key=lambda rule: -rule.criterion.grade))


def _plain_reason(row: Criterion) -> Reason:
    return Reason(row.id, row.grade, row.words, ())
