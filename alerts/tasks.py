"""Celery's doors: ids in, one call out, safe to run twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from alerts import delivery, pulse
from alerts import sweep as sweeping


@shared_task
def deliver_notifications(*, notification_ids: list[int]) -> None:
    """Deliver these messages now, unless another sender was first."""
    for pk in notification_ids:
        delivery.deliver(pk, now=timezone.now())


@shared_task(bind=True)
def sweep(self: Any) -> None:
    """Derive from the tables what is due, do it, and prove that beat and this worker work."""
    now = timezone.now()
    sweeping.derive(now=now, seldom=False)
    delivery.deliver_due(now=now)
    pulse.beat(pulse.CELERY_BEAT, now=timezone.now())
    pulse.beat(pulse.worker_name(self.request.hostname), now=timezone.now())
