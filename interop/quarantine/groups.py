"""What waits, grouped by reason and by what was not understood, for whom it concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q, QuerySet

from interop.csv.outcomes import Reason as ValueReason
from interop.hl7v2.reasons import Reason
from interop.quarantine.models import QuarantinedItem, QuarantinedItemQuerySet
from patients.models import Stay
from staff import permissions
from staff.models import Role, User

KEY: Final = ("reason_code", "sender", "code_system", "code", "unit")
# Reasons that a person's word on a code or a unit can mend.
MAPPABLE: Final = frozenset(
    {
        Reason.UNKNOWN_CODE.value, Reason.NOT_LOINC.value, Reason.PANEL.value,
        ValueReason.UNKNOWN_UNIT.value, ValueReason.LAB_UNIT.value,
        ValueReason.UNITS_DISAGREE.value, ValueReason.AMBIGUOUS_FIO2.value,
        ValueReason.CODES_DISAGREE.value, ValueReason.CODE_AND_UNIT.value,
    }
)  # fmt: skip
_WORDS: Final = {
    "unknown_code": "Unknown code", "not_a_loinc_code": "Not a LOINC code",
    "unknown_unit": "Unknown unit", "lab_unit_refused": "Unit does not fit the analyte",
    "code_and_unit_disagree": "Code and unit are of different properties",
    "codes_disagree": "Code and name disagree", "unknown_patient": "Unknown patient",
    "which_patient": "Record number not clear",
    "differs_from_registered": "Another birth date or sex than registered",
    "unknown_ward": "Unknown ward", "both_have_facts": "Merge of two charted patients",
    "corrects_nothing": "Corrects a result not held here",
    "impossible_value": "Impossible value", "ambiguous_time": "Time happened twice",
    "time_too_coarse": "Time without minutes", "no_time": "No time",
    "control_id_reused": "Message number used twice",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Items that share a reason, a sender, a code and a unit."""

    key: Mapping[str, str]
    display: str
    items: int
    oldest: datetime
    newest: datetime

    @property
    def title(self) -> str:
        """The reason in words."""
        return reason_in_words(self.key["reason_code"])

    @property
    def query(self) -> str:
        """The group's address."""
        return urlencode(self.key)


def reason_in_words(code: str) -> str:
    """Return the reason as a person reads it."""
    return _WORDS.get(code, code.replace("_", " ").capitalize())


def waiting_for(user: User) -> QuarantinedItemQuerySet:
    """What this person may see: administrators all of it, charge nurses their wards' part.

    Where neither ward nor patient is known, each charge nurse sees it: it may be theirs.
    """
    rows = QuarantinedItem.objects.waiting()
    if user.role == Role.ADMINISTRATOR:
        return rows
    wards = permissions.ward_ids(user)
    return rows.filter(of_wards(wards) | Q(ward=None, patient=None))


def of_wards(ward_ids: Iterable[int]) -> Q:
    """What names these wards, or belongs to a patient who is on one of them now.

    Who came from another ward takes along what waits: the nurse who needs it is the new one.
    Who left is still one of the wards they were on.
    """
    wards = list(ward_ids)
    were_here = Stay.objects.filter(ward__in=wards).values("patient")
    return (
        Q(ward__in=wards)
        | Q(patient__state__ward__in=wards)
        | Q(patient__state__ward=None, patient__in=were_here)
    )


def groups(rows: QuerySet[QuarantinedItem]) -> list[Group]:
    """Return the groups, the largest first; one query."""
    found = (
        rows.order_by()
        .values(*KEY)
        .annotate(
            items=Count("pk"),
            oldest=Min("received_at"),
            newest=Max("received_at"),
            display=Max("display"),
        )
        .order_by("-items", "reason_code", "code")
    )
    return [_group(row) for row in found]


def _group(row: dict[str, Any]) -> Group:
    key = {name: row[name] for name in KEY}
    return Group(key, row["display"], row["items"], row["oldest"], row["newest"])
