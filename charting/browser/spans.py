"""What the calendar alone changes of a situation: age, its limits, baselines, the risk window."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from alerts import rulebook
from alerts.policy import CourseFacts, Reading, breaches
from alerts.policy.breaches import Breach
from charting.alerting_facts import baseline_of
from grading import hypotension
from patients.age import completed_months
from patients.models import Patient
from patients.windows import Dose, WindowState, WindowUnit, window_status

_MOMENT: Final = timedelta(milliseconds=1)  # the finest a browser tells apart
_HIGHEST: Final = 400  # no pressure or rate that can be stored is above it

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A patient as the calendar sees one: with doses, and the ward's clock."""

    patient: Patient
    doses: Sequence[Dose]
    zone: tzinfo


def spans(of: Calendar, rows: Rows, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Each stretch of time in which nothing of this changes, from `since` to `until`.

    `rows` are the sets that baselines are made of.
    """
    found: list[dict[str, Any]] = []
    for at in sorted({since, *(each for each in _changes(of, since, until) if since < each)}):
        span = _span(of, rows, at=at)
        if not found or any(found[-1][name] != value for name, value in span.items()):
            found.append({"from": at.isoformat(), **span})
    return found


def course_facts(of: Calendar, rows: Rows, *, at: datetime) -> CourseFacts:
    """What the alert rules know of this patient by the calendar and the baselines."""
    born, on = of.patient.birth_date, at.astimezone(of.zone).date()
    return CourseFacts(
        window=window_status(of.doses, at=at, zone=of.zone).state,
        age_months=completed_months(born, on=on),
        hypotension_below_mmhg=hypotension.limit_mmhg(born, on=on),
        baseline_systolic_mmhg=baseline_of("systolic_mmhg", rows, of.doses, at=at),
        baseline_heart_rate_bpm=baseline_of("heart_rate_bpm", rows, of.doses, at=at),
    )


def _span(of: Calendar, rows: Rows, *, at: datetime) -> dict[str, Any]:
    facts = course_facts(of, rows, at=at)
    on = at.astimezone(of.zone).date()
    infant_before = 12 * rulebook.current().a01.infant_before_years
    months = facts.age_months
    return {
        "age_months": months,
        "age_years": of.patient.age_years(on),
        "infant": months is not None and months < infant_before,
        "window": str(facts.window),
        "hypotension_below_mmhg": facts.hypotension_below_mmhg,
        **_limits(
            None if breaches.is_adult(facts) else months,
            facts.hypotension_below_mmhg,
            facts.baseline_systolic_mmhg,
            facts.baseline_heart_rate_bpm,
        ),
    }


@lru_cache(maxsize=4096)
def _limits(
    months: int | None, below: int, systolic: int | None, heart_rate: int | None
) -> dict[str, Any]:
    """Where each reading begins to be well: found by asking the rules about every number."""
    book = rulebook.current()
    facts = CourseFacts(
        WindowState.NONE,
        age_months=months,
        hypotension_below_mmhg=below,
        baseline_systolic_mmhg=systolic,
        baseline_heart_rate_bpm=heart_rate,
    )
    at = datetime.min.replace(tzinfo=UTC)

    def judged(**values: Any) -> Breach | None:
        return breaches.pressure(Reading(at, **values), facts, book)

    def rate(bpm: int) -> Breach | None:
        return breaches.heart_rate(Reading(at, heart_rate_bpm=bpm), facts, book)

    return {
        "systolic": _edges(lambda mmhg: judged(systolic_mmhg=mmhg)),
        "mean": _edges(lambda mmhg: judged(mean_mmhg=Decimal(mmhg))),
        "heart_rate_from": next(bpm for bpm in range(_HIGHEST) if rate(bpm) is Breach.SOFT),
    }


def _edges(judge: Callable[[int], Breach | None]) -> list[int]:
    """The first number that is no longer far below, and the first that is not even near."""
    answers = [judge(number) for number in range(_HIGHEST)]
    hard = sum(answer is Breach.HARD for answer in answers)
    soft = hard + sum(answer is Breach.SOFT for answer in answers)
    expected = [Breach.HARD] * hard + [Breach.SOFT] * (soft - hard)
    if answers[:soft] != expected or len(set(answers[soft:])) != 1:
        raise ValueError("a limit of pressure is no line: it lies between other answers")
    return [hard, soft]


def _changes(of: Calendar, since: datetime, until: datetime) -> Iterable[datetime]:
    """Every moment at which something here can change."""
    day = since.astimezone(of.zone).date()
    while day <= until.astimezone(of.zone).date():
        day += timedelta(days=1)
        yield datetime(day.year, day.month, day.day, tzinfo=of.zone).astimezone(since.tzinfo)
    for dose in of.doses:
        yield dose.started_at
        for rule in dose.profile.anchors:
            if rule.high_risk.unit is WindowUnit.HOUR:
                yield dose.started_at + timedelta(hours=rule.high_risk.first)
                yield dose.started_at + timedelta(hours=rule.high_risk.last) + _MOMENT


def run_of(judged: Iterable[tuple[datetime, Breach | None]]) -> list[str]:
    """The readings beyond a limit with none normal since, newest first, of sets newest first."""
    times = []
    for at, breach in judged:
        if breach is Breach.NORMAL:
            break
        if breach is not None:
            times.append(at.isoformat())
    return times
