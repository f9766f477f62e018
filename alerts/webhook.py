"""Tell the hospital's paging system: the same rows and promises as mail, as signed JSON.

The receiver finds three headers, named as in the Standard Webhooks convention:
`webhook-id` (the same at every attempt: drop what was seen before), `webhook-timestamp`
(seconds since 1970) and `webhook-signature` (`v1,` and the base64 of HMAC-SHA256 over
`id.timestamp.body` with CRS_PAGING_SECRET). It should refuse a timestamp more than
REPLAY_WINDOW_SECONDS from its own clock. Any 2xx means accepted.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import socket
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef

from alerts import mailer, message
from alerts.deadline import within
from alerts.models import Alert, AlertState, Channel, Kind, Notification
from alerts.policy import Severity

REPLAY_WINDOW_SECONDS: Final = 300
# What stands in the row; the address itself may hold a password and stays in the settings.
ADDRESS: Final = "paging"
_PAGED: Final = (Severity.P1, Severity.P2)
_CONNECT_SECONDS: Final = 10.0
_FOLLOWED_UP_FOR: Final = timedelta(days=2)
_LONGEST_ANSWER_BYTES: Final = 65_536


class PagingRefusedError(OSError):
    """The paging system answered, but not with 2xx."""

    def __init__(self, status: int) -> None:
        """Keep the status, so that it is written to the row."""
        super().__init__(f"answered {status}")
        self.smtp_code = status


def owe(*, now: datetime) -> int:
    """Make sure that each open P1 and P2 is paged once per step and rung; return how many rows.

    Derived from the alerts at every sweep, so nobody who raises one has to think of it.
    """
    if not settings.CRS_PAGING_URL:
        return 0
    open_ones = list(
        Alert.objects.filter(state=AlertState.OPEN, severity__in=_PAGED).order_by("severity", "pk")
    )
    told: dict[int, int] = {}
    paged = set()
    known = Notification.objects.filter(alert__in=open_ones, kind=Kind.ALERT)
    for alert_id, channel, step, rung in known.values_list("alert", "channel", "step", "rung"):
        if channel == Channel.WEBHOOK:
            paged.add((alert_id, step, rung))
        else:
            told[alert_id] = max(step, told.get(alert_id, 0))
    rows = [
        _row(alert, step=step, kind=Kind.ALERT, now=now)
        for alert in open_ones
        # An alert that nobody could be mailed about is paged all the same.
        if (alert.pk, step := told.get(alert.pk, alert.version), alert.rung) not in paged
    ]
    rows += _stand_downs(now=now)
    return len(Notification.objects.bulk_create(rows, ignore_conflicts=True))


def post(row: Notification, *, now: datetime) -> None:
    """Hand one page over; raises PagingRefusedError or OSError unless the answer is 2xx."""
    body = json.dumps(payload(row), separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "crs-monitor",
        **signed(row.message_id.strip("<>"), body=body, at=now),
    }
    parts = urlsplit(settings.CRS_PAGING_URL)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = made(str(parts.hostname), parts.port, timeout=_CONNECT_SECONDS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def work() -> int:
        with contextlib.closing(connection):
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()  # a redirect is no acceptance, and not followed
            answer.read(_LONGEST_ANSWER_BYTES)
            return answer.status

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    try:
        status = within(mailer.DEADLINE_SECONDS, work, give_up=cut)
    except http.client.HTTPException as error:
        raise ConnectionError("the answer was not HTTP") from error
    if not 200 <= status <= 299:
        raise PagingRefusedError(status)


def payload(row: Notification) -> dict[str, Any]:
    """Return the body: an opaque code, how grave, which ward, by when, and where to look."""
    alert = row.alert
    ward = alert.ward
    return {
        "type": "alert.raised" if row.kind == Kind.ALERT else f"alert.{alert.state}",
        "alert": alert.code,
        "severity": alert.severity,
        "rung": row.rung,
        "ward": ward.code if ward else None,
        "respond_by": alert.respond_by.astimezone(message.zone_of(ward)).isoformat(
            timespec="seconds"
        ),
        "link": message.link_to(alert),
        "disclaimer": "Decision support, not a primary alarm.",
    }


def signed(identity: str, *, body: bytes, at: datetime) -> dict[str, str]:
    """Return the three headers that let the receiver check who speaks, and when."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((identity.encode(), timestamp.encode(), body))
    digest = hmac.new(_key(settings.CRS_PAGING_SECRET), content, hashlib.sha256).digest()
    return {
        "webhook-id": identity,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    """A secret that begins with `whsec_` is base64, as the convention has it; else it is text."""
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"))
    return secret.encode()


def _stand_downs(*, now: datetime) -> list[Notification]:
    """Who was paged hears once that somebody answered, or that the alert has ended."""
    said = Notification.objects.filter(
        alert=OuterRef("alert"), channel=Channel.WEBHOOK, kind=Kind.FOLLOW_UP, step=OuterRef("step")
    )
    paged = (
        Notification.objects.filter(
            ~Exists(said),
            channel=Channel.WEBHOOK,
            kind=Kind.ALERT,
            sent_at__gt=now - _FOLLOWED_UP_FOR,
            alert__state__in=(AlertState.ACKNOWLEDGED, AlertState.SNOOZED, AlertState.CLOSED),
        )
        .select_related("alert")
        .order_by("alert", "-pk")
    )
    last = {row.alert_id: row for row in reversed(paged)}
    return [_row(row.alert, step=row.step, kind=Kind.FOLLOW_UP, now=now) for row in last.values()]


def _row(alert: Alert, *, step: int, kind: Kind, now: datetime) -> Notification:
    name = "page" if kind == Kind.ALERT else "stand-down"
    return Notification(
        alert=alert,
        step=step,
        rung=alert.rung,
        kind=kind,
        channel=Channel.WEBHOOK,
        address=ADDRESS,
        created_at=now,
        due_at=now,
        message_id=f"<{name}-{alert.code}-{step}-{alert.rung}@{settings.CRS_MAIL_DOMAIN}>",
    )
