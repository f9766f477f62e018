"""Wake a worker after the commit; a broker that is down or silent costs the nurse nothing."""

import logging
import time
from collections.abc import Sequence
from typing import Final

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

# After one failure the broker is left alone this long; the sender loop works meanwhile.
_OPEN_SECONDS: Final = 30.0


class _Broker:
    """What this process remembers of the broker: until when to leave it alone."""

    quiet_until_monotonic = 0.0


def after_commit(notification_ids: Sequence[int]) -> None:
    """Ask a worker to deliver these messages once the transaction has committed."""
    if not notification_ids:
        return

    def wake() -> None:
        _publish(list(notification_ids))

    # A plain function: a partial would defeat robust=True.
    transaction.on_commit(wake, robust=True)


def _publish(notification_ids: list[int]) -> None:
    if time.monotonic() < _Broker.quiet_until_monotonic:
        return
    try:
        current_app.send_task(
            "alerts.tasks.deliver_notifications",
            kwargs={"notification_ids": notification_ids},
            retry=False,
            ignore_result=True,
        )
    except Exception:  # any transport error: the rows are the duty, this was only the alarm clock
        _Broker.quiet_until_monotonic = time.monotonic() + _OPEN_SECONDS
        logger.warning("broker.unreachable", extra={"notifications": len(notification_ids)})
