"""Keep what could not be understood: once, however often it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from interop.quarantine.models import LONGEST_DETAIL, Format, QuarantinedItem, ReceivedMessage


@dataclass(frozen=True, slots=True)
class Waiting:
    """One part that a person must look at; `where` is a segment or a path in a resource.

    `mark` is what makes it the same part when it comes again; blank takes its content.
    """

    raw: str
    reason_code: str
    detail: str = ""
    where: str = ""
    sender: str = ""
    code: str = ""
    code_system: str = ""
    display: str = ""
    unit: str = ""
    taken_at: datetime | None = None
    patient_id: int | None = None
    ward_id: int | None = None
    mark: str = ""

    @property
    def digest(self) -> str:
        """What no two rows share."""
        if self.mark:
            return self.mark
        content = "\x1f".join((self.sender, str(self.patient_id), self.where, self.raw))
        return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def keep(
    waiting: Sequence[Waiting],
    *,
    form: Format,
    now: datetime,
    message: ReceivedMessage | None = None,
) -> int:
    """Append the items in the caller's transaction; return how many were not kept before."""
    marks = {each.digest: each for each in waiting}
    known = set(
        QuarantinedItem.objects.filter(digest__in=list(marks)).values_list("digest", flat=True)
    )
    fresh = [each for mark, each in marks.items() if mark not in known]
    QuarantinedItem.objects.bulk_create(
        (QuarantinedItem(**_fields(each), format=form, received_at=now, message=message)
         for each in fresh),
        ignore_conflicts=True,
        batch_size=200,
    )  # fmt: skip
    return len(fresh)


def _fields(each: Waiting) -> dict[str, Any]:
    """Text as columns take it: no NUL, which PostgreSQL refuses, and cut to what fits."""
    return {
        "digest": each.digest,
        "raw": storable(each.raw),
        "reason_code": each.reason_code,
        "detail": storable(each.detail)[:LONGEST_DETAIL],
        "where": storable(each.where)[:120],
        "sender": storable(each.sender)[:120],
        "code": storable(each.code)[:120],
        "code_system": storable(each.code_system)[:120],
        "display": storable(each.display)[:200],
        "unit": storable(each.unit)[:80],
        "taken_at": each.taken_at,
        "patient_id": each.patient_id,
        "ward_id": each.ward_id,
    }


def storable(text: str) -> str:
    """Return text that every database takes: NUL and lone surrogates become U+FFFD."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
