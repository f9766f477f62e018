"""Designs that store, grade or answer a set of observations wrongly."""

from typing import Final
from unittest import mock

from alerts import overdue, services
from alerts.policy import endings, fever
from charting import alerting, alerting_settle, chart
from grading import course
from simulation.slips import Mutant, Slip, one
from simulation.tablets import Tablet

SETS: Final = (
    Mutant(
        "no_idempotency", "A repeated entry is stored again.",
        (
            Slip(chart.stored_for, "_OF_ENTRY.first(client_id=entry.client_id)", "None"),
            Slip(chart.set_of, "client_id=entry.client_id", 'client_id=__import__("uuid").uuid4()'),
        ),
    ),
    Mutant(
        "tablet_drops", "A tablet forgets an entry when the server has an error.",
        port=lambda: mock.patch.object(Tablet, "drops_on_error", new=True),
    ),
    one(
        "window_mutes", "Fever outside the expected window alerts nobody.", fever.conditions,
        "if facts.seen.fever:",
        "if facts.seen.fever and facts.course.window is not WindowState.HIGH_RISK:\n"
        "        return []\n    if facts.seen.fever:",
    ),
    one(
        "late_is_history", "A set entered late alerts nobody.", alerting.alert,
        "found = found + _late(current, GradedSet(charted, drugs, unusual_values), now=now)",
        "found = []",
    ),
    one(
        "late_is_newest", "A set entered late is graded as if it were the newest.", chart._assess,
        "in_order = latest is None or observations.taken_at > latest", "in_order = True",
    ),
    one(
        "correction_alerts_nobody", "A correction upward changes the record alone.",
        chart.grade_and_alert, "raised = alerting.alert(",
        'raised = () if action == "corrected" else alerting.alert(',
    ),
    one(
        "correction_counts_twice", "A corrected set is two sets below grade 2.",
        alerting._grade_before, "before.observation_set_id == replaced", "False",
    ),
    one(
        "overdue_once", "Overdue is told once per patient, ever.", overdue._tell,
        "found = _what_is_late(due, now=now)",
        "found = _what_is_late(due, now=now)\n    from alerts.models import Alert\n"
        "    if Alert.objects.filter(\n"
        "        patient_id=due.patient_id, family=Family.OBS_OVERDUE, closed_at__isnull=False\n"
        "    ).exists():\n        found = []",
    ),
    Mutant(
        "missing_is_normal", "A pressure nobody measured is no hypotension, treated or not.",
        (
            Slip(course._hypotension, "return None, False", "return False, False"),
            Slip(course._bolus, 'in flat or "hypotension" in flat else None', "in flat else False"),
        ),
    ),
    one(
        "unknown_ends_it", "A set whose grade is not known ends a grade alert.",
        endings._end_grade, "or seen.grade is None or seen.grade >=", "or seen.at_least >=",
    ),
    one(
        "one_alert_per_patient", "A second family of alerts counts as a repeat of the first.",
        alerting_settle._raise, "existing=held",
        "existing=held or next(iter(left.values()), None)",
    ),
    one(
        "grade_2_renames_grade_3", "A worse value at grade 2 lets an alert of grade 3 end.",
        services._worsen,
        "if condition.step >= alert.step or condition.severity.is_graver_than(before):",
        "if True:",
    ),
    one(
        "fever_passes", "A fever alert ends with the first set without fever.",
        endings._end_fever, "if _has_resolved(held, at)", "if not at.facts.seen.fever",
    ),
    one(
        "worry_is_included", "A grade alert takes a nurse's worry in.", endings._included,
        "if held.rule in WORRY or held.worried:", "if False:",
    ),
    one(
        "any_set_is_a_set", "A set with gaps ends an overdue alert.", endings._end_overdue,
        "or not at.facts.seen.newest.is_complete", "",
    ),
)  # fmt: skip
