"""What is handed over for a message that was claimed: a mail, a merged mail, or a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import addressing, bulletins, mailer, merging, message, webhook
from alerts.models import Bulletin, Channel, Notification, Outgoing
from alerts.rota import can_be_told


class NoAddressError(Exception):
    """The person has left, or has no address: this message can never be delivered."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to hand over, and the rows that are done with once it is accepted."""

    rows: Sequence[Outgoing]
    send: Callable[[], None]


def of(row: Outgoing, *, now: datetime, owner: str) -> Parcel | None:
    """Return what to hand over; None when the message was dropped, or waits for others."""
    if isinstance(row, Bulletin):
        return _bulletin(row, now=now)
    assert isinstance(row, Notification)  # there is no third kind
    if not addressing.is_still_owed(row, now=now):
        return None
    if row.channel == Channel.WEBHOOK:
        return Parcel([row], lambda: webhook.post(row, now=now))
    _insist_on_an_address(row)
    rows = merging.gathered(row, now=now, owner=owner)
    if not rows:
        return None
    if len(rows) > 1:
        return Parcel(rows, lambda: mailer.hand_over(message.compose_many(rows)))
    return Parcel(rows, lambda: mailer.hand_over(message.compose(row)))


def _bulletin(row: Bulletin, *, now: datetime) -> Parcel | None:
    _insist_on_an_address(row)
    mail = bulletins.compose(row, now=now)
    if mail is None:
        addressing.drop(row, "nothing left to say", now=now)
        return None
    return Parcel([row], lambda: mailer.hand_over(mail))


def _insist_on_an_address(row: Outgoing) -> None:
    if row.recipient is not None and not can_be_told(row.recipient):
        raise NoAddressError
