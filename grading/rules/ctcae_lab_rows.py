"""How one row of a CTCAE laboratory term is built and judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from grading.rules.answers import Answer, both
from grading.rules.ctcae_lab_findings import Edition, LabFindings
from grading.rules.ctcae_lab_units import Spellings, column_of, unitless
from grading.rules.verdict import Criterion, Rule

LOW, HIGH = "low", "high"
LIMITS = "limits"
ANY_UNIT = "*"  # a number that is the same in every unit
# What has to be asked for where an edge rests on more than one field.
_RESTS_ON = {
    "hemoglobin_limit": ("uln", "baseline"),
    "fall_percent": ("baseline",),
    "gain_percent": ("baseline",),
}
When = Callable[[LabFindings], Answer]


@dataclass(frozen=True, slots=True)
class Edge:
    """A limit: a number for each column of units, a multiple of `of`, or both added.

    `of` is a field of the findings. The edge itself belongs to the graver side only where
    `or_equal`.
    """

    numbers: Mapping[str, Decimal] | None = None
    times: Decimal = Decimal(1)
    of: str = ""
    or_equal: bool = False

    def at(self, findings: LabFindings, units: Spellings) -> Decimal | None:
        """The limit in the unit of the value; None when what it rests on was not recorded."""
        edge = Decimal(0)
        if self.of:
            against: Decimal | None = getattr(findings, self.of)
            if against is None:
                return None
            edge = self.times * against
        if self.numbers is None:
            return edge
        if ANY_UNIT in self.numbers:
            return edge + self.numbers[ANY_UNIT]
        found = column_of(units, findings.unit)
        return None if found is None else edge + self.numbers[found[0]] * found[1]

    def passed(
        self, value: Decimal | None, findings: LabFindings, units: Spellings, way: str
    ) -> Answer:
        """Whether the value lies beyond the edge on its graver side."""
        edge = self.at(findings, units)
        if edge is None or value is None:
            return None
        if value == edge:
            return self.or_equal
        return value > edge if way == HIGH else value < edge


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rows of one term that rise together: an edge for each grade that has one.

    `when` says for whom a row stands, by grade; `until` ends the last row; `name` keeps apart
    the ladders of a term that may be met together.
    """

    way: str
    edges: tuple[tuple[int, Edge], ...]
    words: tuple[str, ...]
    when: Mapping[int, When] | None = None
    until: Edge | None = None
    asks: tuple[str, ...] = ()
    of: str = "value"
    tag: str = "V1"
    name: str = LIMITS


@dataclass(frozen=True, slots=True)
class Term:
    """One laboratory term of one edition.

    `clinical` terms have no numbers: a clinician decides. `top_is_clinical` terms have a
    grade 4 without a number. Below `silent_below` the edition says nothing more.
    """

    name: str
    units: Spellings
    ladders: tuple[Ladder, ...] = ()
    clinical: str = ""
    top_is_clinical: bool = False
    silent_below: Decimal | None = None


def rules_of(term: Term, edition: Edition) -> tuple[Rule[LabFindings], ...]:
    """Every row of a term, the gravest first."""
    rows = [
        _rule(term, edition, ladder, place)
        for ladder in term.ladders
        for place in range(len(ladder.edges))
    ]
    return tuple(sorted(rows, key=lambda rule: -rule.criterion.grade))


def slug(text: str) -> str:
    """A term as part of an id."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _rule(term: Term, edition: Edition, ladder: Ladder, place: int) -> Rule[LabFindings]:
    grade, edge = ladder.edges[place]
    beyond = ladder.edges[place + 1][1] if place + 1 < len(ladder.edges) else ladder.until
    when = ladder.when.get(grade) if ladder.when else None

    def met(findings: LabFindings) -> Answer:
        value: Decimal | None = getattr(findings, ladder.of)
        passed = edge.passed(value, findings, term.units, ladder.way)
        further = beyond.passed(value, findings, term.units, ladder.way) if beyond else False
        within = both(passed, None if further is None else not further)
        return within if when is None else both(within, when(findings))

    suffix = "" if ladder.name == LIMITS else f"-{slug(ladder.name)}"
    row = Criterion(
        f"ctcae{edition.value[0]}-{slug(term.name)}-{grade}{suffix}",
        grade,
        ladder.words[place],
        f"{edition.label}, {term.name}",
        ladder.tag,
    )
    return Rule(row, ladder.name, met, _needs(term, ladder, place), _say)


def _needs(term: Term, ladder: Ladder, place: int) -> tuple[str, ...]:
    edges = [edge for _, edge in ladder.edges[place : place + 2]]
    needs = ["value"]
    if not unitless(term.units) and any(
        edge.numbers is not None and ANY_UNIT not in edge.numbers for edge in edges
    ):
        needs.append("unit")
    for field in (*(edge.of for edge in edges if edge.of), ladder.of):
        needs += _RESTS_ON.get(field, (field,))
    return tuple(dict.fromkeys((*needs, *ladder.asks)))


def _say(findings: LabFindings) -> tuple[str, ...]:
    """The value and the limits it was held against, as reported."""
    unit = f" {findings.unit}" if findings.unit else ""
    said = [
        f"{name} {given}{unit}"
        for name, given in (
            ("value", findings.value),
            ("LLN", findings.lln),
            ("ULN", findings.uln),
            ("baseline", findings.baseline),
        )
        if given is not None
    ]
    return tuple(said)
