"""Celery's door to waiting imports: an id in, one call out, safe to run twice."""

from uuid import UUID

from celery import shared_task

from interop.imports import work


@shared_task(ignore_result=True)
def run_import(*, job_id: str) -> None:
    """Try or import one uploaded file, unless another worker was first."""
    work.work(UUID(job_id))
