"""Write the trail and prove that nobody changed it: record() and verify()."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit.models import AuditChain, AuditEntry
from staff import here
from staff.models import User


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain stops being believable, and why."""

    scope: str
    seq: int
    why: str


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
    which registered device this was, and who answers for an agency account.
    """
    head = AuditChain.objects.select_for_update().filter(scope=scope).first()
    if head is None:
        AuditChain.objects.get_or_create(scope=scope)
        head = AuditChain.objects.select_for_update().get(scope=scope)
    entry = AuditEntry(
        scope=scope,
        seq=head.seq + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail={**_circumstances(actor), **(detail or {})},
        previous_digest=head.digest,
    )
    entry.digest = seal_of(entry)
    entry.save(force_insert=True)
    AuditChain.objects.filter(pk=head.pk).update(seq=entry.seq, digest=entry.digest)
    return entry


def _circumstances(actor: User | None) -> dict[str, int]:
    device = here.device_id()
    opened_by = actor.opened_by_id if actor is not None else None
    found = {"device": device, "agency_opened_by": opened_by}
    return {name: number for name, number in found.items() if number is not None}


def seal_of(entry: AuditEntry) -> str:
    """Return the digest that seals an entry to its predecessor."""
    content = json.dumps(
        [
            entry.scope,
            entry.seq,
            entry.at.astimezone(UTC).isoformat(),
            entry.actor_id,
            entry.action,
            entry.subject,
            entry.detail,
            entry.previous_digest,
        ],
        sort_keys=True,
        ensure_ascii=True,
    )
    return sha256(content.encode()).hexdigest()


def verify() -> list[Break]:
    """Walk every chain; an empty list means nothing was edited, removed or swapped."""
    breaks: list[Break] = []
    heads = {head.scope: head for head in AuditChain.objects.all()}
    reached: dict[str, tuple[int, str]] = {}
    for entry in AuditEntry.objects.order_by("scope", "seq").iterator(chunk_size=2000):
        seq, digest = reached.get(entry.scope, (0, ""))
        if entry.seq != seq + 1:
            breaks.append(Break(entry.scope, entry.seq, f"expected number {seq + 1}"))
        elif entry.previous_digest != digest:
            breaks.append(Break(entry.scope, entry.seq, "does not follow its predecessor"))
        elif entry.digest != seal_of(entry):
            breaks.append(Break(entry.scope, entry.seq, "was changed after it was written"))
        reached[entry.scope] = entry.seq, entry.digest
    for scope, head in heads.items():
        if reached.get(scope, (0, "")) != (head.seq, head.digest):
            breaks.append(Break(scope, head.seq, "the end of the chain is missing"))
    breaks += [Break(scope, 0, "the chain has no head") for scope in reached.keys() - heads.keys()]
    return breaks
