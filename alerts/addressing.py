"""Whose message is it at the moment it is sent? Also, what follows when an address is refused."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from alerts import rota, system
from alerts.models import Alert, AlertState, Kind, Notification, Outgoing
from alerts.rota import Holder


def is_still_owed(row: Notification, *, now: datetime) -> bool:
    """Whether to send this very message now; one that is not is dropped, never silently.

    A later message of the same alert to the same person makes this one superfluous. A
    person who no longer holds the role gives way to whoever does.
    """
    if row.kind == Kind.FOLLOW_UP:
        if row.alert.state == AlertState.OPEN:
            return drop(row, "the alert is open again", now=now)
        return True
    if _is_superseded(row):
        return drop(row, "a later message says more", now=now)
    if not row.role:
        return True
    holders = rota.holders(
        ward=row.alert.ward, role=row.role, patient_id=row.alert.patient_id, at=now
    )
    if not holders or _key(row) in {each.key for each in holders}:
        return True  # nobody else holds the role: better the wrong person than nobody
    _tell_instead(row, holders, now=now)
    return False


def drop(row: Outgoing, why: str, *, now: datetime) -> bool:
    """Stop owing this message, and say why; always returns False."""
    type(row)._default_manager.filter(pk=row.pk, sent_at=None).update(
        dropped_at=now, lease_until=None, last_error=why
    )
    return False


@transaction.atomic
def refused_for_good(row: Outgoing, error: str, *, now: datetime) -> None:
    """Note it, let the next rung of the ladder come at once, and tell those who keep addresses."""
    type(row)._default_manager.filter(pk=row.pk, sent_at=None).update(
        failed_at=now, lease_until=None, last_error=error
    )
    if isinstance(row, Notification):
        if row.kind == Kind.ALERT:
            call_next_rung(row, now=now)
        system.tell_of_refusal(row, now=now)


def call_next_rung(row: Notification, *, now: datetime) -> None:
    """Let the step after this message come at once: whom it was for has not been told.

    Only while the alert still stands on this message's rung: what was refused late comes
    after others were called, and would repeat their call.
    """
    # The last call is repeated in its own time, or a dead address would repeat it at once.
    if row.rung < row.alert.plan.last.number:
        # Of a reading that waits for a second one the next step is to believe it.
        Alert.objects.filter(
            pk=row.alert_id,
            rung=row.rung,
            state=AlertState.OPEN,
            is_provisional=False,
            next_step_at__gt=now,
        ).update(next_step_at=now)


def message_id(row: Notification, holder: Holder) -> str:
    """Name a message for good, so that a repeat is seen as one."""
    who = holder.user.pk if holder.user else sha256(holder.mailbox.encode()).hexdigest()[:10]
    name = f"alert-{row.alert.code}-{row.step}-{row.rung}-{who}"
    return f"<{name}@{settings.CRS_MAIL_DOMAIN}>"


def _is_superseded(row: Notification) -> bool:
    same = (
        Q(recipient=row.recipient) if row.recipient_id else Q(recipient=None, address=row.address)
    )
    later = Notification.objects.filter(
        same, alert=row.alert_id, kind=Kind.ALERT, channel=row.channel, pk__gt=row.pk
    )
    return later.filter(failed_at=None, dropped_at=None).exists()


@transaction.atomic
def _tell_instead(row: Notification, holders: list[Holder], *, now: datetime) -> None:
    Notification.objects.bulk_create(
        (
            Notification(
                alert=row.alert,
                step=row.step,
                rung=row.rung,
                kind=row.kind,
                channel=row.channel,
                role=row.role,
                recipient=holder.user,
                address="" if holder.user else holder.mailbox,
                created_at=now,
                due_at=now,
                message_id=message_id(row, holder),
            )
            for holder in holders
        ),
        ignore_conflicts=True,  # who was told of this rung already is not told again
    )
    drop(row, "no longer on call", now=now)


def _key(row: Notification) -> tuple[int | None, str]:
    return (row.recipient_id, "") if row.recipient_id else (None, row.address.casefold())
