"""Append one entry to a chain whose head is locked, and seal both."""

import logging
from typing import Final

from audit import seals
from audit.models import AuditChain, AuditEntry

logger = logging.getLogger(__name__)
AFTER_A_BROKEN_HEAD: Final = "after_a_broken_head"


def append(head: AuditChain, entry: AuditEntry) -> AuditEntry:
    """Store the entry as the next of the chain; `keep` must store the head after the last."""
    if head.seq and not seals.holds(head.seal, head.content().words()):
        # A head that somebody cut back would get a good seal here: the entry says so for ever.
        entry.detail = {**entry.detail, AFTER_A_BROKEN_HEAD: True}
        logger.error("audit.head_was_changed", extra={"chain": head.pk})
    entry.scope, entry.seq = head.scope, head.seq + 1
    entry.previous_digest, entry.edition = head.digest, seals.KEYED
    entry.digest = seals.seal(entry.content(head.entry_id).words())
    entry.save(force_insert=True)
    head.seq, head.digest, head.entry_id = entry.seq, entry.digest, entry.pk
    head.seal = seals.seal(head.content().words())  # what is appended next finds it whole
    return entry


def keep(head: AuditChain) -> None:
    """Seal the head and store it."""
    head.seal = seals.seal(head.content().words())
    AuditChain.objects.filter(pk=head.pk).update(
        seq=head.seq,
        digest=head.digest,
        entry_id=head.entry_id,
        is_registered=head.is_registered,
        seal=head.seal,
    )
