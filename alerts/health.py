"""Is alerting working? Judged from the rows, by whoever renders the page, never by a sender."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q

from alerts import canary, pace, pulse
from alerts.models import (
    Alert,
    AlertQuerySet,
    AlertState,
    Channel,
    Heartbeat,
    Kind,
    Notification,
)
from alerts.policy import Severity

# A sender turns every two seconds, and is held by one message for at most 25.
SILENT_AFTER: Final = timedelta(seconds=60)
CELERY_SILENT_AFTER: Final = timedelta(minutes=2)
LATE_AFTER: Final = timedelta(seconds=60)  # of a P1
OTHERS_LATE_AFTER: Final = timedelta(minutes=5)  # merged mails wait two minutes on purpose
# A worker that was not seen for so long has been taken away.
_FORGOTTEN_AFTER: Final = timedelta(days=1)
_TOLD: Final = (Severity.P1, Severity.P2)
# What this process has seen with its own eyes, beside what the rows say of themselves.
_witness = pulse.Witness()


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that is wrong with alerting, and since when, if that is known."""

    words: str
    since: datetime | None = None

    def said(self, zone: tzinfo) -> str:
        """Return the words with the time on this clock."""
        return self.words if self.since is None else f"{self.words} {_since(self.since, zone)}"

    def __str__(self) -> str:
        return self.words if self.since is None else f"{self.said(UTC)} UTC"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether alerts go out, and if not, why.

    `degraded`: slower, or about to be in trouble, while alerts do go out.
    """

    ok: bool
    reasons: tuple[Reason, ...] = ()
    degraded: tuple[Reason, ...] = ()
    is_running: bool = True
    stopped_at: datetime | None = None

    def headline(self, zone: tzinfo) -> str:
        """Return the one sentence for every page, on the ward's clock; empty when all is well."""
        if self.ok:
            return ""
        reasons = "; ".join(reason.said(zone) for reason in self.reasons)
        if self.is_running:
            return f"Alerts may not be going out: {reasons}"
        since = f" {_since(self.stopped_at, zone)}" if self.stopped_at else ""
        return f"ALERTS NOT RUNNING{since}. Check the patients, call by telephone. {reasons}"


def judge(now: datetime) -> Health:
    """Does every loop turn that should, is any message late, and is anybody without a message?

    Three queries, and two more where a canary is set up.
    """
    beats = {row.name: row for row in Heartbeat.objects.all()}
    stopped = list(_stopped(beats, now=now))
    reasons = [_words_of(name, beats.get(name)) for name in stopped]
    reasons += _late(now)
    if _untold().exists():
        reasons.append(Reason("An alert has nobody to tell: no one on call has an e-mail"))
    if settings.CRS_CANARY_ADDRESS:
        accepted = canary.last_accepted()
        if canary.is_late(now, accepted=accepted):
            reasons.append(Reason("No mail server has accepted a message", accepted))
    times = [beats[name].at for name in stopped if name in beats]
    return Health(
        ok=not reasons,
        reasons=tuple(reasons),
        degraded=tuple(_degraded(beats, now=now)),
        is_running=not stopped,
        stopped_at=min(times, default=None),
    )


def _stopped(beats: Mapping[str, Heartbeat], *, now: datetime) -> Iterable[str]:
    expected = [pulse.SENDER, pulse.SWEEP]
    if settings.CRS_PAGING_URL:
        expected.append(pulse.PAGING)
    return (
        name
        for name in expected
        if name not in beats or not _is_alive(beats[name], now=now, within=SILENT_AFTER)
    )


def _degraded(beats: Mapping[str, Heartbeat], *, now: datetime) -> Iterable[Reason]:
    """Celery only makes alerts faster; without it they go out some seconds later."""
    for name, row in sorted(beats.items()):
        is_beat = name == pulse.CELERY_BEAT
        if not is_beat and not pulse.is_worker(name):
            continue
        gone = now - row.at > _FORGOTTEN_AFTER and not (is_beat and settings.CRS_HAS_BROKER)
        if not gone and not _is_alive(row, now=now, within=CELERY_SILENT_AFTER):
            who = "Celery's beat" if is_beat else "A Celery worker"
            yield Reason(f"{who} has not worked; alerts go out some seconds later", row.at)
    if settings.CRS_HAS_BROKER and pulse.CELERY_BEAT not in beats:
        yield Reason("Celery's beat has not worked yet; alerts go out some seconds later")


def _is_alive(row: Heartbeat, *, now: datetime, within: timedelta) -> bool:
    mark = (row.boot_id, row.counter)
    return _witness.is_alive(row.name, mark, at=row.at, now=now, within=within)


def _words_of(name: str, row: Heartbeat | None) -> Reason:
    who = {
        pulse.SENDER: "No sender has run",
        pulse.SWEEP: "Nobody has looked for what is due",
        pulse.PAGING: "No page was tried",
    }[name]
    return Reason(who, row.at) if row else Reason(f"{who} yet")


def _late(now: datetime) -> Iterable[Reason]:
    """Messages owed for open alerts: late, failing again and again, or refused for good."""
    p1 = Q(alert__severity=Severity.P1)
    # A message that waits for its first attempt on purpose is not late.
    owed = Q(failed_at=None) & ~Q(attempts=0, due_at__gt=now)
    rows: dict[str, Any] = Notification.objects.filter(
        sent_at=None, dropped_at=None, kind=Kind.ALERT, alert__state=AlertState.OPEN
    ).aggregate(
        p1_at=Min("created_at", filter=owed & p1),
        p1_pk=Min("pk", filter=owed & p1),
        other_at=Min("created_at", filter=owed & ~p1),
        other_pk=Min("pk", filter=owed & ~p1),
        poisoned=Count("pk", filter=owed & Q(attempts__gte=pace.POISONED_AFTER)),
        refused_at=Min("failed_at"),
    )
    for key, limit in (("p1", LATE_AFTER), ("other", OTHERS_LATE_AFTER)):
        at = rows[f"{key}_at"]
        # By the clock, and by how long this process has seen the same message wait.
        stood = timedelta(seconds=_witness.unchanged_seconds(key, rows[f"{key}_pk"]))
        if at is not None and (now - at > limit or stood > limit):
            yield Reason("A message is waiting", at)
    if rows["poisoned"]:
        yield Reason(f"{rows['poisoned']} of the messages failed {pace.POISONED_AFTER} times")
    if rows["refused_at"]:
        words = "An address was refused for good: tell the person yourself"
        yield Reason(words, rows["refused_at"])


def _untold() -> AlertQuerySet:
    """Open alerts that people should hear of and for which no mail could be written."""
    mails = Notification.objects.filter(alert=OuterRef("pk"), channel=Channel.EMAIL)
    return Alert.objects.filter(~Exists(mails), state=AlertState.OPEN, severity__in=_TOLD)


def _since(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    is_long_ago = abs(datetime.now(UTC) - at) > timedelta(hours=20)
    return f"since {local:%d %b %H:%M}" if is_long_ago else f"since {local:%H:%M}"
