"""Read a rota from an iCalendar file (RFC 5545): one event for each slot, repeats written out.

The role stands in CATEGORIES, or before the colon of SUMMARY; the person is the first
ATTENDEE (an address of an account, or a team's mailbox), or the user name behind that
colon. A second ATTENDEE is the backup; CONTACT is the telephone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import recurring_ical_events
from icalendar import Calendar, Component, Event

from alerts.rota_lines import HORIZON, Line, LineRefusedError, People, role_of, uid_of
from alerts.rota_plan import NewSlot
from staff.models import User

_MAILTO: Final = "mailto:"
_A_DAY_BACK: Final = timedelta(days=1)  # a night shift that began yesterday still counts


def read(text: str, *, people: People, zone: tzinfo, now: datetime) -> Iterator[Line]:
    """Yield each occurrence of the next 60 days; a bad event is yielded as a fault."""
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError) as error:
        yield Line(1, fault=f"This is no calendar ({type(error).__name__})")
        return
    starts = [number for number, line in enumerate(text.splitlines(), 1) if _begins_event(line)]
    zones = list(calendar.walk("VTIMEZONE"))
    series: dict[str, list[tuple[int, Event]]] = {}
    for number, event in zip(starts, calendar.walk("VEVENT"), strict=False):
        uid = str(event.get("UID", "")).strip()
        if not uid:
            yield Line(number, fault="the event has no UID")
        elif event.errors:
            names = ", ".join(sorted({str(name) for name, _ in event.errors}))
            yield Line(number, fault=f"cannot be read: {names}")
        elif isinstance(event, Event):
            series.setdefault(uid, []).append((number, event))
    for uid, events in series.items():
        yield from _series(uid, events, zones, people=people, zone=zone, now=now)


def _series(
    uid: str,
    events: list[tuple[int, Event]],
    zones: Sequence[Component],
    *,
    people: People,
    zone: tzinfo,
    now: datetime,
) -> Iterator[Line]:
    """One event and its exceptions, on their own: another's fault is not theirs."""
    number = events[0][0]
    for number_of_one, event in events:
        if fault := _fault(event, zone):
            yield Line(number_of_one, series=uid, fault=fault)
            return
    calendar = Calendar()
    for part in (*zones, *(event for _, event in events)):
        calendar.add_component(part)
    try:
        found = recurring_ical_events.of(calendar).between(now - _A_DAY_BACK, now + HORIZON)
        occurrences = list(found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield Line(number, fault=f"its times cannot be read ({type(error).__name__})")
        return
    for event in occurrences:
        try:
            yield _line(number, uid, event, people=people, zone=zone)
        except LineRefusedError as refusal:
            yield Line(number, series=uid, fault=str(refusal))


def _line(number: int, uid: str, event: Event, *, people: People, zone: tzinfo) -> Line:
    start, end = (_time(event, name, zone) for name in ("DTSTART", "DTEND"))
    # A moved occurrence keeps the name of the time it was moved from.
    first = _time(event, "RECURRENCE-ID", zone) if "RECURRENCE-ID" in event else start
    name = uid_of(uid, first)
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return Line(number, uid=name, series=uid, is_cancelled=True)
    role, said = _role(event)
    person, mailbox, backup = _people(event, said, people)
    slot = NewSlot(
        role=role_of(role),
        starts_at=start,
        ends_at=end,
        person=person,
        mailbox=mailbox,
        phone=str(event.get("CONTACT", "")).strip()[:30],
        backup=backup,
    )
    return Line(number, uid=name, series=uid, slot=slot)


def _role(event: Event) -> tuple[str, str]:
    """Return the role, and the user name that the summary may give."""
    before, _, after = str(event.get("SUMMARY", "")).partition(":")
    categories = event.get("CATEGORIES")
    cats = getattr(categories, "cats", None)
    return (str(cats[0]) if cats else before), after.strip()


def _people(event: Event, said: str, people: People) -> tuple[User | None, str, User | None]:
    """Return person, mailbox and backup."""
    attendees = event.get("ATTENDEE", [])
    named = [
        str(each).removeprefix("MAILTO:").removeprefix(_MAILTO).strip()
        for each in (attendees if isinstance(attendees, list) else [attendees])
    ]
    named = named or ([said] if said else [])
    if not named:
        raise LineRefusedError("the event names nobody")
    person = people.find(named[0])
    if person is None and "@" not in named[0]:
        raise LineRefusedError(f"nobody has the user name “{named[0]}”")
    backup = people.find(named[1]) if len(named) > 1 else None
    return person, "" if person else named[0], backup


def _time(event: Event, name: str, zone: tzinfo) -> datetime:
    if name not in event:
        raise LineRefusedError(f"the event has no {name}")
    at = getattr(event[name], "dt", None)
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=zone)
    if isinstance(at, date):  # a whole day is the ward's day
        return datetime.combine(at, time(), tzinfo=zone)
    raise LineRefusedError(f"{name} is no time")


def _fault(event: Event, zone: tzinfo) -> str:
    """Say what is wrong with an event that would vanish without a word when written out."""
    try:
        start = _time(event, "DTSTART", zone)
        if "DTEND" in event and _time(event, "DTEND", zone) <= start:
            return "A slot ends after it starts."
    except LineRefusedError as refusal:
        return str(refusal)
    return ""


def _begins_event(line: str) -> bool:
    return line.strip().upper() == "BEGIN:VEVENT"
