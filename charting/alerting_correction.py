"""After a correction: end the alerts that only the wrong values had raised."""

from datetime import datetime
from typing import Final

from alerts import policy, rulebook, services
from alerts.models import Alert
from alerts.policy import Family
from charting import state
from charting.alerting_facts import GRADE_CRITICAL, GradedSet, facts_of
from charting.models import PatientState
from grading import services as grading
from grading.models import Assessment

# Alerts about what was measured in one set; others do not end with a correction.
_OF_ONE_SET: Final = frozenset({Family.FEVER, Family.CRS_GRADE, Family.HEMODYNAMIC, Family.OXYGEN})
_MUST_BE_KNOWN: Final = (*GRADE_CRITICAL, "heart_rate_bpm", "respirations_per_minute")


def after_correction(
    current: PatientState, *, wrong_id: int, charted: Assessment, now: datetime
) -> list[Alert]:
    """End what rested on the wrong set alone and is not true of its replacement.

    A replacement that leaves a value out, or cannot be graded, ends nothing: what is
    not known is not normal. Nor does it end a person's worry. One query when no alert
    rests on the wrong set.
    """
    open_now = services.open_alerts(current.pk)
    resting = {
        family for family, alert in open_now.items() if alert.evidence.get("set") == wrong_id
    }
    if not resting & _OF_ONE_SET or not _is_known(charted):
        return []
    book = rulebook.current()
    drugs = grading.course_of(current.patient, zone=state.zone_of(current)).drugs
    facts = facts_of(current, GradedSet(charted, drugs), grade_before=None, book=book)
    still_true = {each.family for each in policy.conditions(facts, book)}
    worried = {family for family in resting if "worry" in open_now[family].evidence}
    return services.source_corrected(
        patient_id=current.pk,
        evidence={"set": wrong_id},
        now=now,
        still_true=still_true | worried | (resting - _OF_ONE_SET),
    )


def _is_known(charted: Assessment) -> bool:
    replacement = charted.observation_set
    if replacement is None or charted.grade is None:
        return False
    return all(getattr(replacement, name) not in (None, "") for name in _MUST_BE_KNOWN)
