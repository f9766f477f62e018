"""Laboratory results: A20 to A23. They support a decision and rarely page."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from alerts.policy.facts import LabFacts, LabValue
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Closing, Condition, Family, Rule, Severity, Standing

_LESS: Final = frozenset({"<", "<="})
_MORE: Final = frozenset({">", ">="})
_ANALYTE_OF: Final[Mapping[Rule, str]] = {Rule.A20: "crp", Rule.A21: "ferritin"}
_HLH: Final = ("ferritin", "fibrinogen", "alt")
_ORGANS: Final = ("creatinine", "alt", "ast", "bilirubin", "lactate", "platelets")
# What a result of each analyte may ask for, and which others that depends on.
RULES_OF: Final[Mapping[str, frozenset[Rule]]] = {
    "crp": frozenset({Rule.A20}),
    "ferritin": frozenset({Rule.A21}),
    "fibrinogen": frozenset({Rule.A21, Rule.A22}),
    "alt": frozenset({Rule.A21, Rule.A23}),
} | dict.fromkeys(("creatinine", "ast", "bilirubin", "lactate", "platelets"),
                  frozenset({Rule.A23}))  # fmt: skip
_NEEDS: Final[Mapping[Rule, tuple[str, ...]]] = {
    Rule.A20: ("crp",), Rule.A21: _HLH, Rule.A22: ("fibrinogen",), Rule.A23: _ORGANS,
}  # fmt: skip
_FALLS: Final = 3  # newest results needed to see that two fell in a row


def conditions(facts: LabFacts, book: Rulebook) -> list[Condition]:
    """Return what the newest results ask for."""
    return [
        *_crp(facts, book),
        *_ferritin(facts, book),
        *_fibrinogen(facts, book),
        *_organs(facts, book),
    ]


def needed_for(analyte: str) -> frozenset[str]:
    """Which analytes the rules of this one look at; none for one without a rule."""
    return frozenset(name for rule in RULES_OF.get(analyte, ()) for name in _NEEDS[rule])


def of_result(analyte: str, facts: LabFacts, book: Rulebook) -> list[Condition]:
    """What a new result of one analyte asks for; the others' rules have spoken already."""
    rules = RULES_OF.get(analyte, frozenset())
    return [each for each in conditions(facts, book) if each.rule in rules]


def closings(standing: Mapping[Family, Standing], *, facts: LabFacts) -> list[Closing]:
    """An inflammation marker's alert ends when its value fell twice in a row."""
    held = standing.get(Family.LAB_INFLAMMATION)
    analyte = _ANALYTE_OF.get(held.rule) if held else None
    values = [each.value for each in facts.results.get(analyte or "", ())[:_FALLS]]
    if len(values) == _FALLS and values[0] < values[1] < values[2]:
        return [Closing(Family.LAB_INFLAMMATION, "falling twice in a row")]
    return []


def _newest(facts: LabFacts, analyte: str) -> LabValue | None:
    return next(iter(facts.results.get(analyte, ())), None)


def _reaches(result: LabValue | None, line: Decimal) -> bool:
    """Known to be at or over a line; “less than” a number is not."""
    return result is not None and result.comparator not in _LESS and result.value >= line


def _below(result: LabValue | None, line: Decimal) -> bool:
    """Known to be below a line: less than the line itself is below it."""
    if result is None or result.comparator in _MORE:
        return False
    return result.value < line or (result.comparator == "<" and result.value == line)


def _doubled(facts: LabFacts, analyte: str, *, to: Decimal, within_hours: int) -> bool:
    newest, *before = facts.results.get(analyte, ()) or (None,)
    if newest is None or not _reaches(newest, to):
        return False
    since = newest.taken_at - timedelta(hours=within_hours)
    return any(newest.value >= 2 * old.value for old in before if old.taken_at >= since)


def _crp(facts: LabFacts, book: Rulebook) -> list[Condition]:
    numbers, newest = book.a20, _newest(facts, "crp")
    doubled = _doubled(facts, "crp", to=numbers.doubled_to, within_hours=numbers.within_hours)
    if _reaches(newest, numbers.high_from):
        return [Condition(Rule.A20, Family.LAB_INFLAMMATION, numbers.high, 1)]
    if _reaches(newest, numbers.at_least) or doubled:
        return [Condition(Rule.A20, Family.LAB_INFLAMMATION, numbers.severity, 1)]
    return []


def _ferritin(facts: LabFacts, book: Rulebook) -> list[Condition]:
    numbers, newest = book.a21, _newest(facts, "ferritin")
    doubled = _doubled(facts, "ferritin", to=numbers.doubled_to, within_hours=numbers.within_hours)
    alt = _limits(_newest(facts, "alt"), book.a23.alt_limit)
    like_hlh = doubled and (
        _below(_newest(facts, "fibrinogen"), numbers.fibrinogen_below)
        or alt > numbers.alt_above_limits
    )
    if _reaches(newest, numbers.high_from) or like_hlh:
        return [Condition(Rule.A21, Family.LAB_INFLAMMATION, numbers.high, 2)]
    if _reaches(newest, numbers.at_least) or doubled:
        return [Condition(Rule.A21, Family.LAB_INFLAMMATION, numbers.severity, 1)]
    return []


def _fibrinogen(facts: LabFacts, book: Rulebook) -> list[Condition]:
    numbers, newest = book.a22, _newest(facts, "fibrinogen")
    if _below(newest, numbers.very_low_below):
        return [Condition(Rule.A22, Family.LAB_ORGAN, numbers.very_low, 1)]
    if _below(newest, numbers.below):
        return [Condition(Rule.A22, Family.LAB_ORGAN, numbers.severity, 1)]
    return []


def _organs(facts: LabFacts, book: Rulebook) -> list[Condition]:
    """One condition; each organ that joins it is a step, so that it is told again."""
    numbers, lactate = book.a23, _newest(facts, "lactate")
    bleeding = facts.neuro_score_fell is True and _below(
        _newest(facts, "platelets"), numbers.platelets_below
    )
    critical = bleeding or _reaches(lactate, numbers.lactate_critical_from)
    abnormal = [
        _creatinine_rose(facts, book),
        _limits(_newest(facts, "alt"), numbers.alt_limit) > numbers.liver_above_limits,
        _limits(_newest(facts, "ast"), numbers.ast_limit) > numbers.liver_above_limits,
        _limits(_newest(facts, "bilirubin"), numbers.bilirubin_limit)
        > numbers.bilirubin_above_limits,
        _reaches(lactate, numbers.lactate_from),
        bleeding,
    ]
    if not any(abnormal):
        return []
    severity: Severity = numbers.critical if critical else numbers.severity
    return [Condition(Rule.A23, Family.LAB_ORGAN, severity, 1 + sum(abnormal))]


def _creatinine_rose(facts: LabFacts, book: Rulebook) -> bool:
    baseline, newest = facts.creatinine_baseline, _newest(facts, "creatinine")
    if baseline is None:
        return False
    return _reaches(newest, baseline * book.a23.creatinine_times_baseline)


def _limits(result: LabValue | None, usual_limit: Decimal) -> Decimal:
    """How many upper limits a value is; zero when it is not known to be any."""
    if result is None or result.comparator in _LESS:
        return Decimal(0)
    return result.limits if result.limits is not None else result.value / usual_limit
