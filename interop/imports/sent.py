"""A file of history as a program sends it: read, mapped, kept once, and set going."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Final

from django.db import transaction

from audit import trail
from audit.models import KeptRequest
from charting.chart import ConflictError
from charting.entry import EntryRefusedError, FieldError
from interop.imports import files, wake
from interop.imports.models import ImportJob, JobState
from interop.tables import suggesting
from interop.tables.mapping import MappingRefusedError, Shape, TableMapping
from staff.models import User, Ward

NAME: Final = "sent by a program"
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program wants done with its file.

    `mapping` None: the headings are this system's own names, in `shape`, with times without
    an offset by the clock of `zone`. `tries` stores nothing. `registers` takes unknown patients.
    """

    ward: Ward
    shape: Shape
    zone: str
    mapping: TableMapping | None
    tries: bool
    registers: bool
    client_id: uuid.UUID | None


class _Hashed:
    """The pieces of a body, digested on their way to the disk."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, sha256()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(_PIECE):
            self.digest.update(piece)
            yield piece


def take(stream: IO[bytes], asked: Asked, *, by: User, now: datetime) -> tuple[ImportJob, bool]:
    """Keep the file and set its import going; returns the job and whether it is new.

    A client_id that came before with the same file and wishes answers the job it made. Raises
    TooLargeError, EntryRefusedError for a file or mapping that cannot be used, and
    ConflictError for another request under a known client_id. What is refused leaves no file.
    """
    pieces = _Hashed(stream)
    kept = files.keep(pieces)
    path = files.folder() / kept.name
    is_ours = False
    try:
        if not kept.size_bytes:
            raise EntryRefusedError([FieldError("body", None, "is empty: send the file itself")])
        job = ImportJob(
            created_at=now, created_by=by, ward=asked.ward, name=NAME, file_name=kept.name,
            size_bytes=kept.size_bytes, registers=asked.registers,
            state=JobState.TRYING if asked.tries else JobState.IMPORTING,
        )  # fmt: skip
        if asked.client_id is not None:
            job.pk = asked.client_id
        job.mapping = _mapping_for(job, asked).as_json()
        found, is_ours = _set_going(job, pieces.digest.hexdigest(), is_keyed=bool(asked.client_id))
        return found, is_ours
    finally:
        if not is_ours:
            path.unlink(missing_ok=True)


def _mapping_for(job: ImportJob, asked: Asked) -> TableMapping:
    if asked.mapping is not None:
        return asked.mapping
    try:
        return suggesting.own(files.path_of(job), asked.shape, asked.zone)
    except MappingRefusedError as refused:
        raise EntryRefusedError(
            [FieldError("mapping", None, w) for w in refused.problems]
        ) from None
    except ValueError as error:
        raise EntryRefusedError([FieldError("mapping", None, str(error))]) from None


@transaction.atomic
def _set_going(job: ImportJob, digest: str, *, is_keyed: bool) -> tuple[ImportJob, bool]:
    if is_keyed:
        said = (
            f"{job.created_by_id} {job.ward_id} {job.state} {job.registers} {job.mapping} {digest}"
        )
        kept, is_new = KeptRequest.objects.get_or_create(
            client_id=job.pk,
            defaults={"digest": sha256(said.encode()).hexdigest(), "at": job.created_at},
        )
        if kept.digest != sha256(said.encode()).hexdigest():
            raise ConflictError(f"client_id {job.pk} belongs to another request")
        if not is_new:
            return ImportJob.objects.select_related("ward").get(pk=job.pk), False
    job.save(force_insert=True)
    trail.record(
        action="file.try_started" if job.state == JobState.TRYING else "file.import_started",
        actor=job.created_by,
        scope=f"ward:{job.ward_id}",
        subject=f"import_job:{job.pk}",
        at=job.created_at,
        detail={"bytes": job.size_bytes},
    )
    wake.after_commit(job.pk)
    return job, True
