"""Hold what was committed beside what the mail server accepted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.models import Alert, Channel, Notification
from alerts.policy import Severity
from bench import contest


@dataclass(frozen=True, slots=True)
class Found:
    """What the storm came to; `p1_seconds` of each mail about a P1, commit to accepted."""

    by_priority: dict[str, int]
    messages: int
    people: int
    mails: int
    p1_seconds: list[float]

    @property
    def problems(self) -> int:
        """How many alerts were raised."""
        return sum(self.by_priority.values())

    def percentile(self, percent: float) -> float:
        """Return the nearest-rank percentile, in seconds."""
        return contest.percentile(self.p1_seconds, percent)


class Storm:
    """The lines of the clients and of the mail server."""

    def __init__(self, committed: Sequence[Path], accepted: Path) -> None:
        self._committed, self._accepted = committed, accepted

    def is_told(self) -> bool:
        """Whether the mail server has accepted every message about a P1."""
        owed = Notification.objects.filter(
            alert__severity=Severity.P1, rung=0, channel=Channel.EMAIL
        )
        return self._mails().keys() >= set(owed.values_list("message_id", flat=True))

    def found(self) -> Found:
        """Return the figures; raises ValueError when no P1 was told."""
        commits = self._commits()
        first = Notification.objects.filter(alert__severity=Severity.P1, rung=0)
        rows = first.values_list("message_id", "alert__code")
        mails = self._mails()
        return Found(
            by_priority=Counter(
                Alert.objects.order_by("severity").values_list("severity", flat=True)
            ),
            messages=Notification.objects.count(),
            people=Notification.objects.values("recipient").distinct().count(),
            mails=len(self._accepted.read_text().splitlines()),
            p1_seconds=[mails[name] - commits[code] for name, code in rows],
        )

    def _commits(self) -> dict[str, float]:
        found = {}
        for file in self._committed:
            for line in file.read_text().splitlines():
                at, severity, code = line.split()
                if severity == Severity.P1:
                    found[code] = float(at)
        return found

    def _mails(self) -> dict[str, float]:
        """When each message was first accepted, by Message-ID."""
        found: dict[str, float] = {}
        for line in self._accepted.read_text().splitlines():
            at, name, _ = line.split()
            found.setdefault(name, float(at))
        return found
