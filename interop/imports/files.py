"""Where uploaded files lie: under names drawn at random, in the data folder, never served."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from interop.imports.models import RUNNING, ImportJob, JobState
from staff import limits

LARGEST_BYTES: Final = limits.UPLOAD_BYTES


class TooLargeError(ValueError):
    """The file is larger than what is taken."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was kept."""

    name: str
    size_bytes: int


def folder() -> Path:
    """The folder of uploads, which only this system's own user can read."""
    found = Path(settings.CRS_DATA_DIR) / "uploads"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(job: ImportJob) -> Path:
    """Where a job's file lies."""
    return folder() / job.file_name


def keep(chunks: Iterable[bytes]) -> Kept:
    """Write an upload piece by piece; raises TooLargeError and leaves nothing then."""
    name = f"{secrets.token_hex(16)}.csv"
    path, size = folder() / name, 0
    path.touch(mode=0o600, exist_ok=False)
    try:
        with path.open("wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST_BYTES:
                    raise TooLargeError(f"more than {LARGEST_BYTES // 2**20} MB")
                stream.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(name, size)


def remove_old(*, before: datetime) -> int:
    """Remove the files, and the rejects, of jobs begun before this; what was stored stays."""
    old = ImportJob.objects.filter(created_at__lt=before).exclude(
        state__in=(*RUNNING, JobState.GONE)
    )
    for job in old:
        path_of(job).unlink(missing_ok=True)
        (Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{job.pk}.csv").unlink(missing_ok=True)
        ImportJob.objects.filter(pk=job.pk).update(state=JobState.GONE)
    return len(old)
