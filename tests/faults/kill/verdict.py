"""Was anybody not told? The rows against what the mail server wrote down."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from alerts.models import Alert, Kind, Notification
from tests.faults.kill.ward import Event
from vitals.models import ObservationSet


@dataclass(slots=True)
class Verdict:
    """What was found of a batch of events, in words that name each fault."""

    events: int = 0
    owed: int = 0
    lost: list[str] = field(default_factory=list)
    doubled_entries: list[str] = field(default_factory=list)
    repeated: int = 0
    unexplained: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return [*self.lost, *self.doubled_entries, *self.unexplained]


@dataclass(frozen=True, slots=True)
class Accepted:
    """When the mail server took a message, in seconds of the wall clock."""

    at: float
    message_id: str


def accepted(file: Path) -> list[Accepted]:
    """Read what the mail server wrote down; a line it was killed in the middle of is none."""
    found = []
    for line in file.read_text().splitlines(keepends=True):
        parts = line.split()
        if line.endswith("\n") and len(parts) == 3:
            found.append(Accepted(float(parts[0]), parts[1]))
    return found


def is_settled(events: Sequence[Event]) -> bool:
    """Whether every message of these patients went out."""
    owed = Notification.objects.filter(
        alert__patient_id__in=[e.patient_id for e in events], kind=Kind.ALERT, dropped_at=None
    )
    return not owed.filter(sent_at=None).exists()


def judge(events: Sequence[Event], *, mails: Iterable[Accepted], kills: Sequence[float]) -> Verdict:
    """Compare the tables with the mail server, event by event."""
    verdict = Verdict(events=len(events))
    times: dict[str, list[float]] = {}
    for mail in mails:
        times.setdefault(mail.message_id, []).append(mail.at)
    ids = [event.patient_id for event in events]
    sets = Counter(
        str(key)
        for key in ObservationSet.objects.filter(patient_id__in=ids).values_list(
            "client_id", flat=True
        )
    )
    alerts = {alert.patient_id: alert for alert in Alert.objects.filter(patient_id__in=ids)}
    owed: dict[int, list[Notification]] = {}
    for row in Notification.objects.filter(alert__patient_id__in=ids, kind=Kind.ALERT):
        owed.setdefault(row.alert_id, []).append(row)
    for event in events:
        if sets[event.client_id] != 1:
            words = f"entry {event.client_id} is kept {sets[event.client_id]} times"
            verdict.doubled_entries.append(words)
        alert = alerts.get(event.patient_id)
        rows = [row for row in owed.get(alert.pk, []) if row.dropped_at is None] if alert else []
        if not rows:
            verdict.lost.append(f"patient {event.patient_id}: nobody was to be told")
        for row in rows:
            verdict.owed += 1
            _judge_message(row, times, kills, verdict)
    return verdict


def _judge_message(
    row: Notification, times: Mapping[str, list[float]], kills: Sequence[float], verdict: Verdict
) -> None:
    taken = times.get(row.message_id, [])
    if row.sent_at is None:
        verdict.lost.append(f"{row.message_id} was never sent: {row.last_error}")
    elif not taken:
        verdict.lost.append(f"{row.message_id} is marked sent, but no server took it")
    verdict.repeated += max(len(taken) - 1, 0)
    for first, second in pairwise(taken):
        if not any(first - 5 <= kill <= second for kill in kills):
            words = f"{row.message_id} was sent again {second - first:.0f} s later for no reason"
            verdict.unexplained.append(words)
