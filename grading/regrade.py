"""Grade stored sets again, by the same fold, and find where the answer would be another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from grading.models import Assessment
from grading.services import SCALE, Course, assess, state_before
from vitals.models import ObservationSet

# What a person reads of a grade. The ruleset is its name, the course what the next set needs.
ANSWER: Final = ("grade", "at_least", "outcome", "because", "missing", "flags")
_COMPARED: Final = (*ANSWER, "ruleset", "course")
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A set whose assessment would be another; `old` is None for one that had none.

    `changed` names the fields that differ. `new` is not stored yet.
    """

    old: Assessment | None
    new: Assessment
    changed: tuple[str, ...]

    @property
    def grade_moves(self) -> bool:
        """Whether the grade, or the least it can be, is another."""
        return not {"grade", "at_least"}.isdisjoint(self.changed)

    @property
    def answer_moves(self) -> bool:
        """Whether anything that a person reads is another, and not only the name."""
        return not set(ANSWER).isdisjoint(self.changed)


@dataclass(frozen=True, slots=True)
class Again:
    """How many sets were graded again, and those whose assessment would be another."""

    sets: int
    differences: tuple[Difference, ...]


def grade_again(of: Course, *, since: datetime | None, now: datetime, reason: str) -> Again:
    """Grade every set taken at or after a moment, or all of them; nothing is stored.

    Sets before `since` keep their assessment and the course it left behind.
    """
    sets = ObservationSet.objects.filter(patient=of.patient).in_force()
    stored = Assessment.objects.filter(patient=of.patient, scale=SCALE).in_force()
    if since is not None:
        sets, stored = sets.filter(taken_at__gte=since), stored.filter(taken_at__gte=since)
    in_order = list(sets.order_by("taken_at", "pk"))
    if not in_order:
        return Again(0, ())
    old = {row.observation_set_id: row for row in stored}
    fresh = assess(
        in_order,
        of=of,
        after=state_before(of.patient, at=in_order[0].taken_at),
        now=now,
        replacing={each.pk: old[each.pk].pk for each in in_order if each.pk in old},
        reason=reason,
    )
    found = (_difference(old.get(new.observation_set_id), new) for new in fresh)
    return Again(len(in_order), tuple(each for each in found if each.changed))


def store(differences: Sequence[Difference]) -> None:
    """Append the new assessments; the old ones stay and stop counting."""
    Assessment.objects.bulk_create([each.new for each in differences], batch_size=_BATCH)


def _difference(old: Assessment | None, new: Assessment) -> Difference:
    if old is None:
        return Difference(None, new, _COMPARED)
    differing = tuple(name for name in _COMPARED if getattr(old, name) != getattr(new, name))
    return Difference(old, new, differing)
