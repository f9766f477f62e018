"""Write the trail and prove that nobody changed it: record() and verify()."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from audit import chain, proving, register
from audit.models import AuditChain, AuditEntry
from audit.proving import Break
from staff import here
from staff.models import User
from staff.prepared import Prepared

__all__ = ["Break", "record", "verify"]


@transaction.atomic(savepoint=False)
def record(
    *,
    action: str,
    actor: User | None,
    scope: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to the chain of `scope`, in the caller's transaction.

    The sequence number is drawn while the chain's head is locked, so that
    concurrent writers queue up and the chain cannot fork. The entry says by itself on
    which registered device this was, by which token, and who answers for an agency
    account. A chain that is new is entered in the register of chains.
    """
    head = _HEAD.first(scope=scope)
    is_new = head is None
    if head is None:
        AuditChain.objects.get_or_create(scope=scope)
        head = AuditChain.objects.select_for_update().get(scope=scope)
    entry = chain.append(
        head,
        AuditEntry(
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail={**_circumstances(actor), **(detail or {})},
        ),
    )
    if is_new and entry.seq == 1:
        head.is_registered = register.enter(head, first=entry.digest, at=at)
    chain.keep(head)
    return entry


def verify() -> list[Break]:
    """Walk every chain; an empty list means nothing was edited, removed, added or swapped."""
    return list(proving.breaks())


def _circumstances(actor: User | None) -> dict[str, int]:
    found = {
        "device": here.device_id(),
        "token": getattr(actor, "_token_id", None),
        "agency_opened_by": actor.opened_by_id if actor is not None else None,
    }
    return {name: number for name, number in found.items() if number is not None}


_HEAD: Final = Prepared(lambda scope: AuditChain.objects.select_for_update().filter(scope=scope))
