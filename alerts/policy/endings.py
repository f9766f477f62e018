"""Which alerts a set of observations ends; what is not recorded ends nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from alerts.policy import breaches
from alerts.policy.breaches import Breach, Judge
from alerts.policy.circulation import WORRY
from alerts.policy.facts import Facts, Reading
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Closing, Condition, Family, Rule, Standing
from grading.course import EPISODE_CLOSES_AFTER

INCLUDED: Final = "included in the grade alert"
TWO_SETS: Final = "two normal sets in a row"
ONE_SET: Final = "the second reading was normal"
_FEVERS: Final = frozenset({Rule.A01, Rule.A33, Rule.A34})
_SETS_END: Final = frozenset({Rule.A29, Rule.A32})


@dataclass(frozen=True, slots=True)
class _Moment:
    """What every ending looks at."""

    facts: Facts
    found: list[Condition]
    resolved: bool
    book: Rulebook


def closings(
    standing: Mapping[Family, Standing],
    *,
    facts: Facts,
    found: list[Condition],
    resolved: bool,
    book: Rulebook,
) -> list[Closing]:
    """Return which open alerts end with this set; `found` is what the set itself asks for.

    Grade 2 ends after two sets known to be below it in a row; grades 3 and 4, worry and
    neuro signs are closed by a person. Fever ends when the episode has resolved (24 h at
    a known grade 0), or is included in a grade alert.
    """
    at = _Moment(facts, found, resolved, book)
    into = grade_that_absorbs(found)
    ended: list[Closing] = []
    for family, end in _ENDS.items():
        held = standing.get(family)
        if held is None:
            continue
        closing = (_included(family, held) if into else None) or end(held, at)
        if closing:
            ended.append(closing)
    return ended


def grade_that_absorbs(found: list[Condition]) -> Condition | None:
    """The grade condition of this set that includes fever, pressure and oxygen.

    A grade that rests on one reading near its limit includes nothing yet.
    """
    for condition in found:
        if condition.rule in {Rule.A03, Rule.A04, Rule.A13} and not condition.is_provisional:
            return condition
    return None


def _included(family: Family, held: Standing) -> Closing | None:
    if family not in {Family.FEVER, Family.OXYGEN, Family.HEMODYNAMIC}:
        return None
    if held.rule in WORRY or held.worried:
        return None
    return Closing(family, INCLUDED, into=Family.CRS_GRADE)


def _end_fever(held: Standing, at: _Moment) -> Closing | None:
    if held.rule in _FEVERS:
        return Closing(Family.FEVER, "24 h without fever") if _has_resolved(held, at) else None
    celsius = at.facts.seen.newest.temperature_celsius
    if celsius is None or any(each.family is Family.FEVER for each in at.found):
        return None
    if held.rule is Rule.A12 and celsius < at.book.a12.below_celsius:
        return None
    return Closing(Family.FEVER, "not seen in the next set")


def _has_resolved(held: Standing, at: _Moment) -> bool:
    """No episode is open, and one could have run its course since this alert was raised.

    Without an episode from one minute to the next the fever was corrected, which says of
    the alert what the replacement knows, and not that a day has passed.
    """
    since = at.facts.seen.newest.taken_at - held.raised_at if held.raised_at else None
    return at.resolved and (since is None or since >= EPISODE_CLOSES_AFTER)


def _end_grade(held: Standing, at: _Moment) -> Closing | None:
    seen = at.facts.seen
    if held.rule is Rule.A05:
        return (
            Closing(Family.CRS_GRADE, "the episode resolved") if _has_resolved(held, at) else None
        )
    if held.rule is Rule.A13:
        judges = (_pressure_of(at.facts, at.book), _oxygen_of(at.book))
        return _after_normal_sets(Family.CRS_GRADE, held, at.facts, *judges)
    if held.rule is not Rule.A03 or seen.grade is None or seen.grade >= at.book.a03.from_grade:
        return None
    if held.is_provisional:
        return Closing(Family.CRS_GRADE, ONE_SET)
    if seen.grade_before is None or seen.grade_before >= at.book.a03.from_grade:
        return None
    return Closing(Family.CRS_GRADE, "below grade 2 for two sets")


def _end_circulation(held: Standing, at: _Moment) -> Closing | None:
    if held.rule in WORRY or held.worried:
        return None
    if held.rule is Rule.A10:
        return _after_normal_sets(Family.HEMODYNAMIC, held, at.facts, _rate_of(at.facts, at.book))
    return _after_normal_sets(Family.HEMODYNAMIC, held, at.facts, _pressure_of(at.facts, at.book))


def _end_oxygen(held: Standing, at: _Moment) -> Closing | None:
    judge = _breathing_of(at.facts, at.book) if held.rule is Rule.A11 else _oxygen_of(at.book)
    return _after_normal_sets(Family.OXYGEN, held, at.facts, judge)


def _end_overdue(held: Standing, at: _Moment) -> Closing | None:
    if held.rule is Rule.A37:
        return Closing(Family.OBS_OVERDUE, "a check-in was charted")
    if held.rule not in _SETS_END or not at.facts.seen.newest.is_complete:
        return None
    return Closing(Family.OBS_OVERDUE, "a set was charted")


def _end_quality(held: Standing, at: _Moment) -> Closing | None:
    if held.rule is not Rule.A31 or not at.facts.seen.newest.is_complete:
        return None
    return Closing(Family.DATA_QUALITY, "a complete set was charted")


def _after_normal_sets(
    family: Family, held: Standing, facts: Facts, *judges: Judge
) -> Closing | None:
    """Two sets in a row known to be normal; for a provisional alert this one is enough."""
    wanted = 1 if held.is_provisional else 2
    sets = (facts.seen.newest, *facts.seen.earlier)[:wanted]
    normal = all(judge(each) is Breach.NORMAL for each in sets for judge in judges)
    if len(sets) < wanted or not normal:
        return None
    return Closing(family, ONE_SET if held.is_provisional else TWO_SETS)


def _pressure_of(facts: Facts, book: Rulebook) -> Judge:
    return lambda reading: breaches.pressure(reading, facts.course, book)


def _rate_of(facts: Facts, book: Rulebook) -> Judge:
    return lambda reading: breaches.heart_rate(reading, facts.course, book)


def _breathing_of(facts: Facts, book: Rulebook) -> Judge:
    return lambda reading: breaches.breathing(reading, facts.course, book)


def _oxygen_of(book: Rulebook) -> Judge:
    """On air and saturated: oxygen that still runs is not yet normal."""

    def judge(reading: Reading) -> Breach | None:
        if reading.oxygen_class is None:
            return None
        return Breach.SOFT if reading.oxygen_class else breaches.saturation(reading, book)

    return judge


_End = Callable[[Standing, _Moment], Closing | None]
_ENDS: Final[Mapping[Family, _End]] = {
    Family.OBS_OVERDUE: _end_overdue,
    Family.FEVER: _end_fever,
    Family.CRS_GRADE: _end_grade,
    Family.HEMODYNAMIC: _end_circulation,
    Family.OXYGEN: _end_oxygen,
    Family.DATA_QUALITY: _end_quality,
}
