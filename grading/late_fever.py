"""Late fever after CRS has settled: whether to look for a hemophagocytic syndrome as well.

The grader calls such a fever CRS again; a syndrome like it needs another treatment. Nothing here
changes a grade or raises an alert: it is a sentence that is shown. Not yet clinically approved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from grading.episodes import Episode
from grading.rules.answers import Answer, either

# Below, and for fibrinogen at or below; HLH-2004.
LINEAGES: Final[dict[str, Decimal]] = {
    "hemoglobin": Decimal(90),
    "platelets": Decimal(100),
    "neutrophils": Decimal(1),
}
LOW_FIBRINOGEN_G_L: Final = Decimal("1.5")
ANALYTES: Final = ("ferritin", "fibrinogen", *LINEAGES)
HLH_LIKE: Final = (
    "HLH-like picture: review. Late fever with rising ferritin, a new cytopenia and low "
    "fibrinogen after CRS had settled: CRS and a hemophagocytic syndrome are both possible."
)


@dataclass(frozen=True, slots=True)
class LabPoint:
    """One result in the canonical unit of its analyte; a bound (“<5”) has a comparator."""

    analyte: str
    value: Decimal
    taken_at: datetime
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class LateFacts:
    """The four things that make the picture; None is "not recorded"."""

    late_fever: Answer = None
    ferritin_rising: Answer = None
    new_cytopenia: Answer = None
    low_fibrinogen: Answer = None


def flag(facts: LateFacts) -> str | None:
    """The sentence to show, or what is missing to rule it out; None without late fever."""
    if not facts.late_fever:
        return None
    rest = {
        "rising ferritin": facts.ferritin_rising,
        "new cytopenia": facts.new_cytopenia,
        "low fibrinogen": facts.low_fibrinogen,
    }
    if False in rest.values():
        return None
    unknown = [words for words, answer in rest.items() if answer is None]
    if not unknown:
        return HLH_LIKE
    return (
        "Late fever after CRS had settled: an HLH-like picture is not ruled out. "
        f"Not known from what was recorded: {', '.join(unknown)}."
    )


def facts(episodes: Sequence[Episode], labs: Iterable[LabPoint]) -> LateFacts:
    """What is known of the newest episode, when it is open and came after one that closed.

    Results since its onset are set against the last ones before it.
    """
    newest = episodes[-1] if episodes else None
    if newest is None or newest.resolved_at is not None or newest.number == 1:
        return LateFacts(late_fever=False)
    before: dict[str, LabPoint] = {}
    since: dict[str, LabPoint] = {}
    for point in sorted(labs, key=lambda each: each.taken_at):
        (since if point.taken_at >= newest.onset_at else before)[point.analyte] = point
    return LateFacts(
        late_fever=True,
        ferritin_rising=_is_above(since.get("ferritin"), before.get("ferritin")),
        new_cytopenia=either(
            *(
                _is_new(_is_below(since.get(name), low), _is_below(before.get(name), low))
                for name, low in LINEAGES.items()
            )
        ),
        low_fibrinogen=_at_most(since.get("fibrinogen"), LOW_FIBRINOGEN_G_L),
    )


def _known(point: LabPoint | None) -> Decimal | None:
    return None if point is None or point.comparator else point.value


def _is_above(now: LabPoint | None, then: LabPoint | None) -> Answer:
    newer, older = _known(now), _known(then)
    return None if newer is None or older is None else newer > older


def _is_below(point: LabPoint | None, limit: Decimal) -> Answer:
    value = _known(point)
    return None if value is None else value < limit


def _at_most(point: LabPoint | None, limit: Decimal) -> Answer:
    value = _known(point)
    return None if value is None else value <= limit


def _is_new(low_now: Answer, low_before: Answer) -> Answer:
    if low_now is False or low_before is True:
        return False
    return None if low_now is None or low_before is None else True
