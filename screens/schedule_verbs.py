"""What can be asked of a patient's schedule, and who may ask it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.models import DueSet, OrderKind, ScheduleOrder
from charting import care, orders
from charting.models import PatientState
from screens import roster
from screens.labels import duration
from staff import permissions
from staff.models import User, Ward

_LONGEST_TEXT: Final = 80
INTERVALS: Final = (15, 30, 60, 120, 240, 360)
HOURS: Final = (2, 4, 8, 12, 24)
ICU_DAYS: Final = (1, 2, 3, 7)
HOME_DAYS: Final = (3, 7, 14, 31)
PALLIATIVE_DAYS: Final = (3, 7, 14)
_PLACES: Final = frozenset({OrderKind.ICU, OrderKind.HOME})


@dataclass(frozen=True, slots=True)
class Asked:
    """One person asking something of one patient's schedule, at one time."""

    user: User
    state: PatientState
    post: Any
    client_id: uuid.UUID
    now: datetime

    def whole(self, name: str, allowed: tuple[int, ...]) -> int:
        """A number that the form offers; raises ValueError for any other."""
        text = self.post.get(name, "")
        if not (text.isascii() and text.isdigit() and int(text) in allowed):
            raise ValueError(name)
        return int(text)

    def order_of(self, kinds: frozenset[OrderKind]) -> ScheduleOrder | None:
        """The order that is to end; None when it did already. Raises ValueError for no id."""
        text = self.post.get("id", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise ValueError(text)
        rows = ScheduleOrder.objects.filter(
            pk=int(text), patient_id=self.state.pk, kind__in=kinds, ends_at__gt=self.now
        )
        return rows.in_force().first()


def _pause(asked: Asked) -> str:
    minutes = asked.whole("minutes", pause_minutes(roster.due_of(asked.state)))
    orders.go_off_ward(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        why=asked.post.get("why", ""),
        back_at=asked.now + timedelta(minutes=minutes),
        accompanied_by=asked.post.get("accompanied_by", "")[:_LONGEST_TEXT],
        recorded_by=asked.user,
        now=asked.now,
    )
    return "Off the ward. If no set is charted by then, the charge nurse is told."


def _return(asked: Asked) -> str:
    order = asked.order_of(frozenset({OrderKind.OFF_WARD}))
    if order is None:
        return "The pause had ended already."
    orders.come_back(order=order, client_id=asked.client_id, recorded_by=asked.user, now=asked.now)
    return "Back on the ward. The schedule goes on."


def _sleep(asked: Asked) -> str:
    orders.let_sleep(
        patient_id=asked.state.pk, client_id=asked.client_id, signed_by=asked.user, now=asked.now
    )
    return "Signed: not to be woken from 23:00 to 06:00 of this night."


def _interval(asked: Asked) -> str:
    minutes = asked.whole("minutes", INTERVALS)
    orders.order_interval(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        minutes=minutes,
        until=asked.now + timedelta(hours=asked.whole("hours", HOURS)),
        why=asked.post.get("why", "").strip()[:_LONGEST_TEXT],
        ordered_by=asked.user,
        now=asked.now,
    )
    return f"Ordered: a set every {every(minutes)}."


def _care(kind: OrderKind, days: tuple[int, ...], said: str) -> Callable[[Asked], str]:
    """Say where or how the patient is followed, for one of the offered numbers of days."""

    def give(asked: Asked) -> str:
        care.order_care(
            patient_id=asked.state.pk,
            client_id=asked.client_id,
            kind=kind,
            until=asked.now + timedelta(days=asked.whole("days", days)),
            why=asked.post.get("why", "").strip()[:_LONGEST_TEXT],
            ordered_by=asked.user,
            now=asked.now,
        )
        return said

    return give


def _end_care(kinds: frozenset[OrderKind]) -> Callable[[Asked], str]:
    def give(asked: Asked) -> str:
        order = asked.order_of(kinds)
        if order is None:
            return "It had ended already."
        care.end_care(order=order, client_id=asked.client_id, ended_by=asked.user, now=asked.now)
        return "Ended. The schedule follows the grade again."

    return give


VERBS: Final[dict[str, tuple[Callable[[User, Ward | None], bool], Callable[[Asked], str]]]] = {
    "pause": (permissions.can_pause, _pause),
    "return": (permissions.can_pause, _return),
    "sleep": (permissions.can_let_sleep, _sleep),
    "interval": (permissions.can_order_interval, _interval),
    "icu": (
        permissions.can_order_place,
        _care(OrderKind.ICU, ICU_DAYS, "Intensive care watches. Its team is called first."),
    ),
    "home": (
        permissions.can_order_place,
        _care(OrderKind.HOME, HOME_DAYS, "At home. A check-in is due every 8 hours."),
    ),
    "palliative": (
        permissions.can_order_palliative_plan,
        _care(
            OrderKind.PALLIATIVE,
            PALLIATIVE_DAYS,
            "A grade shows on the board and calls nobody at once.",
        ),
    ),
    "end_place": (permissions.can_order_place, _end_care(_PLACES)),
    "end_palliative": (
        permissions.can_order_palliative_plan,
        _end_care(frozenset({OrderKind.PALLIATIVE})),
    ),
}


def pause_minutes(due: DueSet | None) -> tuple[int, ...]:
    """Return for how long a patient may be off the ward."""
    longest = orders.LONGEST_PAUSE_MINUTES[due is None or due.at_least > 0]
    return tuple(minutes for minutes in (15, 30, 45, 60, 90, 120) if minutes <= longest)


def every(minutes: int) -> str:
    """Return “2 h”."""
    return duration(timedelta(minutes=minutes))
