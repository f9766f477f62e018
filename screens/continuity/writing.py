"""Write a ward's papers to the disk: whole or not at all, by whoever comes first."""

import contextlib
import logging
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from alerts import continuity
from screens.continuity import reading
from staff.models import Ward

logger = logging.getLogger(__name__)
KEPT_FOR: Final = timedelta(hours=24)
# What a killed writer left behind; a living one is done long before.
_ABANDONED_AFTER: Final = timedelta(hours=1)
_ENDING: Final = ".pdf"
_UNFINISHED: Final = ".part"
_STAMP: Final = "%Y%m%dT%H%MZ"
_NAME: Final = re.compile(r"(.+)_(\d{8}T\d{4}Z)\.pdf")
_ONLY_OURSELVES: Final = 0o600


def write_due(*, now: datetime) -> int:
    """Write the pack of each ward whose turn it is, unless another is at it; return how many.

    A disk that refuses keeps the pack that lies there; that it grows old is judged from the rows.
    """
    return sum(_written(ward, now=now) for ward in continuity.wards())


def write(ward: Ward, *, now: datetime) -> Path:
    """Write one ward's pack and take the old ones away; raises OSError and leaves what was."""
    from screens.paper import continuity as paper  # the PDF writer loads slowly

    content = paper.make(reading.read(ward, now=now))
    folder = Path(settings.CRS_CONTINUITY_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{_safe(ward.code)}_{now.astimezone(UTC):{_STAMP}}{_ENDING}"
    _appear(path, content)
    continuity.written(ward, now=now)
    _prune(folder, ward, now=now)
    return path


def packs_of(ward: Ward) -> list[Path]:
    """Return the ward's packs that lie on the disk, the oldest first."""
    found = Path(settings.CRS_CONTINUITY_DIR).glob(f"{_safe(ward.code)}_*{_ENDING}")
    return sorted(path for path in found if _stamp_of(path, ward) is not None)


def _written(ward: Ward, *, now: datetime) -> bool:
    if not continuity.claim(ward, now=now):
        return False
    try:
        write(ward, now=now)
    except OSError as error:
        logger.exception(
            "continuity.not_written", extra={"ward": ward.pk, "error": str(error.errno)}
        )
        return False
    return True


def _appear(path: Path, content: bytes) -> None:
    """Put the file there whole: written aside, forced to the disk, then given its name."""
    aside = path.with_name(f".{path.stem}.{os.getpid()}{_UNFINISHED}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_OURSELVES)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    _force_name(path.parent)


def _force_name(folder: Path) -> None:
    """Force the folder's entry to the disk as well; a share that cannot is no failure."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _prune(folder: Path, ward: Ward, *, now: datetime) -> None:
    """Take away packs older than a day, by their names, and what killed writers left behind."""
    for path in _old(packs_of(ward), ward, now=now):
        with contextlib.suppress(OSError):
            path.unlink()
    for path in folder.glob(f".{_safe(ward.code)}_*{_UNFINISHED}"):
        with contextlib.suppress(OSError):
            left_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
            if now - left_at > _ABANDONED_AFTER:
                path.unlink()


def _old(paths: Iterable[Path], ward: Ward, *, now: datetime) -> Iterable[Path]:
    for path in paths:
        made_at = _stamp_of(path, ward)
        if made_at is not None and now - made_at > KEPT_FOR:
            yield path


def _stamp_of(path: Path, ward: Ward) -> datetime | None:
    """When a pack of this ward was made, by its name; None for any other file."""
    name = _NAME.fullmatch(path.name)
    if name is None or name[1] != _safe(ward.code):
        return None
    return datetime.strptime(name[2], _STAMP).replace(tzinfo=UTC)


def _safe(code: str) -> str:
    return re.sub(r"\W", "-", code, flags=re.ASCII)
