"""“Why this grade?”: the readings behind it, when and by whom they were taken, and the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grading.models import Assessment, Confirmation
from vitals.models import ObservationSet


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a grade rests on; `carried` when it was measured at an earlier set."""

    field: str
    value: Any
    taken_at: datetime
    carried: bool
    charted_by: str
    set_id: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A stored grade with everything that made it, as it was when it was computed."""

    assessment: Assessment
    readings: Sequence[Reading]
    said: Sequence[Confirmation]


def explain(assessment: Assessment) -> Explanation:
    """Return the explanation of one assessment: two queries, nothing computed again."""
    sets = {row["set"] for row in assessment.evidence}
    who = {
        row.pk: row.charted_by.display_name() if row.charted_by else row.get_source_display()
        for row in ObservationSet.objects.filter(pk__in=sets).select_related("charted_by")
    }
    readings = [
        Reading(
            field=row["field"],
            value=row["value"],
            taken_at=datetime.fromisoformat(row["taken_at"]),
            carried=row["carried"],
            charted_by=who.get(row["set"], ""),
            set_id=row["set"],
        )
        for row in assessment.evidence
    ]
    return Explanation(assessment, readings, words_on([assessment.pk]))


def words_on(assessment_ids: Sequence[int]) -> list[Confirmation]:
    """Return what clinicians said of these grades, the newest first."""
    return list(
        Confirmation.objects.filter(assessment_id__in=assessment_ids)
        .in_force()
        .select_related("recorded_by", "seconded_by", "assessment")
        .order_by("-recorded_at", "-pk")
    )
