"""Above the beds: who is on call, how the day goes, and how much each nurse has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from alerts import rota, today
from alerts.models import RotaRole
from alerts.rota import Holder, Via
from screens.boards import urgency, workload
from screens.boards.kept import Drawn
from staff.models import Ward

ON_CALL: Final = (
    RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING,
    RotaRole.ICU_OUTREACH,
)  # fmt: skip


def header(ward: Ward, drawn: Sequence[Drawn], *, now: datetime) -> dict[str, Any]:
    """Return what stands above the beds; at most four queries."""
    answered = today.answers(ward, now=now)
    kept = today.compliance(
        ward, [each.facts.row for each in drawn if urgency.is_asked_for(each, now=now)], now=now
    )
    return {
        "on_call": on_call(ward, now=now),
        "answered": {
            "median_minutes": None
            if answered.median_minutes is None
            else round(answered.median_minutes, 1),
            "count": answered.count,
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
