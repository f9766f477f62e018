"""Where somebody is signed in: each session with its browser, and the way to end it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from identity import places
from identity.browsers import words_for
from identity.record import note
from staff import here
from staff.models import Device, User

_LONGEST_AGENT: Final = 200
# Set at a full sign-in, and kept when a PIN unlocks the same person's session.
BEGAN: Final = "crs_signed_in_at"
FRESH_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Place:
    """One session: in which browser, on which tablet, since when, and when last used."""

    number: int
    browser: str
    tablet: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def begin(request: HttpRequest, user: User, *, way: str, now: datetime) -> None:
    """Write down that this session is somebody's; call it after its key was made anew."""
    if request.session.session_key is None:
        request.session.save()
    UserSession.objects.filter(user=user).exclude(session_key__in=_alive(now)).delete()
    agent = request.META.get("HTTP_USER_AGENT", "")[:_LONGEST_AGENT]
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": places.address_of(request),
            "user_agent": agent,
            "created_at": now,
            "data": {"device": here.device_id(), "way": way},
        },
    )


def of(user: User, *, now: datetime, this: str | None = None) -> list[Place]:
    """Return somebody's sessions that live, the newest first; `this` is the key of one's own.

    When it was last used is known to ten minutes: a session is renewed no more often.
    """
    ends = dict(_alive(now).values_list("session_key", "expire_date"))
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    tablets = {device.pk: str(device) for device in Device.objects.filter(pk__in=map(_on, rows))}
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return [
        Place(
            number=row.pk,
            browser=words_for(row.user_agent),
            tablet=tablets.get(_on(row) or 0, ""),
            address=row.ip,
            began_at=row.created_at,
            seen_at=max(row.created_at, ends[row.session_key] - age),
            is_this=row.session_key == this,
        )
        for row in rows
        if row.session_key in ends
    ]


def end(user: User, number: int, *, by: User, now: datetime) -> bool:
    """End one of somebody's sessions at once; false when there is no such session."""
    row = UserSession.objects.filter(user=user, pk=number).first()
    if row is None:
        return False
    row.end()
    note("session.ended", by, user, at=now)
    return True


def end_all(user: User, *, by: User, now: datetime, but: str | None = None) -> int:
    """End somebody's sessions, but the one with this key; return how many there were."""
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    for row in rows:
        row.end()
    if rows:
        note("session.ended", by, user, at=now, count=len(rows))
    return len(rows)


def forget(request: HttpRequest) -> None:
    """Take this session off the list, before it goes by itself."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


def is_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the person signed in fully a moment ago: enough to change how they sign in."""
    began: float | None = request.session.get(BEGAN)
    return began is not None and abs(now.timestamp() - began) < FRESH_FOR.total_seconds()


def _alive(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__gt=now)


def _on(row: UserSession) -> int | None:
    found: int | None = row.data.get("device")
    return found
