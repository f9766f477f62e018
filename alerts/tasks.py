"""Celery's doors: ids in, one call out, safe to run twice."""

from celery import shared_task
from django.utils import timezone

from alerts import delivery
from alerts import sweep as sweeping


@shared_task
def deliver_notifications(*, notification_ids: list[int]) -> None:
    """Deliver these messages now, unless another sender was first."""
    for pk in notification_ids:
        delivery.deliver(pk, now=timezone.now())


@shared_task
def sweep() -> None:
    """Derive from the tables what is due, and do it."""
    sweeping.sweep(now=timezone.now(), name="worker")
