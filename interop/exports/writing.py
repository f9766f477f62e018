"""Write an export to a file of its own first: what leaves was counted and put on record."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final

from django.db import transaction

from audit import trail
from charting.models import PatientState
from interop.csv import safe
from interop.exports.models import ExportEntry, ExportKey, ExportKind
from staff.models import User, Ward

_IN_MEMORY: Final = 1 << 20  # bytes; more goes to a file that has no name


@dataclass(frozen=True, slots=True)
class Order:
    """Who takes what out, of whom."""

    kind: ExportKind
    by: User
    now: datetime
    patient: PatientState | None = None
    ward: Ward | None = None
    key: ExportKey | None = None
    patients: int = 1
    content: dict[str, Any] = field(default_factory=dict)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[IO[bytes], int]:
    """Write a CSV table and return it, at its beginning, with the number of its rows."""
    stream: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([safe.written(cell) for cell in row])
        count += 1
    text.detach()
    stream.seek(0)
    return stream, count


@transaction.atomic
def put_on_record(order: Order, *, rows: int) -> ExportEntry:
    """Append what is about to leave, to the export log and to the trail."""
    entry = ExportEntry.objects.create(
        at=order.now,
        by=order.by,
        kind=order.kind,
        patient_id=order.patient.pk if order.patient else None,
        ward=order.ward,
        is_deidentified=order.key is not None,
        key=order.key,
        rows=rows,
        patients=order.patients,
        content=order.content,
    )
    scope = f"patient:{order.patient.pk}" if order.patient else f"ward:{order.ward}"
    if order.ward is not None:
        scope = f"ward:{order.ward.pk}"
    trail.record(
        action="data.exported",
        actor=order.by,
        scope=scope,
        subject=f"export:{entry.pk}",
        at=order.now,
        detail={
            "what": order.kind.value,
            "rows": rows,
            "patients": order.patients,
            "deidentified": order.key is not None,
        },
    )
    return entry
