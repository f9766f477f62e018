"""Forget what was kept only to know a repeated request again, once no repeat can come."""

from datetime import datetime, timedelta
from typing import Final

from audit.models import KeptRequest

# A tablet that was put away with entries in its queue sends them when it wakes; the facts
# themselves are known by their client_id for ever.
KEPT: Final = timedelta(days=90)
_AT_ONCE: Final = 500


def forget_requests(*, now: datetime) -> int:
    """Delete the oldest of the requests kept longer than needed; return how many."""
    oldest = KeptRequest.objects.order_by("pk").values_list("pk", "at")[:_AT_ONCE]
    gone = [pk for pk, at in oldest if at < now - KEPT]
    if gone:
        KeptRequest.objects.filter(pk__in=gone).delete()
    return len(gone)
