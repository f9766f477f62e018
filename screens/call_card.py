"""Whom to call about a danger that nobody has answered, with telephone numbers, in order."""

from datetime import datetime
from typing import Any

from alerts import ladder, rota
from alerts.models import Alert, RotaRole
from alerts.policy import Rule
from screens import labels
from staff.models import Ward


def card(alert: Alert, *, now: datetime) -> dict[str, Any]:
    """Return the card of the alert: what stands, whom to call now, and whom after no answer.

    The roles are those of the ladder that the messages follow, so card and messages
    cannot drift apart. Two queries.
    """
    first = ladder.first_of(alert.plan, Rule(alert.rule))
    held = rota.by_role(alert.ward, at=now) if alert.ward else {}
    lines = [_line(role, held, alert.ward) for role in _called(first.tells)]
    called = set(first.tells)
    for rung in alert.plan.rungs[1:]:
        after = f"no answer in {rung.after_minutes} min"
        fresh = _called(tuple(duty for duty in rung.tells if duty not in called))
        called |= set(rung.tells)
        lines += [_line(role, held, alert.ward) | {"after": after} for role in fresh]
    return {
        "words": labels.sentence(alert.words),
        "lines": lines,
        "alert_url": f"/alerts/{alert.code}/",
    }


def _called(duties: tuple[ladder.Duty, ...]) -> list[RotaRole]:
    """The roles that are called: whoever reads the card is at the bed."""
    return [RotaRole(duty) for duty in duties if duty is not ladder.Duty.BEDSIDE_NURSE]


def _line(
    role: RotaRole, held: dict[RotaRole, list[rota.Holder]], ward: Ward | None
) -> dict[str, Any]:
    holders = held.get(role, [])
    people = [each.user.display_name() for each in holders if each.user is not None]
    phones = [each.phone for each in holders if each.phone]
    if not phones and role is RotaRole.CHARGE_NURSE and ward is not None and ward.phone:
        phones = [ward.phone]
    return {
        "role": role.label,
        "people": ", ".join(people) or ("team mailbox" if holders else "nobody on the rota"),
        "phone": phones[0] if phones else "",
        "after": "",
    }
