"""Look up and remember which resources were taken in, and where each is found here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from interop.fhir.identity import identifiers
from interop.fhir.models import HeldResource
from patients.models import Patient
from staff.models import User

_AT_ONCE: Final = 500


@dataclass(slots=True)
class Held:
    """What was taken in under some marks, the newest of each."""

    rows: dict[str, HeldResource]

    @classmethod
    def of(cls, marks: Iterable[str]) -> "Held":
        """Ask for all at once, in portions that every database takes."""
        wanted = sorted(set(marks))
        found: dict[str, HeldResource] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            portion = HeldResource.objects.filter(mark__in=wanted[start : start + _AT_ONCE])
            found |= {row.mark: row for row in portion.order_by("pk")}
        return cls(found)

    def said(self, mark: str) -> str | None:
        """What the newest one said; None where none was taken in."""
        row = self.rows.get(mark)
        return row.said if row else None


def remember(
    resource: dict[str, Any],
    *,
    mark: str,
    said: str,
    target: str,
    patient: Patient | None,
    now: datetime,
    by: User | None,
) -> HeldResource:
    """The row that remembers a resource, not yet stored."""
    named = identifiers(resource)
    system, value = named[0] if named else ("", "")
    return HeldResource(
        mark=mark,
        said=said,
        resource_type=resource["resourceType"],
        target=target,
        identifier_system=system[:200],
        identifier_value=value[:120],
        patient=patient,
        received_at=now,
        received_by=by,
    )


def keep(rows: Sequence[HeldResource]) -> None:
    """Append them in the caller's transaction."""
    HeldResource.objects.bulk_create(rows, batch_size=_AT_ONCE)
