"""Write the duty to tell: one message for each person and mailbox of a rung, in the transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

from django.conf import settings

from alerts import events, ladder, rota, wake
from alerts.events import Happened
from alerts.ladder import Duty, Rung
from alerts.models import Alert, Channel, DueSet, Kind, Notification
from alerts.policy import Rule, Severity
from alerts.rota import Holder
from staff.models import User

# Those who were told of these hear when somebody takes them.
_FOLLOWED_UP: Final = frozenset({Severity.P1, Severity.P2})

_WARD_NURSES: Final = frozenset({Duty.BEDSIDE_NURSE, Duty.CHARGE_NURSE})


def tell_first(alert: Alert, *, now: datetime) -> tuple[User, ...]:
    """Tell those at the foot of the ladder, and whom the rule calls at once as well."""
    return tell(alert, [ladder.first_of(alert.plan, Rule(alert.rule))], now=now)


def tell(alert: Alert, rungs: Sequence[Rung], *, now: datetime) -> tuple[User, ...]:
    """Tell the holders of these rungs, each once, as of the last rung; return the people.

    The alert's row is held by the caller and already stands on that rung.
    """
    duties = _each_once(duty for rung in rungs for duty in rung.tells)
    if not duties:
        return ()
    holders = _holders(alert, duties, now=now)
    if not holders:
        events.append(alert, Happened.NOBODY_TO_TELL, at=now, rung=rungs[-1].number)
        return ()
    _write(
        Notification(
            alert=alert,
            step=alert.version,
            rung=rungs[-1].number,
            role=holder.role,
            recipient=holder.user,
            address="" if holder.user else holder.mailbox,
            created_at=now,
            due_at=now,
            message_id=_message_id(alert, rungs[-1].number, holder),
        )
        for holder in holders
    )
    return tuple(holder.user for holder in holders if holder.user is not None)


def _holders(alert: Alert, duties: Sequence[Duty], *, now: datetime) -> list[Holder]:
    """Who holds these duties; in intensive care its own team stands in for the ward's nurses.

    Where that team has nobody on the rota the ward's nurses are told all the same.
    """
    holders_of = partial(rota.holders_of, ward=alert.ward, patient_id=alert.patient_id, at=now)
    if _WARD_NURSES & set(duties) and _is_in_icu(alert, now=now):
        instead = [Duty.ICU_OUTREACH if duty in _WARD_NURSES else duty for duty in duties]
        found = holders_of(_each_once(instead))
        team = [each for each in found if each.role == Duty.ICU_OUTREACH]
        if any(each.via is not rota.Via.FALLBACK for each in team):
            return found
    return holders_of(duties)


def _is_in_icu(alert: Alert, *, now: datetime) -> bool:
    return DueSet.objects.filter(pk=alert.patient_id, icu_until__gt=now).exists()


def follow_up(alert: Alert, *, by: User | None, now: datetime) -> None:
    """Owe a word to everybody who was told of a P1 or P2 by e-mail, but for who acted."""
    if Severity(alert.severity) not in _FOLLOWED_UP:
        return
    told = Notification.objects.filter(
        alert=alert, kind=Kind.ALERT, channel=Channel.EMAIL, sent_at__isnull=False
    ).order_by("pk")
    if by is not None:
        told = told.exclude(recipient=by)
    first: dict[tuple[int | None, str], Notification] = {}
    for row in told:
        first.setdefault((row.recipient_id, row.address), row)
    _write(
        Notification(
            alert=alert,
            step=alert.version,
            rung=alert.rung,
            kind=Kind.FOLLOW_UP,
            role=row.role,
            recipient_id=row.recipient_id,
            address=row.address,
            created_at=now,
            due_at=now,
            message_id=row.message_id.replace("@", f"-then-{alert.version}@"),
        )
        for row in first.values()
    )


def _write(rows: Iterable[Notification]) -> None:
    written = Notification.objects.bulk_create(rows)
    wake.after_commit([row.pk for row in written])


def _each_once(duties: Iterable[Duty]) -> list[Duty]:
    return list(dict.fromkeys(duties))


def _message_id(alert: Alert, rung: int, holder: Holder) -> str:
    """Name the message for good; a mailbox is named by a digest, for it may be a person's."""
    who = holder.user.pk if holder.user else sha256(holder.mailbox.encode()).hexdigest()[:10]
    return f"<alert-{alert.code}-{alert.version}-{rung}-{who}@{settings.CRS_MAIL_DOMAIN}>"
