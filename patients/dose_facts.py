"""How many doses of a medicine were given, and how far apart: arithmetic, never advice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(hours=24)
_TO_MG: Final = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}


class Beyond(StrEnum):
    """In which way a dose is outside what the sources describe."""

    INTERVAL = "interval"
    IN_24_HOURS = "in_24_hours"
    IN_COURSE = "in_course"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the sources describe of one medicine; None where they name no number.

    An interval of exactly `minimum_interval` and a count of exactly `most_in_24_hours` or
    `most_in_course` are within it, as is a single dose of exactly `most_mg`.
    """

    minimum_interval: timedelta | None = None
    most_in_24_hours: int | None = None
    most_in_course: int | None = None
    most_mg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DoseFacts:
    """The doses around one moment, and how a new one at that moment stands to the limits.

    Where there is a new dose every count holds it: `in_24_hours` is the fullest 24 h that it
    is part of, `in_course` and `in_episode` everything since those began. `nearest` is the
    shortest time between it and another dose, before or after it, and `beyond` how it is
    outside the limits; None and empty where nothing new is given.
    """

    at: datetime
    given_at: tuple[datetime, ...]
    in_24_hours: int
    in_course: int
    in_episode: int | None
    limits: Limits
    nearest: timedelta | None = None
    amount_mg: Decimal | None = None
    beyond: tuple[Beyond, ...] = ()

    @property
    def last_at(self) -> datetime | None:
        """When the last dose before this moment was given; None when there was none."""
        earlier = [at for at in self.given_at if at <= self.at]
        return earlier[-1] if earlier else None

    @property
    def since_last(self) -> timedelta | None:
        """Elapsed time since the last dose; None when there was none."""
        return None if self.last_at is None else self.at - self.last_at


def facts_at(
    given: Iterable[datetime],
    *,
    at: datetime,
    course_began: datetime | None = None,
    episode_began: datetime | None = None,
    limits: Limits,
) -> DoseFacts:
    """Return the facts at a moment at which nothing is given.

    A dose exactly 24 h ago is no longer of these 24 h. Without `course_began` every dose is
    of the course; without `episode_began` no episode is open, and nothing is counted in it.
    """
    now = at.astimezone(UTC)
    known = [each for each in _in_order(given) if each <= now]
    return DoseFacts(
        at=now,
        given_at=tuple(known),
        in_24_hours=_in_24_hours(known, until=now),
        in_course=_since(course_began, known),
        in_episode=None if episode_began is None else _since(episode_began, known),
        limits=limits,
    )


def facts_with(
    given: Iterable[datetime],
    *,
    at: datetime,
    course_began: datetime | None = None,
    episode_began: datetime | None = None,
    limits: Limits,
    amount_mg: Decimal | None = None,
) -> DoseFacts:
    """Return the facts of a dose at a moment, beside those `given` before and after it.

    A dose that is written down late can come too close to one that followed it, and can make
    the 24 h before that one too full: both count against this dose.
    """
    known, new = _in_order(given), at.astimezone(UTC)
    together = sorted([*known, new])
    ends = [end for end in together if timedelta(0) <= end - new < _DAY]
    in_24_hours = max(_in_24_hours(together, until=end) for end in ends)
    in_course = _since(course_began, together)
    nearest = min((abs(new - other) for other in known), default=None)
    exceeded = {
        Beyond.INTERVAL: _below(nearest, limits.minimum_interval),
        Beyond.IN_24_HOURS: _above(in_24_hours, limits.most_in_24_hours),
        Beyond.IN_COURSE: _above(in_course, limits.most_in_course),
        Beyond.AMOUNT: _above(amount_mg, limits.most_mg),
    }
    return DoseFacts(
        at=new,
        given_at=tuple(known),
        in_24_hours=in_24_hours,
        in_course=in_course,
        in_episode=None if episode_began is None else _since(episode_began, together),
        limits=limits,
        nearest=nearest,
        amount_mg=amount_mg,
        beyond=tuple(way for way, is_so in exceeded.items() if is_so),
    )


def words_beyond(facts: DoseFacts) -> tuple[str, ...]:
    """Say each way in which the new dose is outside the limits, as a fact."""
    said = []
    for way in facts.beyond:
        if way is Beyond.INTERVAL and facts.nearest is not None:
            least = hours_and_minutes(facts.limits.minimum_interval or timedelta(0))
            said.append(f"min interval {least}: {hours_and_minutes(facts.nearest)} to another dose")
        elif way is Beyond.IN_24_HOURS:
            most = facts.limits.most_in_24_hours
            said.append(f"dose {facts.in_24_hours} in 24 h; sources describe {most}")
        elif way is Beyond.IN_COURSE:
            most = facts.limits.most_in_course
            said.append(f"dose {facts.in_course} in this course; sources describe {most}")
        elif way is Beyond.AMOUNT:
            said.append(
                f"{facts.amount_mg:f} mg; sources describe {facts.limits.most_mg} mg at most"
            )
    return tuple(said)


def hours_and_minutes(span: timedelta) -> str:
    """Return “8 h” or “7 h 59 min”; whole minutes that have passed, never rounded up."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def milligrams(value: Decimal | None, unit: str) -> Decimal | None:
    """Return a dose in mg; None for one by weight or area, whose mg nobody wrote down."""
    if value is None or unit not in _TO_MG:
        return None
    return value * _TO_MG[unit]


def earliest_by_code(
    given: Iterable[tuple[str, datetime]], *, since: datetime
) -> tuple[tuple[str, datetime], ...]:
    """Return each medicine given at or after a moment with its first time, in order of time."""
    first: dict[str, datetime] = {}
    for code, at in sorted(given, key=lambda pair: pair[1]):
        if at >= since:
            first.setdefault(code, at)
    return tuple(first.items())


def _in_order(given: Iterable[datetime]) -> list[datetime]:
    """In UTC: two times of one zone are subtracted on the clock's face otherwise."""
    return sorted(at.astimezone(UTC) for at in given)


def _in_24_hours(given: Sequence[datetime], *, until: datetime) -> int:
    return sum(at <= until and until - at < _DAY for at in given)


def _since(began: datetime | None, given: Sequence[datetime]) -> int:
    return sum(began is None or at >= began for at in given)


def _below(found: timedelta | None, least: timedelta | None) -> bool:
    return found is not None and least is not None and found < least


def _above(found: Decimal | int | None, most: Decimal | int | None) -> bool:
    return found is not None and most is not None and found > most
