"""The rows of the alert statistics, counted from what happened: no queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerts import noise
from alerts.acts import Charted
from alerts.events import Happened
from alerts.ladder import LADDER, Duty
from alerts.noise import Answer, Band, Event, Firing, Share
from alerts.policy import LABELS, Rule

ANSWERED_SEVERITIES: Final = ("P1", "P2")
_TELLS: Final = {(str(each.severity), each.number): each.tells for each in LADDER}
_LAST: Final = dict(sorted(_TELLS))
Grades = Mapping[int, Sequence[tuple[int | None, Charted]]]


@dataclass(frozen=True, slots=True)
class BandRow:
    """Interruptive alerts of patients this ill; `rate` None: not enough patient-days."""

    band: Band
    alerts: int
    patient_days: float

    @property
    def rate(self) -> float | None:
        """Per patient-day."""
        return noise.rate(self.alerts, self.patient_days)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule did."""

    rule: Rule
    fired: int
    interruptive: int
    share: Share
    put_off: int
    closed_by_person: int
    escalated: int

    @property
    def label(self) -> str:
        """The rule in the words of a ward."""
        return LABELS[self.rule]

    @property
    def is_to_review(self) -> bool:
        """Whether people should look at the rule (noise.is_to_review)."""
        return noise.is_to_review(self.fired, self.share)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """How long alerts of a severity waited for a person, in minutes; None: too few."""

    severity: str
    alerts: int
    answered: int
    median_minutes: float | None
    p90_minutes: float | None


@dataclass(frozen=True, slots=True)
class RungRow:
    """How many alerts of a severity climbed to a rung, and whom it calls."""

    severity: str
    rung: int
    tells: tuple[Duty, ...]
    alerts: int


@dataclass(slots=True)
class Story:
    """One alert and what happened to it, in order."""

    patient_id: int
    events: list[Event]
    raw: list[tuple[str, Any]]


def bands(
    stories: Iterable[Story],
    stays: Iterable[tuple[int, datetime, datetime | None]],
    sets: Grades,
    *,
    since: datetime,
    until: datetime,
) -> tuple[BandRow, ...]:
    """Count interruptive alerts and patient-days by how ill the patients were."""
    marks = {
        patient_id: [(each.taken_at, noise.band_of(grade, each.at_least)) for grade, each in rows]
        for patient_id, rows in sets.items()
    }
    days = dict.fromkeys(Band, 0.0)
    for patient_id, admitted_at, discharged_at in stays:
        span = noise.days_by_band(
            marks.get(patient_id, ()),
            start=max(admitted_at, since),
            end=min(discharged_at or until, until),
        )
        for band, length in span.items():
            days[band] += length
    loud = Counter(
        noise.band_at(marks.get(each.patient_id, ()), at)
        for each in stories
        if (at := noise.interrupted_at(each.events)) is not None
    )
    return tuple(BandRow(band, loud[band], days[band]) for band in Band)


def rules(
    stories: Iterable[Story],
    firings: Iterable[Firing],
    done: Mapping[int, Sequence[datetime]],
    *,
    now: datetime,
) -> tuple[RuleRow, ...]:
    """Count what each rule did, the one that fired most first."""
    by_rule: dict[str, list[Firing]] = defaultdict(list)
    for firing in firings:
        by_rule[firing.rule].append(firing)
    put_off, closed, escalated = Counter[str](), Counter[str](), Counter[str]()
    for story in stories:
        rule, climbed = "", set[str]()
        for event in story.events:
            rule = event.rule or rule
            put_off[rule] += event.kind == Happened.SNOOZED
            closed[rule] += event.kind == Happened.CLOSED and event.by_person
            climbed |= {rule} if event.kind == Happened.ESCALATED else set()
        escalated.update(climbed)
    return tuple(
        RuleRow(
            rule=Rule(rule),
            fired=len(fired),
            interruptive=sum(each.severity in noise.INTERRUPTS for each in fired),
            share=noise.share_of(fired, done, now=now),
            put_off=put_off[rule],
            closed_by_person=closed[rule],
            escalated=escalated[rule],
        )
        for rule, fired in sorted(by_rule.items(), key=lambda row: (-len(row[1]), row[0]))
    )


def answers(answers: Iterable[Answer]) -> tuple[AnswerRow, ...]:
    """Return the waits for a first answer, of P1 and P2."""
    by_severity: dict[str, list[float | None]] = defaultdict(list)
    for answer in answers:
        by_severity[answer.severity].append(answer.minutes)
    rows = []
    for severity in ANSWERED_SEVERITIES:
        waits = by_severity[severity]
        known = [minutes for minutes in waits if minutes is not None]
        median = noise.percentile(known, 50, fewest=noise.FEWEST)
        p90 = noise.percentile(known, 90, fewest=noise.FEWEST_FOR_P90)
        rows.append(AnswerRow(severity, len(waits), len(known), median, p90))
    return tuple(rows)


def counted(
    stories: Iterable[Story],
    kind: Happened,
    name: str,
    words: Mapping[str, str],
    *,
    by_person: bool = False,
) -> dict[str, int]:
    """Count events of a kind by a word in their detail, the most frequent first."""
    found = Counter[str]()
    for story in stories:
        for event, (_, detail) in zip(story.events, story.raw, strict=True):
            if event.kind == kind and (event.by_person or not by_person):
                found[words.get(detail.get(name, ""), detail.get(name, ""))] += 1
    return dict(found.most_common())


def rungs(stories: Iterable[Story]) -> tuple[RungRow, ...]:
    """Count the alerts that climbed to each rung of their ladder; repetitions are the last."""
    found = Counter[tuple[str, int]]()
    for story in stories:
        severity, reached = "", set[tuple[str, int]]()
        for event, (kind, detail) in zip(story.events, story.raw, strict=True):
            severity = event.severity or severity
            if kind == Happened.ESCALATED:
                reached.add((severity, min(detail["rung"], _LAST[severity])))
        found.update(reached)
    return tuple(
        RungRow(severity, rung, _TELLS[severity, rung], found[severity, rung])
        for severity, rung in sorted(found)
    )
