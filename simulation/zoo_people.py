"""Designs in which an alert is nobody's, two people's, or asleep for too long."""

from typing import Final

from alerts import acknowledging, escalation, handover, services, snooze
from simulation.slips import Mutant, Slip, one

PEOPLE: Final = (
    one(
        "acknowledge_reads_then_writes", "Two nurses at once are both told that it is theirs.",
        acknowledging.acknowledge,
        "filter(pk=alert.pk, state__in=_TO_BE_HAD, version=version_seen)", "filter(pk=alert.pk)",
    ),
    Mutant(
        "acknowledge_unseen", "A page that is out of date accepts what got worse.",
        (
            Slip(acknowledging.acknowledge, "if alert.version != version_seen:", "if False:"),
            Slip(acknowledging.acknowledge, "version=version_seen)", "version=alert.version)"),
        ),
    ),
    one(
        "worse_stays_answered", "A worsening leaves the alert with who had it.", services._worsen,
        "(dict(RELEASED) | started).items()", "started.items()",
    ),
    one(
        "worse_is_a_repeat", "A worsening only counts up.", services._is_worse,
        "return (", "return False and (",
    ),
    one(
        "answer_holds_for_ever", "An answer that helped nobody is never taken back.",
        escalation._answer_ended, "if _measured_since(alert):", "if True:",
    ),
    one(
        "ladder_skips", "Every other rung is left out.", escalation._climb,
        "plan.timed(alert.rung + 1)", "plan.timed(alert.rung + 2)",
    ),
    one(
        "ladder_stops", "Nobody is called after the first rung.", escalation._climb,
        "following = plan.timed(passed[-1].number + 1)", "following = None",
    ),
    one(
        "snooze_never_ends", "What was put off stays so.", escalation._step,
        "return _snooze_ended(alert, now=now)", "return _claim(alert, next_step_at=None)",
    ),
    one(
        "snooze_tells_nobody", "What wakes is open, and nobody hears of it.",
        escalation._snooze_ended, "telling.tell_first(alert, now=now)", "pass",
    ),
    one(
        "snooze_has_no_limit", "A P1 may be put off for hours.", snooze.snooze,
        "if refused is None and not 1 <= minutes <= longest:", "if False:",
    ),
    Mutant(
        "snooze_of_anything", "Grades 3 and 4 may be put off.",
        (
            Slip(snooze.refusal, "if Rule(alert.rule) in _NEVER_RULES or", "if"),
            Slip(snooze.refusal, "alert.step >= _SEVERE_STEP", "alert.step > 4"),
        ),
    ),
    one(
        "snooze_by_anyone", "Any nurse puts an alert off again and again.", snooze.refusal,
        "if alert.snooze_count and not", "if False and not",
    ),
    one(
        "hand_over_moves_nothing", "Whoever comes accepts, and it stays with who goes.",
        handover._move, "**{field: by}, ", "",
    ),
    one(
        "hand_over_renews", "An answer begins again with each new owner.", handover._move,
        "**{field: by}, ", "**{field: by}, next_step_at=None, ",
    ),
    one(
        "hand_over_unseen", "A list that is out of date takes over what changed.",
        handover.accept, "_accept_one(alert, each.version,", "_accept_one(alert, alert.version,",
    ),
)  # fmt: skip
