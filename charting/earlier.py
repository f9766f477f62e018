"""The value of each field before a set: what a jump is measured from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from charting.doubts import COMPARED, LOOK_BACK_SETS, Earlier
from charting.models import PatientState
from vitals.models import ObservationSet


def earlier_of(
    current: PatientState, *, at: datetime, wanted: Iterable[str], besides: int | None = None
) -> dict[str, Earlier]:
    """Return the newest value of each wanted field before a moment, of the last sets alone.

    No query where the newest set, which the state row brought along, answers for all.
    `besides` is a set that does not count, for it is being corrected.
    """
    asked = {*wanted} & {*COMPARED}
    latest = current.latest_set
    is_before = latest is not None and latest.taken_at < at and latest.pk != besides
    found = _newest(asked, [latest] if latest is not None and is_before else [])
    if latest is None or found.keys() == asked:
        return found
    sets = ObservationSet.objects.for_patient(current.pk).in_force().filter(taken_at__lt=at)
    if besides is not None:
        sets = sets.exclude(pk=besides)
    newest_first = sets.order_by("-taken_at", "-pk")
    return _newest(asked, newest_first.only("taken_at", *asked)[:LOOK_BACK_SETS])


def _newest(asked: set[str], newest_first: Iterable[ObservationSet]) -> dict[str, Earlier]:
    found: dict[str, Earlier] = {}
    for row in newest_first:
        for name in asked - found.keys():
            value: Any = getattr(row, name)
            if value is not None and value != "":
                found[name] = Earlier(value, row.taken_at)
    return found
