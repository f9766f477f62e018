"""Take in what comes back about messages: a mail that bounced has told nobody."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from alerts import addressing, bounce_reading, events, pulse, system
from alerts.bounce_mailbox import Mailbox
from alerts.bounce_reading import Letter, Says
from alerts.events import Happened
from alerts.models import (
    Alert,
    AlertState,
    Bulletin,
    Channel,
    Heartbeat,
    Kind,
    Notification,
    Outgoing,
    Returned,
    ReturnedAs,
    Topic,
)

logger = logging.getLogger(__name__)
# The mailbox is read once a minute; a mail server that hangs is waited for once or twice.
UNREAD_AFTER: Final = timedelta(minutes=5)
CANARY_BACK_WITHIN: Final = timedelta(minutes=15)
_SHOWN_FOR: Final = timedelta(hours=24)
Trouble = tuple[str, datetime | None]


def visit(*, now: datetime) -> int:
    """Read the mailbox once and take in what is new; return how many letters that was.

    A server that cannot be read is noted, never raised: nothing else waits for it.
    """
    account = settings.CRS_BOUNCES
    if account is None:
        return 0
    mailbox, seen = Mailbox(account), list[bytes]()
    try:
        for uid, raw in mailbox.letters():
            take_in(bounce_reading.read(raw), now=now)
            seen.append(uid)
        mailbox.mark_seen(seen)
    except OSError as error:
        logger.warning("bounces.unreadable", extra={"error": type(error).__name__})
        return len(seen)
    finally:
        mailbox.close()
    pulse.beat(pulse.BOUNCES, now=now)
    return len(seen)


@transaction.atomic
def take_in(letter: Letter, *, now: datetime) -> bool:
    """Keep what a letter says of a message of ours; false when it says nothing new."""
    if letter.says is Says.NOTHING:
        return False
    said = ReturnedAs(letter.says.value)
    new = [row for row in _about(letter) if _kept(row, letter, said, now=now)]
    for row in new:
        if said == ReturnedAs.FAILED:
            _told_nobody(row, letter.status, now=now)
        what = "notification" if isinstance(row, Notification) else "bulletin"
        logger.info("bounces.read", extra={"kind": said, what: row.pk})
    return bool(new)


def troubles(*, now: datetime) -> Iterator[Trouble]:
    """Say what keeps people from being told; three queries, none where no mailbox is set."""
    if settings.CRS_BOUNCES is None or _unread_since(now) is not None:
        return
    if settings.CRS_CANARY_ADDRESS:
        last = (
            Bulletin.objects.filter(topic=Topic.CANARY, created_at__lte=now - CANARY_BACK_WITHIN)
            .exclude(sent_at=None, failed_at=None)
            .exclude(sent_at__gt=now - CANARY_BACK_WITHIN)
            .order_by("-created_at", "-pk")
            .first()
        )
        if last and not last.returned.filter(said=ReturnedAs.ARRIVED).exists():
            yield "The canary that was sent has not come back", last.created_at


def cautions(*, now: datetime) -> Iterator[Trouble]:
    """Say what may soon keep people from being told, or kept them from lesser news."""
    if settings.CRS_BOUNCES is None:
        return
    unread = _unread_since(now)
    if unread is not None:
        yield "The bounce mailbox cannot be read", unread[0]
    lately = Returned.objects.filter(at__gt=now - _SHOWN_FOR).order_by("at")
    held = lately.filter(
        said=ReturnedAs.DELAYED,
        notification__alert__state=AlertState.OPEN,
        notification__failed_at=None,
    ).first()
    if held is not None:
        yield "A mail server is holding back a message", held.at
    lost = lately.filter(said=ReturnedAs.FAILED, bulletin__isnull=False).first()
    if lost is not None:
        yield "A mail about no single alert came back", lost.at


def _unread_since(now: datetime) -> tuple[datetime | None] | None:
    """When the mailbox was last read, if that is too long ago; None when all is well."""
    beat = Heartbeat.objects.filter(name=pulse.BOUNCES).first()
    if beat is not None and abs(now - beat.at) <= UNREAD_AFTER:
        return None
    return (beat.at if beat else None,)


def _about(letter: Letter) -> list[Outgoing]:
    """The messages of ours that a letter is about: of the first name that is one."""
    for name in letter.about:
        # One mail about several alerts bears the name of the first of them.
        plain = name.replace("<alerts-", "<alert-", 1)
        rows = Notification.objects.filter(channel=Channel.EMAIL, message_id=plain)
        first = rows.select_related("alert__ward").order_by("pk").first()
        if first is not None:
            return [first] if name == plain else _merged_with(first)
        bulletin = Bulletin.objects.filter(message_id=name).first()
        if bulletin is not None:
            return [bulletin]
    return []


def _merged_with(first: Notification) -> list[Outgoing]:
    """Those of one mail were accepted in the same moment."""
    rows = Notification.objects.filter(
        channel=Channel.EMAIL,
        recipient=first.recipient_id,
        address=first.address,
        sent_at=first.sent_at,
    )
    return [*rows.select_related("alert__ward").order_by("pk")] if first.sent_at else [first]


def _kept(row: Outgoing, letter: Letter, said: ReturnedAs, *, now: datetime) -> bool:
    notification = row if isinstance(row, Notification) else None
    bulletin = row if isinstance(row, Bulletin) else None
    is_canary = bulletin is not None and bulletin.topic == Topic.CANARY
    if said == ReturnedAs.ARRIVED and not is_canary:
        return False
    _, is_new = Returned.objects.get_or_create(
        key=letter.key,
        notification=notification,
        bulletin=bulletin,
        defaults={
            "said": said,
            "status": letter.status,
            "accepted_at": row.sent_at,
            "at": now,
        },
    )
    return is_new


def _told_nobody(row: Outgoing, status: str, *, now: datetime) -> None:
    """What was accepted and came back counts as refused: the next on the ladder are called."""
    came_back = (
        type(row)
        ._default_manager.filter(pk=row.pk, sent_at__isnull=False)
        .update(
            sent_at=None, failed_at=now, lease_until=None, last_error=f"bounced {status}".strip()
        )
    )
    if not came_back or not isinstance(row, Notification):
        return
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=row.alert_id)
    events.append(alert, Happened.BOUNCED, at=now, rung=row.rung, role=row.role, status=status)
    if row.kind == Kind.ALERT and row.rung >= alert.rung:
        addressing.call_next_rung(row, now=now)
    system.tell_of_refusal(row, now=now)
