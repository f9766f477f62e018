"""The chain of chains: it names each chain that was begun, so that none vanishes as a whole."""

from datetime import datetime
from typing import Final

from audit import chain
from audit.models import AuditChain, AuditEntry

SCOPE: Final = "chains"
REGISTERED: Final = "chain.registered"
# A new chain takes the others along that found the register busy.
_MOST_AT_ONCE: Final = 50


def enter(head: AuditChain, *, first: str, at: datetime) -> bool:
    """Name a new, locked chain by its first digest; false while somebody else writes there.

    Nobody waits for the register: an import that admits a thousand patients in one
    transaction would hold up every other admission, and two could wait for each other.
    Whoever found it busy is named by the next one, or by the daily anchor.
    """
    hub = _hub()
    if hub is None:
        return False
    _name(hub, head, first=first, at=at)
    _name_others(hub, besides=head.pk, at=at)
    hub.is_registered = True  # it is never named by itself
    chain.keep(hub)
    return True


def catch_up(*, at: datetime) -> int:
    """Name every chain that found the register busy; return how many there were."""
    hub = _hub()
    if hub is None:
        return 0
    count = 0
    while named := _name_others(hub, besides=hub.pk, at=at):
        count += named
    if count:
        chain.keep(hub)
    return count


def _name_others(hub: AuditChain, *, besides: int, at: datetime) -> int:
    heads = AuditChain.objects.select_for_update(skip_locked=True).filter(is_registered=False)
    others = heads.exclude(pk=besides).exclude(scope=SCOPE).order_by("pk")[:_MOST_AT_ONCE]
    for other in others:
        first = AuditEntry.objects.filter(scope=other.scope, seq=1).first()
        _name(hub, other, first=first.digest if first else "", at=at)
        other.is_registered = True
        chain.keep(other)
    return len(others)


def _name(hub: AuditChain, head: AuditChain, *, first: str, at: datetime) -> None:
    entry = AuditEntry(
        at=at,
        action=REGISTERED,
        subject=head.scope,
        detail={"chain": head.pk, "first": first},
    )
    chain.append(hub, entry)


def _hub() -> AuditChain | None:
    heads = AuditChain.objects.select_for_update(skip_locked=True)
    hub = heads.filter(scope=SCOPE).first()
    if hub is None and not AuditChain.objects.filter(scope=SCOPE).exists():
        AuditChain.objects.get_or_create(scope=SCOPE)
        hub = heads.filter(scope=SCOPE).first()
    return hub
