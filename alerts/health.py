"""Is alerting working? Judged from the rows, by whoever renders the page, never by a sender."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value

from alerts import canary, pace, pulse, returns
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
from staff.prepared import Prepared

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
    now: datetime | None = None

    def said(self, zone: tzinfo) -> str:
        """Return the words with the time on this clock, and the day when it was another."""
        return " ".join(part for part in (self.words, self.since_when(zone)) if part)

    def since_when(self, zone: tzinfo) -> str:
        """Return “since 14:02”; empty when it is not known."""
        if self.since is None:
            return ""
        local = self.since.astimezone(zone)
        is_today = self.now is None or self.now.astimezone(zone).date() == local.date()
        return f"since {local:%H:%M}" if is_today else f"since {local:%d %b %H:%M}"

    def __str__(self) -> str:
        return self.words if self.since is None else f"{self.said(UTC)} UTC"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether alerts go out, and if not, why.

    `degraded`: slower, or about to be in trouble, while alerts do go out. `swept_at`: when
    the rules that watch the clock last ran, by the row; None when they never did.
    """

    ok: bool
    reasons: tuple[Reason, ...] = ()
    degraded: tuple[Reason, ...] = ()
    stopped: Reason | None = None
    swept_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether every loop turns that should."""
        return self.stopped is None

    def headline(self, zone: tzinfo) -> str:
        """Return the one sentence for every page, on the ward's clock; empty when all is well."""
        if self.ok:
            return ""
        reasons = "; ".join(reason.said(zone) for reason in self.reasons)
        if self.stopped is None:
            return f"Alerts may not be going out: {reasons}"
        return f"{self.stopped.said(zone)}. Check the patients, call by telephone. {reasons}"


def judge(now: datetime) -> Health:
    """Does every loop turn that should, is any message late, and is anybody without a message?

    Three queries, and two more where a canary is set up.
    """
    beats = {row.name: row for row in _BEATS()}
    stopped = list(_stopped(beats, now=now))
    reasons = [_words_of(name, beats.get(name), now=now) for name in stopped]
    reasons += _late(now)
    if _UNTOLD():
        reasons.append(Reason("An alert has nobody to tell: no one on call has an e-mail"))
    if settings.CRS_CANARY_ADDRESS:
        accepted = canary.last_accepted()
        if canary.is_late(now, accepted=accepted):
            reasons.append(Reason("No mail server has accepted a message", accepted, now))
    reasons += [Reason(words, at, now) for words, at in returns.troubles(now=now)]
    since = min((beats[name].at for name in stopped if name in beats), default=None)
    return Health(
        ok=not reasons,
        reasons=tuple(reasons),
        degraded=(
            *_degraded(beats, now=now),
            *(Reason(words, at, now) for words, at in returns.cautions(now=now)),
        ),
        stopped=Reason("ALERTS NOT RUNNING", since, now) if stopped else None,
        swept_at=beats[pulse.SWEEP].at if pulse.SWEEP in beats else None,
    )


class _Owed(NamedTuple):
    """Of the messages owed for open alerts: those that wait, fail again, or were refused."""

    p1_at: datetime | None
    p1_pk: int | None
    other_at: datetime | None
    other_pk: int | None
    poisoned: int
    refused_at: datetime | None


def _stopped(beats: Mapping[str, Heartbeat], *, now: datetime) -> Iterable[str]:
    expected = [pulse.SENDER, pulse.SWEEP]
    if settings.CRS_PAGING_URL:
        expected.append(pulse.PAGING)
    return (
        name
        for name in expected
        if name not in beats or not _is_alive(beats[name], now=now, within=pulse.SILENT_AFTER)
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
            yield Reason(f"{who} has not worked; alerts go out some seconds later", row.at, now)
    if settings.CRS_HAS_BROKER and pulse.CELERY_BEAT not in beats:
        yield Reason("Celery's beat has not worked yet; alerts go out some seconds later")


def _is_alive(row: Heartbeat, *, now: datetime, within: timedelta) -> bool:
    mark = (row.boot_id, row.counter)
    return _witness.is_alive(row.name, mark, at=row.at, now=now, within=within)


def _words_of(name: str, row: Heartbeat | None, *, now: datetime) -> Reason:
    who = {
        pulse.SENDER: "No sender has run",
        pulse.SWEEP: "Nobody has looked for what is due",
        pulse.PAGING: "No page was tried",
    }[name]
    return Reason(who, row.at, now) if row else Reason(f"{who} yet")


def _late(now: datetime) -> Iterable[Reason]:
    """Messages owed for open alerts: late, failing again and again, or refused for good."""
    owed = _Owed._make(_OWED(now=now)[0])
    waiting = (
        ("p1", owed.p1_at, owed.p1_pk, LATE_AFTER),
        ("other", owed.other_at, owed.other_pk, OTHERS_LATE_AFTER),
    )
    for key, at, first, limit in waiting:
        # By the clock, and by how long this process has seen the same message wait.
        stood = timedelta(seconds=_witness.unchanged_seconds(key, first))
        if at is not None and (now - at > limit or stood > limit):
            yield Reason("A message is waiting", at, now)
    if owed.poisoned:
        yield Reason(f"{owed.poisoned} of the messages failed {pace.POISONED_AFTER} times")
    if owed.refused_at:
        words = "An address was refused for good: tell the person yourself"
        yield Reason(words, owed.refused_at, now)


def _owed(*, now: datetime) -> "QuerySet[Notification, tuple[Any, ...]]":
    """One row about all messages that are owed for open alerts, as `_Owed` names its columns."""
    p1 = Q(alert__severity=Severity.P1)
    # What is put off to go out with others is not late (alerts.merging).
    owed = Q(failed_at=None) & ~Q(attempts=0, due_at__gt=F("created_at"), due_at__gte=now)
    return (
        Notification.objects.filter(
            sent_at=None, dropped_at=None, kind=Kind.ALERT, alert__state=AlertState.OPEN
        )
        .order_by()
        .values(all_of_them=Value(1))
        .annotate(
            p1_at=Min("created_at", filter=owed & p1),
            p1_pk=Min("pk", filter=owed & p1),
            other_at=Min("created_at", filter=owed & ~p1),
            other_pk=Min("pk", filter=owed & ~p1),
            poisoned=Count("pk", filter=owed & Q(attempts__gte=pace.POISONED_AFTER)),
            refused_at=Min("failed_at"),
        )
        .values_list(*_Owed._fields)
    )


def _untold() -> AlertQuerySet:
    """Open alerts that people should hear of and for which no mail could be written.

    What was told before it worsened, or before it was put off, tells nobody of it now.
    """
    mails = Notification.objects.filter(
        alert=OuterRef("pk"), channel=Channel.EMAIL, kind=Kind.ALERT, step=OuterRef("version")
    )
    return Alert.objects.filter(~Exists(mails), state=AlertState.OPEN, severity__in=_TOLD)


_BEATS: Final = Prepared(Heartbeat.objects.all)
_OWED: Final = Prepared(_owed)
_UNTOLD: Final = Prepared(lambda: _untold().order_by().values_list("pk")[:1])
