"""An import is shown to those of its ward alone, and a look at its rows is on the trail."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.http import Http404

from audit import trail
from interop.imports import work
from interop.imports.models import RUNNING, ImportJob
from staff import permissions
from staff.models import User


def job_of(user: User, job_id: UUID) -> ImportJob:
    """The import, if it is of a ward this person may load files into; raises Http404 else."""
    job = ImportJob.objects.select_related("ward", "created_by").filter(pk=job_id).first()
    if job is None or not permissions.can_import_files(user, job.ward):
        raise Http404
    return job


def has_rejects(job: ImportJob) -> bool:
    """Whether rows were left over that can be corrected and sent again."""
    return job.state not in RUNNING and work.rejects_path(job).exists()


def take_rejects(job: ImportJob, *, by: User, now: datetime) -> Path:
    """Return where the rows that were not stored lie; raises Http404 for none."""
    if not has_rejects(job):
        raise Http404
    _note("file.rejects_taken", job, by=by, now=now)
    return work.rejects_path(job)


def rows_were_seen(job: ImportJob, *, by: User, now: datetime) -> None:
    """Leave an entry where a page shows cells of the file, which are of patients."""
    _note("file.rows_seen", job, by=by, now=now)


def _note(action: str, job: ImportJob, *, by: User, now: datetime) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"ward:{job.ward_id}",
        subject=f"import_job:{job.pk}",
        at=now,
        detail={},
    )
