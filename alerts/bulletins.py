"""Messages about no single alert: written once per key, put into words when they are sent."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage

from alerts import continuity, message, rota_plan
from alerts.models import (
    URGENT,
    Alert,
    AlertState,
    Bulletin,
    Notification,
    RotaRole,
    Topic,
)
from alerts.policy import Severity
from alerts.rota import Holder
from staff.models import Ward

_MOST_LISTED: Final = 12
_DAY: Final = timedelta(days=1)


class Words(NamedTuple):
    """What a bulletin says: a title, some lines, and where to look."""

    title: str
    lines: list[str]
    path: str = ""


def write(
    topic: Topic, *, key: str, ward: Ward | None, to: Iterable[Holder], now: datetime
) -> list[Bulletin]:
    """Owe this bulletin to each of these, once per key; return the rows of this key."""
    Bulletin.objects.bulk_create(
        (
            Bulletin(
                topic=topic,
                key=key,
                ward=ward,
                role=holder.role,
                recipient=holder.user,
                address="" if holder.user else holder.mailbox,
                created_at=now,
                due_at=now,
                message_id=_message_id(key, holder),
            )
            for holder in to
        ),
        ignore_conflicts=True,
    )
    return list(Bulletin.objects.filter(key=key).select_related("recipient"))


def compose(row: Bulletin, *, now: datetime) -> EmailMessage | None:
    """Return the message as things stand now; None when nothing is left to say."""
    words = _WORDS[Topic(row.topic)](row, now)
    if words is None:
        return None
    place = message.place_of(row.ward) if row.ward else ""
    return message.built(
        row,
        subject=" - ".join(part for part in ("CRS Monitor", place, words.title) if part),
        template="bulletin",
        facts={
            "title": words.title,
            "ward": place,
            "lines": words.lines,
            "link": f"{settings.CRS_BASE_URL}{words.path}" if words.path else "",
        },
        urgent=row.topic in URGENT and row.topic != Topic.TEST_PAGE,
    )


def _unanswered(row: Bulletin, now: datetime) -> Words | None:
    return _listed(row, Severity.P3, since=None, title="alerts of this shift")


def _to_know(row: Bulletin, now: datetime) -> Words | None:
    return _listed(row, Severity.P4, since=now - _DAY, title="what there is to know today")


def _listed(
    row: Bulletin, severity: Severity, *, since: datetime | None, title: str
) -> Words | None:
    rows = Alert.objects.filter(ward=row.ward, state=AlertState.OPEN, severity=severity)
    if since is not None:
        rows = rows.filter(raised_at__gt=since)
    codes = list(rows.order_by("raised_at", "pk").values_list("code", flat=True))
    if not codes:
        return None
    more = f" and {len(codes) - _MOST_LISTED} more" if len(codes) > _MOST_LISTED else ""
    return Words(
        f"{len(codes)} {title}",
        [f"Priority: {severity}", f"Codes: {', '.join(codes[:_MOST_LISTED])}{more}"],
        "/alerts/",
    )


def _test_page(row: Bulletin, now: datetime) -> Words:
    role = RotaRole(row.role).label if row.role else "whoever is on call"
    return Words(
        "P4 test page",
        [f"This is a test of the way to: {role}.", "No patient needs you. Nothing is to be done."],
    )


def _canary(row: Bulletin, now: datetime) -> Words:
    return Words("proof that mail goes out", ["Sent once each shift. Nothing is to be done."])


def _gap(row: Bulletin, now: datetime) -> Words | None:
    if row.ward is None:
        return None
    gaps = rota_plan.gaps(row.ward, start=now, end=now + _DAY)
    gap = next((each for each in gaps if each.role == row.role), None)
    if gap is None:
        return None
    start, end = (
        message.described_at(each, ward=row.ward) for each in (gap.starts_at, gap.ends_at)
    )
    return Words(
        f"nobody on call as {RotaRole(gap.role).label.lower()}",
        [f"From: {start}", f"Until: {end}", "Alerts go to members of the ward or its mailbox."],
        f"/wards/{row.ward.code}/rota/",
    )


def _refused(row: Bulletin, now: datetime) -> Words | None:
    pk = row.key.rpartition("-")[2]
    refused = Notification.objects.select_related("alert").filter(pk=int(pk)).first()
    if refused is None:
        return None
    role = RotaRole(refused.role).label.lower() if refused.role else "recipient"
    return Words(
        f"an address was refused, alert {refused.alert.code}",
        [f"The mail server refused the address of the {role} for good.",
         "Tell the person yourself, and correct the address."],
        f"/alerts/{refused.alert.code}/",
    )  # fmt: skip


def _old_pack(row: Bulletin, now: datetime) -> Words | None:
    since = continuity.stale_since(row.ward, now=now) if row.ward else None
    if row.ward is None or since is None:
        return None
    return Words(
        "papers for a downtime are old",
        [f"Continuity pack not written since {message.described_at(since, ward=row.ward)}.",
         "Alerts go out. Should the system stop, the paper would be older than 30 minutes.",
         "Look at the disk and the folder that the packs are written to."],
    )  # fmt: skip


def _feed_waits(row: Bulletin, now: datetime) -> Words:
    return Words(
        "values of a feed could not be understood",
        ["They wait in quarantine: none of them counts in a grade or an alert.",
         "What stood beside them in the same messages was stored.",
         "Say there what the code or unit is, or tell whoever keeps the feed."],
        "/interop/quarantine/",
    )  # fmt: skip


def _break_glass(row: Bulletin, now: datetime) -> Words:
    code = row.key.rpartition("-")[2]
    return Words(
        "a patient of another ward was opened",
        [f"Code: {code}", "Somebody gave two identifiers and a reason, and reads for a while.",
         "Who, why and until when is shown to those who review it."],
        f"/break-glass/openings/#{code}",
    )  # fmt: skip


def _emergency(row: Bulletin, now: datetime) -> Words:
    return Words(
        "an emergency account was used",
        ["Somebody signed in by the password of an emergency account.",
         "The trail says when, from where, and what was done.",
         "Was nothing wrong with the hospital's sign-in? Then ask who it was."],
        "/people/",
    )  # fmt: skip


def _factor_reset(row: Bulletin, now: datetime) -> Words:
    return Words(
        "your second factor was taken away",
        ["An administrator did it, and all your sessions ended.",
         "At your next sign-in you may have to set up another.",
         "You did not ask for it? Tell the administrator at once."],
        "/account/",
    )  # fmt: skip


_WORDS: Final[dict[Topic, Callable[[Bulletin, datetime], Words | None]]] = {
    Topic.DIGEST_P3: _unanswered,
    Topic.DIGEST_P4: _to_know,
    Topic.TEST_PAGE: _test_page,
    Topic.CANARY: _canary,
    Topic.ROTA_GAP: _gap,
    Topic.ROTA_GAP_NOW: _gap,
    Topic.MAIL_REFUSED: _refused,
    Topic.OLD_PACK: _old_pack,
    Topic.FEED_WAITS: _feed_waits,
    Topic.BREAK_GLASS: _break_glass,
    Topic.EMERGENCY: _emergency,
    Topic.FACTOR_RESET: _factor_reset,
}


def _message_id(key: str, holder: Holder) -> str:
    who = holder.user.pk if holder.user else sha256(holder.mailbox.encode()).hexdigest()[:10]
    return f"<{key}-{who}@{settings.CRS_MAIL_DOMAIN}>"
