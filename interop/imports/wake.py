"""Wake a worker for a waiting import after the commit; without a broker the sender finds it."""

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def after_commit(job_id: UUID) -> None:
    """Ask a worker to take this import up once the transaction has committed."""

    def wake() -> None:
        try:
            current_app.send_task(
                "interop.imports.tasks.run_import",
                kwargs={"job_id": str(job_id)},
                retry=False,
                ignore_result=True,
            )
        except Exception:  # any transport error: the row is the duty, this was only the alarm clock
            logger.warning("broker.unreachable")

    # A plain function: a partial would defeat robust=True.
    transaction.on_commit(wake, robust=True)
