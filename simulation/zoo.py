"""Broken copies of the design, each made in this process and caught by some seed.

A mutant that survives a hundred seeds shows a missing invariant, not good code.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Final
from unittest import mock

from alerts import (
    acknowledging,
    addressing,
    delivery,
    escalation,
    health,
    overdue,
    services,
    sweep,
    telling,
)
from alerts.models import outgoing
from alerts.policy import endings, fever
from charting import alerting, alerting_settle, chart
from grading import course
from simulation.run import Simulator
from simulation.tablets import Tablet

WITHIN_SEEDS: Final = 100


@dataclass(frozen=True, slots=True)
class Slip:
    """One place of the production code, and what somebody might have written there."""

    where: Callable[..., Any]
    instead_of: str
    written: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, in one sentence, and how."""

    name: str
    breaks: str
    slips: tuple[Slip, ...] = ()
    port: Callable[[], Any] | None = None


class StaleMutantError(Exception):
    """The code a mutant changes has moved: mend the mutant."""


def _one(name: str, breaks: str, where: Callable[..., Any], old: str, new: str) -> Mutant:
    return Mutant(name, breaks, (Slip(where, old, new),))


@contextmanager
def _banner_by_sender() -> Iterator[None]:
    judged, derived = health.judge, sweep.derive
    last: list[health.Health] = [health.Health(ok=True)]

    def derive(**asked: Any) -> bool:
        is_whole = derived(**asked)
        last[0] = judged(asked["now"])
        return is_whole

    with (
        mock.patch.object(sweep, "derive", derive),
        mock.patch.object(health, "judge", side_effect=lambda _now: last[0]),
    ):
        yield


ZOO: Final = (
    _one(
        "mark_before_send", "A message counts as sent before it is.", delivery._deliver,
        "if not _hand_over(parcel, now=now):\n            return False",
        "_mark_sent(parcel, now=now)\n        parcel.send()",
    ),
    _one(
        "lease_never_ends", "Who dies while sending holds the message for ever.",
        outgoing._is_due, "Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)",
        "Q(pk=None)",
    ),
    _one(
        "wait_trusts_the_clock", "A clock that steps back keeps a message waiting.",
        outgoing._is_due, "(Q(due_at__lte=at) | ahead | fresh)", "Q(due_at__lte=at)",
    ),
    _one(
        "gives_up", "A message is tried five times.", outgoing._is_due,
        "return free &", "return Q(attempts__lt=5) & free &",
    ),
    _one(
        "oldest_first", "A lesser message goes before a graver one.", outgoing.OutgoingQuerySet.due,
        "self.unsent().filter(_is_due(at))",
        'self.unsent().filter(_is_due(at)).order_by("due_at", "pk")',
    ),
    _one(
        "second_transaction", "Messages are written after the alert has committed.",
        telling._write, "written = Notification.objects.bulk_create(rows)",
        "rows = list(rows)\n    written = []\n"
        "    wake.transaction.on_commit(lambda: Notification.objects.bulk_create(rows))",
    ),
    _one(
        "sent_although_refused", "A refused message counts as sent.", delivery._not_sent,
        "due_at=now + wait, lease_until=None", "sent_at=now, lease_until=None",
    ),
    _one(
        "claim_without_condition", "Two senders take the same message.",
        outgoing.OutgoingQuerySet.claim,
        "if not self.due(at).filter(pk=pk).exists():\n        return False\n"
        "    row = self.model._base_manager.filter(_IS_UNSENT, _is_due(at), pk=pk)",
        "row = self.model._base_manager.filter(pk=pk)",
    ),
    Mutant(
        "no_idempotency", "A repeated entry is stored again.",
        (
            Slip(chart._stored, "if not known.exists():", "if True:"),
            Slip(chart.set_of, "client_id=entry.client_id", 'client_id=__import__("uuid").uuid4()'),
        ),
    ),
    Mutant(
        "tablet_drops", "A tablet forgets an entry when the server has an error.",
        port=lambda: mock.patch.object(Tablet, "drops_on_error", new=True),
    ),
    Mutant(
        "banner_by_sender", "The banner shows what the sender last said of itself.",
        port=_banner_by_sender,
    ),
    _one(
        "banner_ignores_beats", "A sender that stopped does not show.", health._stopped,
        "for name in expected", "for name in ()",
    ),
    _one(
        "banner_ignores_waiting", "A message that waits does not show.", health._late,
        "if at is not None and", "if not at and at is not None and",
    ),
    _one(
        "nobody_swallowed", "An alert that has nobody to tell does not show.", health._untold,
        "return Alert.objects.filter(", "return Alert.objects.none().filter(",
    ),
    _one(
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
    _one(
        "worse_stays_answered", "A worsening leaves the alert with who had it.", services._worsen,
        "(dict(RELEASED) | started).items()", "started.items()",
    ),
    _one(
        "worse_is_a_repeat", "A worsening only counts up.", services._is_worse,
        "return (", "return False and (",
    ),
    _one(
        "answer_holds_for_ever", "An answer that helped nobody is never taken back.",
        escalation._answer_ended, "if _measured_since(alert):", "if True:",
    ),
    _one(
        "ladder_skips", "Every other rung is left out.", escalation._climb,
        "plan.timed(alert.rung + 1)", "plan.timed(alert.rung + 2)",
    ),
    _one(
        "ladder_stops", "Nobody is called after the first rung.", escalation._climb,
        "following = plan.timed(passed[-1].number + 1)", "following = None",
    ),
    _one(
        "refusal_repeats", "A dead address repeats the last call at once.",
        addressing.refused_for_good, "row.rung < row.alert.plan.last.number", "True",
    ),
    _one(
        "window_mutes", "Fever outside the expected window alerts nobody.", fever.conditions,
        "if facts.seen.fever:",
        "if facts.seen.fever and facts.course.window is not WindowState.HIGH_RISK:\n"
        "        return []\n    if facts.seen.fever:",
    ),
    _one(
        "late_is_history", "A set entered late alerts nobody.", alerting.alert,
        "found = found + _late(current, GradedSet(charted, drugs, len(doubts)), now=now)",
        "found = []",
    ),
    _one(
        "late_is_newest", "A set entered late is graded as if it were the newest.", chart._assess,
        "in_order = latest is None or observations.taken_at > latest", "in_order = True",
    ),
    _one(
        "correction_alerts_nobody", "A correction upward changes the record alone.",
        chart._grade_and_alert, "raised = alerting.alert(",
        'raised = () if action == "corrected" else alerting.alert(',
    ),
    _one(
        "correction_counts_twice", "A corrected set is two sets below grade 2.",
        alerting._grade_before, "before.observation_set_id == replaced", "False",
    ),
    _one(
        "overdue_once", "Overdue is told once per patient, ever.", overdue._tell,
        "found = _what_is_late(due, now=now)",
        "found = _what_is_late(due, now=now)\n    from alerts.models import Alert\n"
        "    if Alert.objects.filter(\n"
        "        patient_id=due.patient_id, family=Family.OBS_OVERDUE, closed_at__isnull=False\n"
        "    ).exists():\n        found = []",
    ),
    _one(
        "missing_is_normal", "A pressure nobody measured is no hypotension.", course._hypotension,
        "return None, False", "return False, False",
    ),
    _one(
        "unknown_ends_it", "A set whose grade is not known ends a grade alert.",
        endings._end_grade, "or seen.grade is None or seen.grade >=", "or seen.at_least >=",
    ),
    _one(
        "one_alert_per_patient", "A second family of alerts counts as a repeat of the first.",
        alerting_settle._raise, "existing=held",
        "existing=held or next(iter(left.values()), None)",
    ),
)  # fmt: skip


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """Break the design in this way for a while."""
    with ExitStack() as stack:
        for function, slips in _by_function(mutant).items():
            stack.enter_context(_rewritten(function, slips))
        if mutant.port is not None:
            stack.enter_context(mutant.port())
        yield


def first_caught(simulator: Simulator, mutant: Mutant, *, within: int) -> tuple[int, str] | None:
    """Return the first seed that objects, and its words; None when none of them does."""
    with broken(mutant):
        for seed in range(within):
            result = simulator.run(seed)
            if not result.passed:
                return seed, result.violation
    return None


def _by_function(mutant: Mutant) -> dict[FunctionType, list[Slip]]:
    found: dict[FunctionType, list[Slip]] = {}
    for slip in mutant.slips:
        function = inspect.unwrap(slip.where)
        assert isinstance(function, FunctionType)
        found.setdefault(function, []).append(slip)
    return found


@contextmanager
def _rewritten(function: FunctionType, slips: list[Slip]) -> Iterator[None]:
    """Give a function the code of its slips; whoever imported it by name gets them as well."""
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    for slip in slips:
        if source.count(slip.instead_of) != 1:
            raise StaleMutantError(f"{function.__qualname__} has no single {slip.instead_of!r}")
        source = source.replace(slip.instead_of, slip.written)
    made: dict[str, Any] = {}
    exec(compile(source, function.__code__.co_filename, "exec"), function.__globals__, made)  # noqa: S102 - the point of a mutant
    original = function.__code__
    function.__code__ = made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = original
