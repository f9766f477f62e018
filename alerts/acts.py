"""What was done for a patient and when: the acts that tell a useful alert from a loud one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from grading.rules.vocabulary import MASKS, POSITIVE_PRESSURE
from patients.medicines import CLASS_OF, TreatmentClass
from vitals.vocabulary import OxygenDevice

# Treatments whose start is an answer to an alert.
ACTIONS: Final = frozenset(
    {
        TreatmentClass.ANTI_CYTOKINE,
        TreatmentClass.CORTICOSTEROID,
        TreatmentClass.VASOPRESSOR,
        TreatmentClass.VASOPRESSIN,
        TreatmentClass.RESPIRATORY,
    }
)


@dataclass(frozen=True, slots=True)
class Charted:
    """What one set says of support and grade; None and “” are not recorded, and no change."""

    taken_at: datetime
    at_least: int
    oxygen_device: str = ""
    oxygen_flow_lpm: Decimal | None = None
    vasopressors: frozenset[str] | None = None


def is_action(code: str) -> bool:
    """Whether a treatment of this code is an answer to an alert."""
    return CLASS_OF.get(code) in ACTIONS


def steps_up(sets: Iterable[Charted]) -> list[datetime]:
    """Return when a set showed more support or a higher grade than the last that said so."""
    found = []
    before: Charted | None = None
    for each in sets:
        known = _filled(each, before)
        if before is not None and _is_more(known, before):
            found.append(each.taken_at)
        before = known
    return found


def drugs_among(values: Iterable[Any] | None) -> frozenset[str] | None:
    """Return the running vasopressors as a set; None when not recorded."""
    if values is None:
        return None
    return frozenset(each["drug"] if isinstance(each, Mapping) else str(each) for each in values)


def _filled(now: Charted, before: Charted | None) -> Charted:
    """What a set leaves out stands as it was last said."""
    if before is None:
        return now
    silent = not now.oxygen_device
    pressors = before.vasopressors if now.vasopressors is None else now.vasopressors
    return Charted(
        now.taken_at,
        now.at_least,
        before.oxygen_device if silent else now.oxygen_device,
        before.oxygen_flow_lpm if silent else now.oxygen_flow_lpm,
        pressors,
    )


def _is_more(now: Charted, before: Charted) -> bool:
    begun = before.vasopressors is not None and bool(
        (now.vasopressors or frozenset()) - before.vasopressors
    )
    return now.at_least > before.at_least or begun or _more_oxygen(now, before)


def _more_oxygen(now: Charted, before: Charted) -> bool:
    if not now.oxygen_device or not before.oxygen_device:
        return False
    rank, earlier = _rank(now.oxygen_device), _rank(before.oxygen_device)
    if rank != earlier:
        return rank > earlier
    flow, flowed = now.oxygen_flow_lpm, before.oxygen_flow_lpm
    return flow is not None and flowed is not None and flow > flowed


def _rank(device: str) -> int:
    """0 air, 1 cannula or an unlisted device, 2 high flow or mask, 3 positive pressure."""
    if device == OxygenDevice.ROOM_AIR:
        return 0
    if device in POSITIVE_PRESSURE:
        return 3
    if device in MASKS:
        return 2
    return 2 if device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA else 1
