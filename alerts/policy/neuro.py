"""The neuro check and the level of consciousness: A16 to A19."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from alerts.policy.facts import NeuroCheck, NeuroFacts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Closing, Condition, Family, Rule, Standing

# Wakes to touch only, or not at all; words of the ICANS consciousness domain.
NOT_ROUSABLE: Final = frozenset({"awakens_to_tactile", "unarousable"})
# Grades 2 and 1 of that domain: they count like the scores of these grades.
TO_VOICE: Final = "awakens_to_voice"
DROWSY: Final = "drowsy_awakens_spontaneously"
NO_SEIZURE: Final = frozenset({"", "none"})
_EMERGENCY_STEP: Final = 10
_FULL_ICE: Final = 10


def conditions(facts: NeuroFacts, book: Rulebook) -> list[Condition]:
    """Return what this check asks for."""
    return [
        *_emergency(facts, book),
        *_sleepy(facts, book),
        *_ice(facts, book),
        *_capd(facts, book),
    ]


def of_consciousness(consciousness: str, book: Rulebook) -> list[Condition]:
    """A18 from the level of consciousness alone, as a set of observations holds it."""
    if consciousness not in NOT_ROUSABLE:
        return []
    return [Condition(Rule.A18, Family.NEURO, book.a18.severity, _EMERGENCY_STEP + 1)]


def closings(standing: Mapping[Family, Standing], *, facts: NeuroFacts) -> list[Closing]:
    """A16 ends when two checks in a row are at the baseline; a person ends the others."""
    held = standing.get(Family.NEURO)
    if held is None or held.rule is not Rule.A16 or not facts.earlier:
        return []
    if all(_is_back(check, facts) for check in (facts.newest, facts.earlier[0])):
        return [Closing(Family.NEURO, "back to baseline in two checks")]
    return []


def _is_back(check: NeuroCheck, facts: NeuroFacts) -> bool:
    baseline = _FULL_ICE if facts.ice_baseline is None else facts.ice_baseline
    return check.ice_score is not None and check.ice_score >= baseline


def _emergency(facts: NeuroFacts, book: Rulebook) -> list[Condition]:
    signs = [
        facts.consciousness in NOT_ROUSABLE,
        facts.seizure not in NO_SEIZURE,
        facts.weakness is True,
        facts.raised_pressure,
    ]
    if not any(signs):
        return []
    step = _EMERGENCY_STEP + sum(signs)
    return [Condition(Rule.A18, Family.NEURO, book.a18.severity, step)]


def _sleepy(facts: NeuroFacts, book: Rulebook) -> list[Condition]:
    """A level of consciousness that grades like a low score does, score or no score."""
    if facts.consciousness == TO_VOICE:
        return [Condition(Rule.A17, Family.NEURO, book.a17.severity, 2)]
    if facts.consciousness == DROWSY:
        return [Condition(Rule.A16, Family.NEURO, book.a16.severity, 1)]
    return []


def _ice(facts: NeuroFacts, book: Rulebook) -> list[Condition]:
    score, baseline = facts.newest.ice_score, facts.ice_baseline
    if score is None:
        return []
    values = {"ice_score": Decimal(score)}
    since = facts.newest.taken_at - timedelta(hours=book.a17.within_hours)
    highest = max(
        (c.ice_score for c in facts.earlier if c.ice_score is not None and c.taken_at >= since),
        default=score,
    )
    if score <= book.a17.at_most or highest - score >= book.a17.fall:
        return [Condition(Rule.A17, Family.NEURO, book.a17.severity, 2, values=values)]
    usual = book.a16.at_most_without_baseline if baseline is None else baseline - 1
    if score <= usual:
        return [Condition(Rule.A16, Family.NEURO, book.a16.severity, 1, values=values)]
    return []


def _capd(facts: NeuroFacts, book: Rulebook) -> list[Condition]:
    if not _is_high(facts.newest, facts, book):
        return []
    known = _was_high(facts.earlier, facts, book)
    return [Condition(Rule.A19, Family.NEURO, book.a19.known if known else book.a19.severity, 2)]


def _was_high(earlier: Sequence[NeuroCheck], facts: NeuroFacts, book: Rulebook) -> bool:
    since = facts.newest.taken_at - timedelta(hours=book.a19.within_hours)
    return any(_is_high(check, facts, book) for check in earlier if check.taken_at >= since)


def _is_high(check: NeuroCheck, facts: NeuroFacts, book: Rulebook) -> bool:
    score, baseline = check.capd_score, facts.capd_baseline
    if score is None:
        return False
    rose = baseline is not None and score - baseline >= book.a19.rise
    return score >= book.a19.at_least or rose
