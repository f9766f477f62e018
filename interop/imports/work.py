"""Do what uploaded files wait for: try one without storing, or import it, on a lease."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import close_old_connections
from django.db.models import F, Q
from django.utils import timezone

from interop.csv.mapped import Setting
from interop.csv.run import Run, run
from interop.imports import files
from interop.imports.journal import LEASE, JobJournal, LostLeaseError
from interop.imports.models import RUNNING, ImportJob, JobState
from interop.tables.mapping import MappingRefusedError, TableMapping
from patients.models import Patient
from staff.models import Ward

logger = logging.getLogger(__name__)
KEEP: Final = timedelta(days=7)
MOST_ATTEMPTS: Final = 5
_NOT_HERE: Final = "no patient of this ward has this number"


def due() -> list[UUID]:
    """Imports that nobody is at work on."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    return list(
        ImportJob.objects.filter(free, state__in=RUNNING)
        .order_by("created_at")
        .values_list("pk", flat=True)
    )


def work_off(*, now: datetime) -> None:
    """Do everything that waits, and remove files whose time is over: safe in several processes."""
    for pk in due():
        work(pk)
    files.remove_old(before=now - KEEP)
    close_old_connections()


def work(pk: UUID, *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Try or import one file; false when another worker has it, or nothing is to be done."""
    now = clock()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    claimed = ImportJob.objects.filter(free, pk=pk, state__in=RUNNING)
    if not claimed.update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    job = ImportJob.objects.select_related("ward", "created_by", "batch").get(pk=pk)
    if job.attempts > MOST_ATTEMPTS:
        _end(job, JobState.FAILED, problem="It ended five times without an answer.", now=now)
        return True
    try:
        _do(job, clock=clock)
    except LostLeaseError:
        logger.warning("import.lease_lost")
        return False
    except (OSError, MappingRefusedError) as error:
        _end(job, JobState.FAILED, problem=f"{type(error).__name__}: {error}"[:300], now=clock())
    return True


def _do(job: ImportJob, *, clock: Callable[[], datetime]) -> None:
    mapping = TableMapping.from_json(job.mapping)
    dry = job.state == JobState.TRYING
    asked = Run(
        paths=[files.path_of(job)],
        setting=Setting(now=clock(), zone=ZoneInfo(mapping.zone), ward=job.ward),
        by=job.created_by,
        dry=dry,
        rejects=rejects_path(job),
        say=lambda _words: None,
        mapping=mapping,
        turn_away=partial(_turned_away, ward=job.ward, registers=job.registers),
        journal=JobJournal(job, clock),
    )
    rejects_path(job).unlink(missing_ok=True)
    summary = run(asked, clock=clock).as_json()
    if dry:
        job.tried = summary
        _end(job, JobState.TRIED, now=clock())
    else:
        job.summary = summary
        _end(job, JobState.DONE, now=clock())
        logger.info("import.done")


def rejects_path(job: ImportJob) -> Path:
    """Where the rows that were not stored are written, for the person to download."""
    return Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{job.pk}.csv"


def _end(job: ImportJob, state: JobState, *, now: datetime, problem: str = "") -> None:
    job.state, job.problem, job.finished_at = state, problem, now
    job.claimed_until, job.attempts = None, 0
    job.save(
        update_fields=[
            "state", "problem", "finished_at", "claimed_until", "attempts", "tried", "summary",
        ]
    )  # fmt: skip


def _turned_away(patient: Patient | None, *, ward: Ward, registers: bool) -> str:
    """A file brings nothing to patients of other wards, whoever sends it."""
    if patient is None:
        return "" if registers else _NOT_HERE
    is_here = patient.stays.filter(ward=ward).exists()
    return "" if is_here else _NOT_HERE
