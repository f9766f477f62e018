"""Try what waits once more: what is understood now is stored as history, and pages nobody."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from django.db import transaction

from audit import trail
from interop.csv.outcomes import Outcome
from interop.quarantine.models import (
    Format,
    QuarantinedItem,
    QuarantineResolution,
    ReceivedMessage,
    ResolvedAs,
)
from staff.models import User

# Named, not imported: each of them keeps its own items here.
_READERS: Final = {Format.HL7V2: "interop.hl7v2.replay"}
_RESOURCES: Final = "interop.fhir.replay"
LONGEST_WHOLE: Final = 100_000  # what is longer was cut when it was kept
_ENDS: Final = {Outcome.STORED: ResolvedAs.STORED, Outcome.DUPLICATE: ResolvedAs.DUPLICATE}


def can_replay(item: QuarantinedItem) -> bool:
    """Whether the item's message is kept whole and its format can be taken again."""
    if item.format == Format.FHIR:
        return len(item.raw) < LONGEST_WHOLE
    return item.format in _READERS and item.message_id is not None


def replay(items: Iterable[QuarantinedItem], *, by: User, now: datetime) -> Counter[str]:
    """Replay the messages of these items; return how many were stored, repeats, or still wait.

    Each message is one transaction. Twice is as good as once.
    """
    met: Counter[str] = Counter()
    by_message: dict[int, list[QuarantinedItem]] = {}
    for item in items:
        if item.format == Format.FHIR and can_replay(item):
            met[_replay_resource(item, by=by, now=now)] += 1
        elif can_replay(item):
            by_message.setdefault(item.message_id or 0, []).append(item)
        else:
            met["waiting"] += 1
    for number in sorted(by_message):
        met += _replay_message(number, by_message[number], by=by, now=now)
    if met["stored"]:
        trail.record(
            action="quarantine.replayed",
            actor=by,
            scope="interop",
            subject="quarantine",
            at=now,
            detail=dict(met),
        )
    return met


@transaction.atomic
def _replay_resource(item: QuarantinedItem, *, by: User, now: datetime) -> str:
    taker: Callable[..., Outcome | None] = import_module(_RESOURCES).again
    outcome = taker(item, by=by, now=now)
    end = _ENDS.get(outcome) if outcome else None
    if end is None:
        return "waiting"
    QuarantineResolution.objects.create(item=item, resolved_as=end, at=now, by=by)
    return end.value


@transaction.atomic
def _replay_message(
    number: int, items: list[QuarantinedItem], *, by: User, now: datetime
) -> Counter[str]:
    message = ReceivedMessage.objects.select_related("text", "ward").get(pk=number)
    reader: Callable[..., dict[str, Any]] = import_module(_READERS[Format(message.format)]).again
    fates = reader(message, by=by, now=now)
    met: Counter[str] = Counter()
    # Others of the same message may be understood now as well; they leave with it.
    for item in QuarantinedItem.objects.waiting().filter(message=message):
        fate = fates.get(item.digest)
        end = _ENDS.get(fate.outcome) if fate else None
        if end is None:
            met["waiting"] += any(each.pk == item.pk for each in items)
            continue
        QuarantineResolution.objects.create(item=item, resolved_as=end, at=now, by=by)
        met[end.value] += 1
    return met


@transaction.atomic
def dismiss(items: Iterable[QuarantinedItem], *, by: User, reason: str, now: datetime) -> int:
    """End the waiting of these items without storing anything; return how many.

    Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a dismissal needs a reason")
    rows = [
        QuarantineResolution(
            item=item, resolved_as=ResolvedAs.DISMISSED, at=now, by=by, reason=reason[:200]
        )
        for item in items
    ]
    known = set(
        QuarantineResolution.objects.filter(item__in=[row.item for row in rows]).values_list(
            "item_id", flat=True
        )
    )
    fresh = [row for row in rows if row.item_id not in known]
    QuarantineResolution.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=200)
    trail.record(
        action="quarantine.dismissed",
        actor=by,
        scope="interop",
        subject="quarantine",
        at=now,
        detail={"items": len(fresh)},
    )
    return len(fresh)
