"""Celery's doors: one call out, safe to run twice."""

from celery import shared_task
from django.utils import timezone

from screens.continuity import writing


@shared_task
def write_continuity_packs() -> None:
    """Write the papers that are due, unless another loop was first."""
    writing.write_due(now=timezone.now())
