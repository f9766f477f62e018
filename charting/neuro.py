"""The door for neuro checks: ICE or CAPD item by item, graded as ICANS at once."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import alerting, due, neuro_grades, state
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from grading import icans
from grading.models import Assessment
from grading.rules.icans_scores import capd_total, ice_total
from grading.rules.vocabulary import CerebralEdema, RaisedPressureSign, Seizure, UnableReason
from staff.models import User
from vitals import ice_set, strokes
from vitals.models import Handwriting, NeuroAssessment
from vitals.vocabulary import Consciousness, Source

LONGEST_SEIZURE_MINUTES: Final = 10_000
_HIGHEST: Final = {
    "ice_score": 10,
    "capd_score": 32,
    "seizure_minutes": LONGEST_SEIZURE_MINUTES,
}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "unable_reason": icans.UNABLE_REASONS,
    "consciousness": tuple(Consciousness.values),
    "seizure": tuple(each.value for each in Seizure),
    "cerebral_edema": tuple(each.value for each in CerebralEdema),
}
_TOTALS: Final[dict[str, tuple[str, Callable[[Any], tuple[int | None, int]]]]] = {
    "ice_items": ("ice_score", ice_total),
    "capd_items": ("capd_score", capd_total),
}
# They speak about how it was asked, and are no finding.
_ABOUT: Final = frozenset({"language", "interpreter", "is_baseline", "asked", "handwriting"})
# Who is this awake could be woken for the score.
_AWAKE: Final = frozenset(
    {
        Consciousness.ALERT,
        Consciousness.DROWSY,
        Consciousness.NEW_CONFUSION,
        Consciousness.VOICE,
    }
)


@transaction.atomic
def record_neuro_check(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    taken_at: datetime,
    recorded_by: User,
    now: datetime,
    findings: Mapping[str, Any],
    source: str = Source.NURSE,
) -> tuple[NeuroAssessment, Assessment]:
    """Record a neuro check and grade ICANS from it; the same client_id answers what is stored.

    `findings` are NeuroAssessment's own fields, and `handwriting` as strokes; absent means
    not examined. Items give the total once all are there; a total that says otherwise is
    refused with both named. A new baseline grades later checks of CAPD again.
    """
    current = state.locked(patient_id)
    stored = NeuroAssessment.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored, neuro_grades.grade_of(stored)
    checked = checked_findings(findings, taken_at=taken_at, now=now)
    written = checked.pop("handwriting", None)
    check = NeuroAssessment.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        taken_at=taken_at.astimezone(UTC),
        received_at=now,
        recorded_by=recorded_by,
        source=source,
        **checked,
    )
    keep_handwriting(check, written)
    assessment = neuro_grades.grade(current, check, now=now)
    if check.is_baseline:
        words = "a baseline was recorded"
        neuro_grades.grade_later(current, since=check.taken_at, now=now, reason=words)
        assessment = neuro_grades.grade_of(check)
    neuro_grades.point_at_newest(current)
    due.plan_neuro(current, check, assessment)
    alerting.alert_on_neuro(current, check, assessment, now=now)
    trail.record(
        action="neuro.recorded",
        actor=recorded_by,
        scope=f"patient:{patient_id}",
        subject=f"neuro:{check.pk}",
        at=now,
        detail={"at_least": assessment.at_least, "ruleset": assessment.ruleset},
    )
    return check, assessment


def keep_handwriting(check: NeuroAssessment, written: list[list[int]] | None) -> None:
    """Keep the sentence as it was written; nothing where nothing was."""
    if written is not None:
        Handwriting.objects.create(check_of=check, strokes=written)


def checked_findings(
    findings: Mapping[str, Any], *, taken_at: datetime, now: datetime
) -> dict[str, Any]:
    """The findings with the totals their items give; raises EntryRefusedError for all faults."""
    errors = []
    if taken_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("taken_at", taken_at, "is in the future"))
    for name, highest in _HIGHEST.items():
        number = findings.get(name)
        if number is not None and not 0 <= number <= highest:
            errors.append(FieldError(name, number, f"must be 0 to {highest}"))
    for name, known in _WORDS.items():
        word = findings.get(name) or ""
        if word and word not in known:
            errors.append(FieldError(name, word, f"must be one of {', '.join(known)}"))
    errors += _strange_signs(findings.get("raised_pressure_signs"))
    checked = dict(findings)
    for name in _TOTALS:
        errors += _put_total(checked, name)
    errors += _put_read(checked, "asked", ice_set.check_asked)
    errors += _put_read(checked, "handwriting", strokes.read)
    if checked.get("unable_reason") == UnableReason.UNAROUSABLE:
        errors += _awake_after_all(checked)
    found = [value for name, value in findings.items() if name not in _ABOUT]
    # No and 0 are answers; only what was left out is nothing.
    if all(value is None or value == "" for value in found):
        errors.append(FieldError("findings", None, "the check records nothing"))
    if errors:
        raise EntryRefusedError(errors)
    return checked


def _put_read(checked: dict[str, Any], name: str, read: Callable[[Any], Any]) -> list[FieldError]:
    """Put what a reader makes of a field in its place; what it refuses is not repeated."""
    try:
        checked[name] = read(checked.get(name))
    except ValueError as error:
        return [FieldError(name, None, str(error))]
    return []


def _awake_after_all(checked: Mapping[str, Any]) -> list[FieldError]:
    level = checked.get("consciousness") or ""
    if level not in _AWAKE:
        return []
    words = f"does not agree with consciousness: {Consciousness(level).label}"
    return [FieldError("unable_reason", checked["unable_reason"], words)]


def _put_total(checked: dict[str, Any], name: str) -> list[FieldError]:
    """Give items that are complete their total; refuse one that the items contradict."""
    items = checked.get(name)
    if items is None:
        return []
    score_name, total = _TOTALS[name]
    try:
        score, bound = total(items)
    except ValueError as error:
        return [FieldError(name, items, str(error))]
    said = checked.get(score_name)
    if said is None:
        checked[score_name] = score
        return []
    if said == score:
        return []
    given = f"{score}" if score is not None else f"{_bound_words(name, bound)}, items left out"
    words = f"{said} does not agree with {name} ({given})"
    return [FieldError(score_name, said, words), FieldError(name, items, f"give {given}, "
            f"{score_name} says {said}")]  # fmt: skip


def _bound_words(name: str, bound: int) -> str:
    return f"at most {bound}" if name == "ice_items" else f"at least {bound}"


def _strange_signs(signs: Any) -> list[FieldError]:
    if signs is None:
        return []
    known = [sign.value for sign in RaisedPressureSign]
    if isinstance(signs, list) and all(sign in known for sign in signs):
        return []
    return [FieldError("raised_pressure_signs", signs, f"must be a list of {', '.join(known)}")]
