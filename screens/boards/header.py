"""Above the beds: who is on call, how the day goes, and how much each nurse has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from alerts import rota, today
from alerts.models import RotaRole
from alerts.rota import Holder, Via
from alerts.today import Answers, Compliance
from screens.boards import urgency, workload
from screens.boards.kept import Drawn
from staff.models import Ward

# A page asks every five seconds; nobody acts on a median of so long ago.
KEPT_FOR: Final = timedelta(seconds=15)
ON_CALL: Final = (
    RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING,
    RotaRole.ICU_OUTREACH,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """What of the header a quarter of a minute does not change."""

    at: datetime
    on_call: list[dict[str, Any]]
    answers: Answers
    answered: Compliance


class Kept:
    """Each ward's day as this process last asked for it, so that a board of seconds asks less."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._days: dict[int, Day] = {}

    def day(self, ward: Ward, *, now: datetime) -> Day:
        """Return the ward's day, at most 15 seconds old; four queries when it is older."""
        known = self._days.get(ward.pk)
        if known is None or not timedelta() <= now - known.at < KEPT_FOR:
            known = self._days[ward.pk] = Day(
                now,
                on_call(ward, now=now),
                today.answers(ward, now=now),
                today.answered(ward, now=now),
            )
        return known

    def forget(self, ward: Ward) -> None:
        """Ask again at the next board: something was changed."""
        self._days.pop(ward.pk, None)


KEPT: Final = Kept()


def header(ward: Ward, drawn: Sequence[Drawn], *, now: datetime) -> dict[str, Any]:
    """Return what stands above the beds; at most four queries."""
    day = KEPT.day(ward, now=now)
    plans = [each.facts.row for each in drawn if urgency.is_asked_for(each, now=now)]
    kept = today.with_waiting(day.answered, plans, since=today.midnight(ward, now=now), now=now)
    median = day.answers.median_minutes
    return {
        "on_call": day.on_call,
        "answered": {
            "median_minutes": None if median is None else round(median, 1),
            "count": day.answers.count,
        },
        "kept": {"percent": kept.percent, "kept": kept.kept, "due": kept.due},
        "workload": [
            {"nurse": row.nurse, "patients": row.patients, "points": row.points,
             "unplanned": row.unplanned}
            for row in workload.loads(_patient(each) for each in drawn)
        ],
    }  # fmt: skip


def on_call(ward: Ward, *, now: datetime) -> list[dict[str, Any]]:
    """Return who holds each of the four roles now, with a telephone number where one is known."""
    held = rota.by_role(ward, at=now)
    return [_role(role, held.get(role, []), ward) for role in ON_CALL]


def _role(role: RotaRole, holders: Sequence[Holder], ward: Ward) -> dict[str, Any]:
    is_vacant = not holders or all(each.via == Via.FALLBACK for each in holders)
    people = [each.user.display_name() for each in holders if each.user is not None]
    phones = [each.phone for each in holders if each.phone]
    if not phones and role is RotaRole.CHARGE_NURSE and ward.phone:
        phones = [ward.phone]
    who = ", ".join(people) or ("team mailbox" if holders and not is_vacant else "nobody")
    return {
        "role": role.label,
        "who": who,
        "phone": phones[0] if phones else "",
        "is_vacant": is_vacant,
    }


def _patient(drawn: Drawn) -> workload.Patient:
    row = drawn.facts.row
    return workload.Patient(
        row.interval_minutes, row.at_least or 0, drawn.facts.running, drawn.facts.nurses
    )
