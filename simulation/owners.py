"""Whose an alert is: for how long it may be put off, and what a hand-over moves.

Limits are the published defaults; this table shares nothing with the program's own.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from simulation.world import World

if TYPE_CHECKING:
    from alerts.handover import Accepted, Seen
    from simulation.invariants import Standing

_LONGEST_MINUTES: Final = {"P1": 15, "P2": 60, "P3": 240, "P4": 240}
_SEVERE: Final = 3  # of a grade alert the step is the grade
# True seconds within which a sweep has seen what was due before it began.
_SLACK_SECONDS: Final = 90.0
_TAKES: Final = frozenset({"acknowledged", "snoozed", "handed_over"})
_FREES: Final = frozenset(
    {"raised", "worsened", "confirmed", "not_rechecked", "answer_expired", "snooze_ended",
     "owner_left"}
)  # fmt: skip
_PUT_OFF: Final = """
    SELECT u.role, e.detail FROM alerts_alertevent e JOIN staff_user u ON u.id = e.by_id
    WHERE e.alert_id = ? AND e.kind = 'snoozed' ORDER BY e.seq DESC LIMIT 1
"""
_OWNER: Final = """
    CASE a.state WHEN 'acknowledged' THEN a.acknowledged_by_id
                 WHEN 'snoozed' THEN a.snoozed_by_id END
"""


@dataclass(frozen=True, slots=True)
class Had:
    """An alert as it stood when a hand-over began to write."""

    state: str
    version: int
    owner: int | None
    ends_at: datetime | None
    messages_owed: int


@dataclass(frozen=True, slots=True)
class _Asleep:
    """Put off for the how manieth time, since which true second, for how long."""

    times: int
    since: float
    minutes: int


_AWAKE: Final = _Asleep(0, 0.0, 0)


class Owners:
    """Follows who has which alert of one seed."""

    def __init__(self, world: World) -> None:
        """Nobody has anything."""
        self._world = world
        self._asleep: dict[int, _Asleep] = {}

    # --- Put off --------------------------------------------------------------------------

    def sleeps(self, alert: "Standing") -> None:
        """What is put off may be, by whoever did it, and for so long."""
        if self._asleep.get(alert.pk, _AWAKE).times == alert.snoozes:
            return
        world, severe = self._world, alert.family == "crs_grade" and alert.step >= _SEVERE
        role, detail = world.store.rows(_PUT_OFF, alert.pk)[0]
        minutes = json.loads(detail)["minutes"]
        self._asleep[alert.pk] = _Asleep(alert.snoozes, world.clock.seconds, minutes)
        if severe or alert.is_provisional:
            world.violated(f"alert {alert.pk} was put off: step {alert.step}, in doubt or not")
        if minutes > _LONGEST_MINUTES[alert.severity]:
            world.violated(f"alert {alert.pk}, {alert.severity}, was put off for {minutes} minutes")
        if alert.snoozes > 1 and role != "charge_nurse":
            world.violated(f"alert {alert.pk} was put off {alert.snoozes} times, now by a {role}")

    def turned(self) -> None:
        """A sweep ran to its end: nothing sleeps longer than was asked for, whoever has it now."""
        world = self._world
        for alert_id, times in world.store.rows(
            "SELECT id, snooze_count FROM alerts_alert WHERE state = 'snoozed'"
        ):
            asleep = self._asleep.get(alert_id, _AWAKE)
            slept = world.clock.seconds - asleep.since
            if times == asleep.times and slept > asleep.minutes * 60 + _SLACK_SECONDS:
                world.violated(
                    f"alert {alert_id} was put off for {asleep.minutes} minutes "
                    f"and still sleeps after {slept / 60:.0f}"
                )

    # --- Handed over ----------------------------------------------------------------------

    def had(self, codes: list[str]) -> dict[str, Had]:
        """How these alerts stand, for comparing after a hand-over."""
        found = {}
        for code in codes:
            row = self._world.store.rows(
                f"SELECT a.state, a.version, {_OWNER}, a.next_step_at, "  # noqa: S608 - our own
                "(SELECT count(*) FROM alerts_notification n WHERE n.alert_id = a.id "
                "AND n.dropped_at IS NULL AND n.failed_at IS NULL) "
                "FROM alerts_alert a WHERE a.code = ?",
                code,
            )[0]
            found[code] = Had(*row)
        return found

    def handed_over(
        self, seen: "list[Seen]", before: dict[str, Had], done: "Accepted", *, by: int
    ) -> None:
        """Whoever accepted has what stood as it was read, and nothing else changed hands."""
        taken = {alert.code for alert in done.taken}
        after = self.had([each.code for each in seen])
        for each in seen:
            was, now = before[each.code], after[each.code]
            if each.code not in taken:
                stood = was.version == each.version and was.state != "closed" and was.owner != by
                if stood:
                    self._world.violated(f"alert {each.code} was to be handed over and was not")
                continue
            if now.owner != by:
                self._world.violated(f"alert {each.code} was handed over and is {now.owner}'s")
            if now.version != each.version + 1:
                self._world.violated(f"alert {each.code} was handed over unseen")
            if was.state != "open" and (now.state, now.ends_at) != (was.state, was.ends_at):
                self._world.violated(f"alert {each.code} was handed over and holds anew")
            if now.messages_owed < was.messages_owed:
                self._world.violated(f"a message of alert {each.code} was lost in a hand-over")

    # --- At the end -----------------------------------------------------------------------

    def check(self) -> None:
        """Read every history: the alert is whose the history says."""
        owners: dict[int, int | None] = {}
        for alert_id, kind, by, detail in self._world.store.rows(
            "SELECT alert_id, kind, by_id, detail FROM alerts_alertevent ORDER BY alert_id, seq"
        ):
            if kind == "handed_over" and json.loads(detail)["has"] != by:
                self._world.violated(f"alert {alert_id} was handed to another than who accepted")
            if kind in _TAKES:
                owners[alert_id] = by
            elif kind in _FREES:
                owners[alert_id] = None
        for alert_id, owner in self._world.store.rows(
            f"SELECT a.id, {_OWNER} FROM alerts_alert a WHERE a.state <> 'closed'"  # noqa: S608
        ):
            if owner != owners[alert_id]:
                self._world.violated(
                    f"alert {alert_id} is {owner}'s and its history says {owners[alert_id]}"
                )
