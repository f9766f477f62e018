"""A grade that stops counting with the fact it was about."""

from datetime import datetime

from grading.models import Assessment


def withdrawal_of(row: Assessment, *, now: datetime, reason: str) -> Assessment:
    """The row that takes a grade back without another in its place; not stored yet."""
    return Assessment(
        patient_id=row.patient_id,
        observation_set_id=row.observation_set_id,
        neuro_check_id=row.neuro_check_id,
        lab_result_id=row.lab_result_id,
        symptom_report_id=row.symptom_report_id,
        taken_at=row.taken_at,
        scale=row.scale,
        term=row.term,
        ruleset=row.ruleset,
        at_least=0,
        assessed_at=now,
        supersedes=row,
        reason=reason,
        withdrawn=True,
    )
