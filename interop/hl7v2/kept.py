"""Keep each message with its bytes and its account, and each part that waits for a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from alerts import system
from interop.csv.outcomes import Outcome
from interop.hl7v2.account import Fated, Incoming, Receiving
from interop.hl7v2.header import Header
from interop.hl7v2.reasons import Reason
from interop.models import MessageText, QuarantinedItem, ReceivedMessage
from interop.quarantine.keeping import Waiting, keep, storable
from interop.quarantine.models import LONGEST_DETAIL, Format
from staff.models import Ward

_BATCH: Final = 200
_AGAIN: Final = frozenset({Outcome.STORED.value, Outcome.DUPLICATE.value})


def stored_before(digests: Sequence[str]) -> set[str]:
    """Which of these messages were taken whole before, or mended since: they are repeats."""
    found: set[str] = set()
    for start in range(0, len(digests), _BATCH):
        rows = ReceivedMessage.objects.filter(digest__in=digests[start : start + _BATCH])
        found |= {*rows.filter(outcome__in=_AGAIN).values_list("digest", flat=True)}
        mended = rows.filter(outcome=Outcome.QUARANTINED, quarantined__isnull=False)
        waiting = QuarantinedItem.objects.waiting().filter(message__in=rows)
        found |= {
            *mended.exclude(pk__in=waiting.values("message")).values_list("digest", flat=True)
        }
    return found


def forget_texts(*, before: datetime) -> int:
    """Empty the bytes of messages older than this, but of those of which something still waits.

    Their accounts stay. Returns how many were emptied.
    """
    waiting = QuarantinedItem.objects.waiting().exclude(message=None).values("message")
    old = MessageText.objects.filter(message__received_at__lt=before, content__isnull=False)
    return old.exclude(message__in=waiting).update(content=None)


def same_number(header: Header) -> ReceivedMessage | None:
    """The newest message taken of this sender under this control id."""
    rows = ReceivedMessage.objects.filter(
        sender=storable(header.source)[:120], control_id=header.control_id, format=Format.HL7V2
    )
    return rows.exclude(reason_code=Reason.CONTROL_ID_REUSED).order_by("-pk").first()


def write(batch: Sequence[Incoming], *, how: Receiving) -> None:
    """Append the rows in the caller's transaction; a message kept before is not kept again."""
    digests = [each.digest for each in batch]
    known: set[str] = set()
    for start in range(0, len(digests), _BATCH):
        rows = ReceivedMessage.objects.filter(digest__in=digests[start : start + _BATCH])
        known |= {*rows.values_list("digest", flat=True)}
    for each in batch:
        row = None
        if each.digest not in known:
            known.add(each.digest)
            row = _row(each, how)
            row.save(force_insert=True)
            MessageText.objects.create(message=row, content=each.raw)
        fresh = keep_waiting(each, row, how)
        if fresh and how.live:
            # Somebody hears of it: a fever in an unknown unit must not wait in silence.
            for pk in {fated.ward_id for fated in each.not_stored()}:
                ward = Ward.objects.filter(pk=pk).first() if pk else None
                system.tell_of_waiting_feed(ward, now=how.now)


def keep_waiting(each: Incoming, row: ReceivedMessage | None, how: Receiving) -> int:
    """Keep the parts that a person must look at; return how many are new."""
    waiting = [fated for fated in each.fated if fated.fate.outcome is Outcome.QUARANTINED]
    if not waiting:
        return 0
    row = row or ReceivedMessage.objects.filter(digest=each.digest).first()
    return keep(
        [_waiting(fated, each) for fated in waiting],
        form=Format.HL7V2,
        now=how.now,
        message=row,
    )


def _waiting(fated: Fated, each: Incoming) -> Waiting:
    where = f"segment {fated.number}" if fated.number else "message"
    return Waiting(
        raw=fated.raw,
        reason_code=str(fated.fate.reason),
        detail=fated.fate.words,
        where=f"{where} {fated.fate.where}".strip(),
        sender=each.source,
        code=fated.code,
        code_system=fated.code_system,
        display=fated.display,
        unit=fated.unit,
        patient_id=fated.patient_id,
        ward_id=fated.ward_id,
        mark=fated.mark,
    )


def _row(each: Incoming, how: Receiving) -> ReceivedMessage:
    whole = next((f.fate for f in each.not_stored() if not f.number), None)
    first = whole or next((f.fate for f in each.not_stored()), None)
    header = each.header
    return ReceivedMessage(
        received_at=how.now,
        format=Format.HL7V2,
        channel=how.channel,
        sender=storable(each.source)[:120],
        control_id=storable(header.control_id)[:200] if header else "",
        kind=storable(header.trigger)[:20] if header else "",
        digest=each.digest,
        outcome=each.outcome().value,
        reason_code=str(first.reason) if first else "",
        detail=storable(first.words)[:LONGEST_DETAIL] if first else "",
        counts=each.counts(),
        account=each.account(),
        patient_id=each.patient_id,
        ward_id=each.ward_id,
    )
