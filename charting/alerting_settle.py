"""Bring the open alerts in line with what policy decided: close, raise, count, in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerts import policy, rulebook, services
from alerts.models import Alert, AlertState
from alerts.policy import Closing, Condition, Family, Rule, Severity, Standing
from alerts.services import Raised
from charting.models import PatientState

# Alerts about CRS itself belong to one episode; a new one is told anew.
OF_AN_EPISODE: Final = frozenset({Family.FEVER, Family.CRS_GRADE})


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision rests on: the fact, by kind and id, and the episode it belongs to."""

    evidence: Mapping[str, Any]
    episode_opened_at: datetime | None = None
    worried: int | None = None  # the set in which somebody was worried


def standing_of(alerts: Mapping[Family, Alert]) -> dict[Family, Standing]:
    """The open alerts as policy reads them."""
    return {
        family: Standing(
            rule=Rule(alert.rule),
            severity=Severity(alert.severity),
            raised_at=alert.raised_at,
            is_provisional=alert.is_provisional,
            is_acknowledged=alert.state == AlertState.ACKNOWLEDGED,
            worried="worry" in alert.evidence,
        )
        for family, alert in alerts.items()
    }


def end_of_check(
    current: PatientState, standing: Mapping[Family, Standing], *, now: datetime
) -> list[Closing]:
    """End an overdue check once neither neuro check nor laboratory panel is late any more."""
    held = standing.get(Family.OBS_OVERDUE)
    due = getattr(current.patient, "due_set", None)
    if held is None or held.rule is not Rule.A30 or due is None:
        return []
    if due.is_neuro_late(now) or due.are_labs_late(now):
        return []
    return [Closing(Family.OBS_OVERDUE, "what was overdue was entered")]


def settle(
    current: PatientState,
    *,
    found: Iterable[Condition],
    closings: Iterable[Closing],
    among: dict[Family, Alert],
    ground: Ground,
    now: datetime,
) -> tuple[Raised, ...]:
    """Close what ended, then raise or count what was found, the gravest of each family."""
    left = services.close_all(closings, among=among, at=now)
    told = policy.gravest_per_family(list(found), standing=standing_of(left))
    return tuple(_raise(current, each, left, ground=ground, now=now) for each in told)


def _raise(
    current: PatientState,
    condition: Condition,
    left: Mapping[Family, Alert],
    *,
    ground: Ground,
    now: datetime,
) -> Raised:
    family = condition.family
    evidence = dict(ground.evidence)
    if ground.worried is not None and family is Family.HEMODYNAMIC:
        evidence["worry"] = ground.worried
    held = left.get(family)
    if condition.words or (held is not None and "words" in held.evidence):
        evidence["words"] = condition.words
    return services.raise_or_update(
        condition,
        patient_id=current.pk,
        ward=current.ward,
        now=now,
        existing=held,
        episode_opened_at=ground.episode_opened_at if family in OF_AN_EPISODE else None,
        evidence=evidence,
        rulebook=rulebook.current().name,
    )
