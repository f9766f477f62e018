"""Write down outside of the database how far every chain reached, and hold the trail against it.

A seal proves what is there. Whoever puts back an old copy of entries and heads together
leaves nothing that is broken; only a note kept elsewhere tells that there was more.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import register, seals
from audit.models import AuditChain, AuditEntry
from audit.proving import Break

logger = logging.getLogger(__name__)
_AT_ONCE: Final = 100
_ONLY_OURSELVES: Final = 0o600
_DAY: Final = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A note that was written: where, how many chains it holds, and its own seal."""

    path: Path
    chains: int
    seal: str


def write_due(*, now: datetime) -> Anchor | None:
    """Write the anchor of the day, unless it lies there already."""
    path = Path(settings.CRS_AUDIT_ANCHORS_DIR) / f"audit_{now.astimezone(UTC):{_DAY}}.jsonl"
    return None if path.exists() else write(path, now=now)


def write(path: Path, *, now: datetime) -> Anchor:
    """Write how far every chain reaches, a line each, and a sealed last line; or OSError."""
    with transaction.atomic():
        register.catch_up(at=now)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_OURSELVES)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        count, seal = _lines(file, now=now)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    # The log goes elsewhere as well: this alone tells a file that was made up later.
    logger.info("audit.anchored", extra={"chains": count, "seal": seal})
    return Anchor(path, count, seal)


def breaks(path: Path) -> Iterator[Break]:
    """Yield each chain that does not hold any more what an anchor says; OSError, ValueError."""
    digest, count = sha256(), 0
    with path.open(encoding="ascii") as file:
        for lines in _some(file):
            last = json.loads(lines[-1])
            heads = lines[:-1] if "seal" in last else lines
            for line in heads:
                digest.update(line.encode())
            count += len(heads)
            yield from _cut_back([json.loads(line) for line in heads])
            if "seal" in last:
                yield from _altered(last, count=count, digest=digest.hexdigest())
                return
    yield Break(path.name, 0, "the anchor has no end")


def _lines(file: IO[str], *, now: datetime) -> tuple[int, str]:
    digest, count = sha256(), 0
    heads = AuditChain.objects.filter(seq__gt=0).order_by("pk")
    for each in heads.values_list("scope", "seq", "digest").iterator(chunk_size=2000):
        line = json.dumps(each) + "\n"
        digest.update(line.encode())
        file.write(line)
        count += 1
    last = {"at": now.astimezone(UTC).isoformat(), "chains": count, "digest": digest.hexdigest()}
    seal = seals.seal(json.dumps(last).encode())
    file.write(json.dumps({**last, "seal": seal}) + "\n")
    return count, seal


def _some(file: IO[str]) -> Iterator[list[str]]:
    while lines := list(islice(file, _AT_ONCE)):
        yield lines


def _cut_back(heads: list[list[Any]]) -> Iterator[Break]:
    wanted = Q(pk=None)
    for scope, seq, _ in heads:
        wanted |= Q(scope=scope, seq=seq)
    rows = AuditEntry.objects.filter(wanted).values_list("scope", "seq", "digest")
    found = {(scope, seq): digest for scope, seq, digest in rows}
    for scope, seq, digest in heads:
        if (scope, seq) not in found:
            yield Break(scope, seq, "was there when the anchor was written")
        elif found[scope, seq] != digest:
            yield Break(scope, seq, "is not what it was when the anchor was written")


def _altered(last: dict[str, Any], *, count: int, digest: str) -> Iterator[Break]:
    seal = str(last.pop("seal"))
    is_whole = (last.get("chains"), last.get("digest")) == (count, digest)
    if not is_whole or not seals.holds(seal, json.dumps(last).encode()):
        yield Break("anchor", 0, "the anchor itself was changed")
