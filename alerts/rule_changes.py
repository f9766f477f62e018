"""A ward's alert minutes take two people: one proposes, one of the other side decides.

Of the two, one is a charge nurse or an oncologist and one a safety officer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from alerts import ladder
from alerts.models import RuleChange, RuleDecision
from audit import trail
from staff.models import Role, User, Ward

LONGEST_WORDS: Final = 200
_CLINICAL: Final = frozenset({Role.CHARGE_NURSE, Role.ONCOLOGIST})


@dataclass(frozen=True, slots=True)
class RuleChangeRefusedError(Exception):
    """The change cannot be proposed or decided so: which field, its value, and why."""

    field: str
    value: Any
    message: str

    def __str__(self) -> str:
        return self.message


@transaction.atomic
def propose(
    *, ward: Ward, minutes: Mapping[str, Any], why: str, by: User, now: datetime
) -> RuleChange:
    """Keep a proposal, which changes nothing yet; raises RuleChangeRefusedError.

    `minutes` are whole minutes by severity as alerts.ladder reads them; {} is what is shipped.
    """
    faults = ladder.faults(minutes)
    if faults:
        raise RuleChangeRefusedError("minutes", minutes, "; ".join(faults))
    if not why.strip() or len(why) > LONGEST_WORDS:
        words = f"is required, in at most {LONGEST_WORDS} characters"
        raise RuleChangeRefusedError("why", why, words)
    held = Ward.objects.select_for_update().get(pk=ward.pk)
    if dict(minutes) == held.alert_minutes:
        raise RuleChangeRefusedError("minutes", minutes, "is what holds already")
    change = RuleChange.objects.create(
        ward=held, before=held.alert_minutes, minutes=dict(minutes), why=why.strip(),
        proposed_by=by, proposed_at=now,
    )  # fmt: skip
    _record("rules.proposed", change, by=by, now=now)
    return change


@transaction.atomic
def decide(
    change: RuleChange, *, accept: bool, words: str = "", by: User, now: datetime
) -> RuleDecision:
    """Let the minutes hold from now on, or refuse them; raises RuleChangeRefusedError.

    Whoever proposed decides nothing, nor does a colleague of the same side. What was proposed
    under other minutes than hold now is proposed anew.
    """
    ward = Ward.objects.select_for_update().get(pk=change.ward_id)
    _refuse_the_same_side(change, by)
    if RuleDecision.objects.filter(change=change).exists():
        raise RuleChangeRefusedError("change", change.pk, "was decided already")
    if accept and ward.alert_minutes != change.before:
        raise RuleChangeRefusedError(
            "change", change.pk, "was proposed under other minutes than hold now: propose it anew"
        )
    if len(words) > LONGEST_WORDS or not (accept or words.strip()):
        told = f"says why it is refused, in at most {LONGEST_WORDS} characters"
        raise RuleChangeRefusedError("words", words, told)
    decision = RuleDecision.objects.create(
        change=change, accepted=accept, words=words.strip(), decided_by=by, decided_at=now
    )
    if accept:
        Ward.objects.filter(pk=ward.pk).update(alert_minutes=change.minutes)
    _record("rules.activated" if accept else "rules.refused", change, by=by, now=now)
    return decision


def may_decide(change: RuleChange, by: User) -> bool:
    """Whether this person is of the other side than the one who proposed."""
    roles = {change.proposed_by.role, by.role}
    return Role.SAFETY_OFFICER in roles and bool(roles & _CLINICAL)


def waiting(ward: Ward) -> QuerySet[RuleChange]:
    """What nobody has decided, the newest first."""
    return _complete(ward).filter(decision=None)


def decided(ward: Ward) -> QuerySet[RuleChange]:
    """What was decided, the newest first."""
    return _complete(ward).filter(decision__isnull=False).order_by("-decision__decided_at", "-pk")


def _complete(ward: Ward) -> QuerySet[RuleChange]:
    people = ("proposed_by", "decision__decided_by")
    return RuleChange.objects.filter(ward=ward).select_related(*people)


def _refuse_the_same_side(change: RuleChange, by: User) -> None:
    if not may_decide(change, by):
        raise RuleChangeRefusedError(
            "change", change.pk,
            "takes another person: of a charge nurse or oncologist and a safety officer, one "
            "proposes and the other decides",
        )  # fmt: skip


def _record(action: str, change: RuleChange, *, by: User, now: datetime) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"ward:{change.ward_id}",
        subject=f"rule_change:{change.pk}",
        at=now,
        detail={"before": change.before, "after": change.minutes},
    )
