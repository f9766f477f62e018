"""Times, ages and numbers in the words a ward reads, on the ward's own clock."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

# By number, from 1; calendar.month_abbr formats a date for each of them anew.
MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE = timedelta(minutes=1)


def duration(span: timedelta) -> str:
    """Return “42 min”, “3 h 58 min” or “2 d 3 h”; a negative span reads as its length."""
    minutes = int(abs(span) / _MINUTE)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def ago(at: datetime, *, now: datetime) -> str:
    """Return how long ago, or in how long."""
    if abs(now - at) < _MINUTE:
        return "just now"
    return f"in {duration(at - now)}" if at > now else f"{duration(now - at)} ago"


def clock(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Return “14:10”, with the day when it is not today's and the year when it is not this one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    words = f"{local:%H:%M}"
    if local.date() == today.date():
        return words
    words = f"{words}, {local.day} {local:%b}"
    return words if local.year == today.year else f"{words} {local.year}"


def full_day(day: date) -> str:
    """Return “7 Mar 1961”."""
    return f"{day.day} {day:%b} {day.year}"


def number(value: Decimal | int | None) -> str:
    """Return the digits without trailing zeros; nothing for what was not recorded."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return f"{value.normalize() + 0:f}"


def temperature(celsius: Decimal | None) -> str:
    """Return degrees with at least one decimal, as a thermometer shows them: “39.0”."""
    words = number(celsius)
    return f"{words}.0" if words and "." not in words else words


def short_age(at: datetime, *, now: datetime) -> str:
    """Return an age in its largest unit alone: “21 min”, “22 h”, “3 d”."""
    return " ".join(duration(now - at).split(" ")[:2])


def signed(change: Decimal) -> str:
    """Return a change with its sign, “±0” for none."""
    if change == 0:
        return "±0"
    return f"+{number(change)}" if change > 0 else f"−{number(-change)}"


def sentence(words: str) -> str:
    """Return the words with a capital letter in front."""
    return words[:1].upper() + words[1:]
