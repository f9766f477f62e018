"""What two rulebooks would have raised over the same history, side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts import noise
from alerts.noise import Band, Event
from alerts.policy import Rule
from charting.replaying import Replayed

Pair = tuple[int, int]  # under the present and under the changed rulebook


@dataclass(frozen=True, slots=True)
class Told:
    """Once that somebody would have been told."""

    at: datetime
    kind: str
    rule: str
    severity: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What one patient's history asks for under one rulebook alone."""

    patient_id: int
    gone: tuple[Told, ...]
    added: tuple[Told, ...]


@dataclass(slots=True)
class Report:
    """The sums over the patients so far; alerts raised before `since` are left out."""

    since: datetime | None
    until: datetime
    patients: int = 0
    facts: int = 0
    fired: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    interruptive: tuple[Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    loud: tuple[Counter[Band], Counter[Band]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    days: dict[Band, float] = field(default_factory=lambda: dict.fromkeys(Band, 0.0))
    differences: list[Difference] = field(default_factory=list)

    def add(self, patient_id: int, replayed: Replayed) -> None:
        """Count one patient."""
        self.patients += 1
        self.facts += replayed.facts
        told = []
        for side, alerts in enumerate(replayed.alerts):
            counted = [each for each in alerts if self.since is None or each[0].at >= self.since]
            self._count(side, patient_id, counted, replayed.marks)
            told.append(_told(counted))
        self._add_days(replayed.marks)
        gone, added = told[0] - told[1], told[1] - told[0]
        if gone or added:
            self.differences.append(Difference(patient_id, _ordered(gone), _ordered(added)))

    def rules(self) -> list[tuple[Rule, Pair, Pair]]:
        """Return each rule that fired under either, with firings and interruptive ones."""
        known = sorted({*self.fired[0], *self.fired[1]})
        return [
            (
                Rule(rule),
                (self.fired[0][rule], self.fired[1][rule]),
                (self.interruptive[0][rule], self.interruptive[1][rule]),
            )
            for rule in known
        ]

    def rates(self) -> list[tuple[Band, Pair, float, tuple[float | None, float | None]]]:
        """Return interruptive alerts, patient-days and their ratio, by how ill patients were."""
        return [
            (
                band,
                (self.loud[0][band], self.loud[1][band]),
                self.days[band],
                (
                    noise.rate(self.loud[0][band], self.days[band]),
                    noise.rate(self.loud[1][band], self.days[band]),
                ),
            )
            for band in (Band.CALM, Band.ILL)
        ]

    def alerts(self, side: int) -> int:
        """Return how many firings there were."""
        return self.fired[side].total()

    def _count(
        self,
        side: int,
        patient_id: int,
        alerts: Iterable[Sequence[Event]],
        marks: Sequence[tuple[datetime, Band]],
    ) -> None:
        for events in alerts:
            for firing in noise.firings_of(patient_id, events):
                self.fired[side][firing.rule] += 1
                self.interruptive[side][firing.rule] += firing.severity in noise.INTERRUPTS
            at = noise.interrupted_at(events)
            if at is not None:
                self.loud[side][noise.band_at(marks, at)] += 1

    def _add_days(self, marks: Sequence[tuple[datetime, Band]]) -> None:
        """Days with a grade: from the first set on, each for as long as it holds."""
        if not marks:
            return
        start = max(marks[0][0], self.since or marks[0][0])
        end = min(marks[-1][0] + noise.GRADE_HOLDS, self.until)
        if start < end:
            for band, days in noise.days_by_band(marks, start=start, end=end).items():
                self.days[band] += days


def _told(alerts: Iterable[Sequence[Event]]) -> Counter[Told]:
    return Counter(
        Told(event.at, str(event.kind), event.rule, event.severity)
        for events in alerts
        for event in events
    )


def _ordered(told: Counter[Told]) -> tuple[Told, ...]:
    return tuple(sorted(told.elements(), key=lambda each: (each.at, each.rule, each.kind)))
