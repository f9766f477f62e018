"""Designs that lose, hold back or repeat messages, or do not show that they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

from alerts import addressing, delivery, health, sweep, telling
from alerts.models import outgoing
from simulation.slips import Mutant, one


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


MESSAGES: Final = (
    one(
        "mark_before_send", "A message counts as sent before it is.", delivery._deliver,
        "if not _hand_over(parcel, now=now):\n            return False",
        "_mark_sent(parcel, now=now)\n        parcel.send()",
    ),
    one(
        "lease_never_ends", "Who dies while sending holds the message for ever.",
        outgoing._is_due, "Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)",
        "Q(pk=None)",
    ),
    one(
        "wait_trusts_the_clock", "A clock that steps back keeps a message waiting.",
        outgoing._is_due, "(Q(due_at__lte=at) | ahead | fresh)", "Q(due_at__lte=at)",
    ),
    one(
        "gives_up", "A message is tried five times.", outgoing._is_due,
        "return free &", "return Q(attempts__lt=5) & free &",
    ),
    one(
        "oldest_first", "A lesser message goes before a graver one.", outgoing.OutgoingQuerySet.due,
        "self.unsent().filter(_is_due(at))",
        'self.unsent().filter(_is_due(at)).order_by("due_at", "pk")',
    ),
    one(
        "second_transaction", "Messages are written after the alert has committed.",
        telling._write, "written = Notification.objects.bulk_create(rows)",
        "rows = list(rows)\n    written = []\n"
        "    wake.transaction.on_commit(lambda: Notification.objects.bulk_create(rows))",
    ),
    one(
        "sent_although_refused", "A refused message counts as sent.", delivery._not_sent,
        "due_at=now + wait, lease_until=None", "sent_at=now, lease_until=None",
    ),
    one(
        "claim_without_condition", "Two senders take the same message.",
        outgoing.OutgoingQuerySet.claim,
        "if not self.due(at, takes_over=takes_over).filter(pk=pk).exists():\n        return False\n"
        "    row = self.model._base_manager.filter(_IS_UNSENT, _is_due(at), pk=pk)",
        "row = self.model._base_manager.filter(pk=pk)",
    ),
    Mutant(
        "banner_by_sender", "The banner shows what the sender last said of itself.",
        port=_banner_by_sender,
    ),
    one(
        "banner_ignores_beats", "A sender that stopped does not show.", health._stopped,
        "for name in expected", "for name in ()",
    ),
    one(
        # One that waits alone is tried so often by then that it shows as failing all the same.
        "banner_ignores_mail", "A message that waits or fails does not show.", health.judge,
        "reasons += _late(now)", "pass",
    ),
    one(
        "nobody_swallowed", "An alert that has nobody to tell does not show.", health._untold,
        "return Alert.objects.filter(", "return Alert.objects.filter(pk=0).filter(",
    ),
    one(
        "refusal_repeats", "A dead address repeats the last call at once.",
        addressing.call_next_rung, "row.rung < row.alert.plan.last.number", "True",
    ),
    one(
        "told_before_is_told", "An alert that woke counts as told by mail of before.",
        health._untold, "kind=Kind.ALERT, step=OuterRef(\"version\")", "kind=Kind.ALERT",
    ),
)  # fmt: skip
