"""How long vasopressors have run, at which dose, and which boluses were given, set by set.

A fold beside the one of the course: only what the sets themselves charted. Standard library only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from grading import pressor_doses

BOLUSES_COUNT_FOR: Final = timedelta(hours=24)


class Measured(Protocol):
    """The values of one group of a course."""

    @property
    def values(self) -> Mapping[str, Any]:
        """By field."""


Known = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class AtDose:
    """A drug at one dose since a moment; `seen` when the sets before show that it began then."""

    dose: Decimal
    unit: str
    since: datetime
    seen: bool


@dataclass(frozen=True, slots=True)
class SupportCourse:
    """What the next set needs: since when any vasopressor runs, each dose, the boluses of 24 h.

    `start_seen` is whether somebody had charted that none was running before.
    """

    pressors_since: datetime | None = None
    start_seen: bool = False
    doses: Mapping[str, AtDose] = field(default_factory=dict)
    boluses: tuple[datetime, ...] = ()


def advance_support(
    before: SupportCourse,
    recorded: Mapping[str, Any],
    *,
    known_before: Known,
    known: Known,
    at: datetime,
) -> SupportCourse:
    """Return the support after a set that recorded this, from what was known before and at it."""
    boluses = tuple(each for each in before.boluses if at - each <= BOLUSES_COUNT_FOR)
    if recorded.get("fluid_bolus_ml") and at not in boluses:
        boluses = (*boluses, at)
    if not _running(known):
        return SupportCourse(boluses=boluses)
    since, seen = before.pressors_since, before.start_seen
    if since is None:
        since, seen = at, _none_ran(known_before)
    doses = before.doses
    if "vasopressors" in recorded:
        rows = recorded.get("vasopressor_doses") or ()
        doses = _doses(before, rows, ran_before=_names(known_before), at=at)
    return SupportCourse(since, seen, doses, boluses)


def _doses(
    before: SupportCourse,
    rows: Iterable[dict[str, Any]],
    *,
    ran_before: list[str] | None,
    at: datetime,
) -> Mapping[str, AtDose]:
    doses = {}
    for drug, (dose, unit) in pressor_doses.charted(rows).items():
        earlier = before.doses.get(drug)
        if earlier is not None and _goes_on(drug, earlier, dose, unit):
            doses[drug] = AtDose(dose, unit, earlier.since, earlier.seen)
        else:
            seen = earlier is not None or (ran_before is not None and drug not in ran_before)
            doses[drug] = AtDose(dose, unit, at, seen)
    return doses


def _goes_on(drug: str, earlier: AtDose, dose: Decimal, unit: str) -> bool:
    """Whether this much was already given: no more than before, or a high dose all along."""
    if unit != earlier.unit:
        return False
    if dose <= earlier.dose:
        return True
    return pressor_doses.is_above_line(pressor_doses.infusion(drug, earlier.dose, unit))


def _names(known: Known) -> list[str] | None:
    names: list[str] | None = None
    if "vasopressors" in known:
        names = known["vasopressors"].values.get("vasopressors")
    return names


def _running(known: Known) -> bool:
    return bool(_names(known)) or _vasopressin(known)


def _none_ran(known: Known) -> bool:
    """Whether somebody had charted that no vasopressor was running."""
    return _names(known) == [] and not _vasopressin(known)


def _vasopressin(known: Known) -> bool:
    return "vasopressin" in known and bool(known["vasopressin"].values.get("vasopressin"))
