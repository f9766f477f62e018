"""What happened to an alert, in order, in words and on the ward's clock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from alerts.events import Happened
from alerts.models import Alert, AlertEvent, RotaRole, SnoozeReason
from screens import labels
from screens.alert_words import coming, duties, zone_of
from staff.models import User

Teller = Callable[[str, str, Mapping[str, Any]], str]


def story(alert: Alert, *, now: datetime) -> list[dict[str, str]]:
    """Return every event with its time; two queries, and one more after a change of owner."""
    events = list(alert.events.select_related("by").order_by("seq"))
    owners = {event.detail["had"] for event in events if event.detail.get("had")}
    names = {user.pk: user.display_name() for user in User.objects.filter(pk__in=owners)}
    return [
        {
            "at_label": labels.clock(event.at, zone=zone_of(alert), now=now),
            "words": _words(event, names),
        }
        for event in events
    ]


def _words(event: AlertEvent, names: Mapping[int, str]) -> str:
    who = event.by.display_name() if event.by else ""
    had = names.get(event.detail.get("had") or 0, "")
    tell = _TELLERS.get(event.kind)
    if tell is None:
        # A kind that nobody lists is still shown, never an error.
        said = event.kind.replace("_", " ")
        return labels.sentence(f"{said} by {who}" if who else said)
    return tell(who, had, event.detail)


def _raised(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"Raised as {detail.get('severity', 'an alert')} by rule {detail.get('rule')}"


def _worsened(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"Got worse: now {detail.get('severity')} by rule {detail.get('rule')}"


def _confirmed(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"Confirmed by a second reading: now {detail.get('severity')}"


def _not_rechecked(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"Nobody measured again in time: now {detail.get('severity')}"


def _escalated(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    called = duties(detail.get("tells", ())) or "nobody"
    return f"Nobody had it: called {called} (step {detail.get('rung')} of the ladder)"


def _bounced(_who: str, _had: str, detail: Mapping[str, Any]) -> str:
    role = RotaRole(detail["role"]).label.lower() if detail.get("role") else "recipient"
    return f"The mail to the {role} came back: nobody was told by it"


def _acknowledged(who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"{who} answered{coming(detail.get('eta_minutes'))}"


def _answer_expired(_who: str, had: str, _detail: Mapping[str, Any]) -> str:
    return f"No newer set since {had or 'somebody'} answered: it waits for an answer again"


def _owner_left(_who: str, had: str, _detail: Mapping[str, Any]) -> str:
    return f"{had or 'Whoever had it'} has no account any more: it waits for an answer again"


def _cannot_come(who: str, _had: str, _detail: Mapping[str, Any]) -> str:
    return f"{who} cannot come"


def _called_next(who: str, _had: str, _detail: Mapping[str, Any]) -> str:
    return f"{who} had the next in line called"


def _snoozed(who: str, _had: str, detail: Mapping[str, Any]) -> str:
    code = detail.get("reason", "")
    reason = SnoozeReason(code).label if code in SnoozeReason.values else code
    return f"{who} put it off for {detail.get('minutes')} min: {reason}"


def _handed_over(who: str, had: str, _detail: Mapping[str, Any]) -> str:
    return f"{who} took it over from {had}" if had else f"{who} took it over; nobody had it"


def _moved(_who: str, _had: str, _detail: Mapping[str, Any]) -> str:
    return "The patient moved to another ward, which was told"


def _closed(who: str, _had: str, detail: Mapping[str, Any]) -> str:
    return f"Closed{' by ' + who if who else ''}: {detail.get('reason')}"


def _always(words: str) -> Teller:
    return lambda _who, _had, _detail: words


_TELLERS: Final[Mapping[str, Teller]] = {
    Happened.RAISED: _raised,
    Happened.WORSENED: _worsened,
    Happened.CONFIRMED: _confirmed,
    Happened.NOT_RECHECKED: _not_rechecked,
    Happened.NOBODY_TO_TELL: _always("Nobody could be told: the ward has nobody with an e-mail"),
    Happened.ESCALATED: _escalated,
    Happened.BOUNCED: _bounced,
    Happened.ACKNOWLEDGED: _acknowledged,
    Happened.ANSWER_EXPIRED: _answer_expired,
    Happened.OWNER_LEFT: _owner_left,
    Happened.CANNOT_COME: _cannot_come,
    Happened.CALLED_NEXT: _called_next,
    Happened.SNOOZED: _snoozed,
    Happened.SNOOZE_ENDED: _always("It was put off long enough: it waits for an answer again"),
    Happened.HANDED_OVER: _handed_over,
    Happened.MOVED: _moved,
    Happened.REWORDED: _always("A dose was recorded or corrected: it now says the new risk window"),
    Happened.RESTORED: _always("The system was restored from a backup: it is told anew"),
    Happened.SOURCE_CORRECTED: _always("The reading behind it was corrected: look again"),
    Happened.CLOSED: _closed,
}
