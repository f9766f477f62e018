"""A person says what a sender's code is: shown first with what it would store, then kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from audit import trail
from interop.codes import ALL, LOINC, Kind, field_for
from interop.csv import spellings
from interop.models import HeldResult, LocalMapping
from interop.quarantine.models import QuarantinedItem
from interop.quarantine.replaying import replay
from interop.units import code_in
from staff.models import User
from vitals.analytes import ANALYTES

_MOST_SHOWN: Final = 25
_WITHOUT_UNIT: Final = frozenset({"oxygen_device", "consciousness", "glasgow_coma_score"})
_UNITS: Final[dict[str, tuple[str, ...]]] = {
    "temperature_celsius": (spellings.CELSIUS, spellings.FAHRENHEIT),
    "heart_rate_bpm": (spellings.PER_MINUTE,),
    "respirations_per_minute": (spellings.PER_MINUTE,),
    "systolic_mmhg": (spellings.MMHG,),
    "diastolic_mmhg": (spellings.MMHG,),
    "mean_arterial_mmhg": (spellings.MMHG,),
    "spo2_percent": (spellings.PERCENT,),
    "fio2_percent": (spellings.PERCENT, "{fraction}"),
    "oxygen_flow_lpm": (spellings.LITERS_PER_MINUTE,),
    "weight_kg": (spellings.KILOGRAM, spellings.POUND),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a code may stand for, and the units its numbers may be in."""

    target: str
    label: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one item would become: a value in its unit, or why it would still wait."""

    raw: str
    taken_at: datetime | None
    becomes: str
    stored: bool


class RefusedMappingError(ValueError):
    """The mapping cannot be: in words for the person who made it."""


class _TakenBackError(Exception):
    """Ends a preview."""


def choices() -> list[Choice]:
    """Everything a code may be mapped to: fields of a set, then laboratory values by name."""
    fields = [Choice(name, _label(name), units) for name, units in _UNITS.items()]
    fields += [Choice(name, _label(name), ()) for name in sorted(_WITHOUT_UNIT)]
    labs = [
        Choice(row.code, f"{row.display} ({row.code})", tuple(ANALYTES[row.analyte].factors))
        for row in ALL.values()
        if row.kind is Kind.LAB and row.system == LOINC
    ]
    return fields + sorted(labs, key=lambda each: each.label)


def propose(
    group: Mapping[str, str], *, target: str, unit: str, by: User, now: datetime, reason: str
) -> LocalMapping:
    """Return the mapping, not yet stored; raises RefusedMappingError.

    A number needs a unit unless the target has none: the unit is what the sender's
    numbers are in, whether it is not stated or stated in a spelling that is not known. Of
    a value with a code by mass and one by moles the mapping names the one of its unit.
    """
    choice = next((each for each in choices() if each.target == target), None)
    if choice is None:
        raise RefusedMappingError("Choose what the code stands for.")
    if not group.get("code"):
        raise RefusedMappingError("These items have no code that could be mapped.")
    if choice.units and unit not in choice.units:
        known = ", ".join(each or "none" for each in choice.units)
        raise RefusedMappingError(f"The unit must be one of {known}.")
    if not reason.strip():
        raise RefusedMappingError("Say how you know, such as the sender's code list.")
    return LocalMapping(
        sender=group["sender"],
        code_system=group["code_system"],
        code=group["code"],
        stated_unit=group["unit"],
        target=code_in(target, unit),
        unit=unit if choice.units else "",
        recorded_by=by,
        recorded_at=now,
        reason=reason[:200],
    )


def preview(
    mapping: LocalMapping, items: Sequence[QuarantinedItem], *, by: User, now: datetime
) -> list[Shown]:
    """Return what the first items would become; everything is taken back."""
    shown: list[Shown] = []
    try:
        with transaction.atomic():
            mapping.save(force_insert=True)
            first = list(items[:_MOST_SHOWN])
            replay(first, by=by, now=now)
            shown = [_shown(item) for item in first]
            raise _TakenBackError
    except _TakenBackError:
        mapping.pk = None
        mapping._state.adding = True
    return shown


@transaction.atomic
def keep(mapping: LocalMapping, *, by: User, now: datetime) -> LocalMapping:
    """Store the mapping, superseding an earlier one for the same code and unit; audited."""
    before = (
        LocalMapping.objects.in_force()
        .filter(
            sender=mapping.sender,
            code_system=mapping.code_system,
            code=mapping.code,
            stated_unit=mapping.stated_unit,
        )
        .first()
    )
    mapping.supersedes = before
    mapping.save(force_insert=True)
    trail.record(
        action="quarantine.mapped",
        actor=by,
        scope="interop",
        subject=f"mapping:{mapping.pk}",
        at=now,
        detail={
            "sender": mapping.sender, "code": mapping.code, "system": mapping.code_system,
            "stated_unit": mapping.stated_unit, "target": mapping.target, "unit": mapping.unit,
            "replaces": before.pk if before else None,
        },
    )  # fmt: skip
    return mapping


def _shown(item: QuarantinedItem) -> Shown:
    fresh = QuarantinedItem.objects.select_related("resolution").get(pk=item.pk)
    mark = _mark(item)
    rows = HeldResult.objects.select_related("observations", "lab")
    held = rows.filter(item=mark).first() if mark else None
    if getattr(fresh, "resolution", None) is None or held is None:
        return Shown(item.raw, None, "would still wait", stored=False)
    return Shown(item.raw, held.taken_at, _becomes(held), stored=True)


def _mark(item: QuarantinedItem) -> UUID | None:
    try:
        return UUID(item.digest)
    except ValueError:
        return None


def _becomes(held: HeldResult) -> str:
    if held.lab is not None:
        lab = held.lab
        said = f"{lab.comparator}{lab.value.normalize():f}" if lab.value is not None else lab.text
        return f"{lab.display}: {said} {lab.unit}".strip()
    if held.observations is not None:
        value = getattr(held.observations, held.field)
        unit = _UNITS.get(held.field, ("",))[0]
        return f"{_label(held.field)}: {value} {unit}".strip()
    return _label(held.field)


def _label(name: str) -> str:
    row = field_for(name)
    return row.display if row else name.replace("_", " ").capitalize()
