"""The ladder as it must be climbed: no rung left out, none twice, and none too late.

Minutes are the published defaults; this table shares nothing with the program's own.
"""

import json
from datetime import timedelta
from typing import Final

from simulation.store import moment
from simulation.world import World

# True minutes after which a P1 that nobody answers must stand on a rung.
_P1_BY_MINUTE: Final = ((3, 1), (5, 2), (10, 3), (15, 4))
_LAST_P1: Final = 4
_REPEAT: Final = timedelta(minutes=14)
_SLACK_MINUTES: Final = 1.5
_ANSWER_HOLDS: Final = timedelta(minutes=5 + 15 + 1)  # what nurses here promise, and the grace
_FROM_THE_FOOT: Final = frozenset(
    {"raised", "worsened", "confirmed", "not_rechecked", "snooze_ended"}
)
_HURRIED: Final = frozenset({"answer_expired", "owner_left", "cannot_come", "moved"})
_OPEN_P1: Final = """
    SELECT a.id, a.rung, (SELECT e.id FROM alerts_alertevent e
        WHERE e.alert_id = a.id AND e.kind NOT IN ('escalated', 'nobody_to_tell')
        ORDER BY e.seq DESC LIMIT 1) AS since
    FROM alerts_alert a WHERE a.state = 'open' AND a.severity = 'P1' AND NOT a.is_provisional
"""
_ANSWERED_P1: Final = """
    SELECT a.id, a.acknowledged_at, (SELECT count(*) FROM vitals_observationset s
        WHERE s.patient_id = a.patient_id AND s.taken_at > a.acknowledged_at)
    FROM alerts_alert a WHERE a.state = 'acknowledged' AND a.severity = 'P1'
    AND NOT a.is_provisional
"""


class Rungs:
    """Follows the ladders of one seed."""

    def __init__(self, world: World) -> None:
        """Nothing has happened yet."""
        self._world = world
        self._seen: dict[int, float] = {}

    def look(self) -> None:
        """Note when each event was first seen, in true seconds."""
        rows = self._world.store.rows(
            "SELECT id FROM alerts_alertevent WHERE id > ?", max(self._seen, default=0)
        )
        for (pk,) in rows:
            self._seen[pk] = self._world.clock.seconds

    def turned(self) -> None:
        """A sweep ran to its end: who should have been called by now was called."""
        world = self._world
        for alert, rung, since in world.store.rows(_OPEN_P1):
            kind = world.store.rows("SELECT kind FROM alerts_alertevent WHERE id = ?", since)[0][0]
            if kind not in _FROM_THE_FOOT or since not in self._seen:
                continue
            minutes = (world.clock.seconds - self._seen[since]) / 60 - _SLACK_MINUTES
            due = max((number for after, number in _P1_BY_MINUTE if after <= minutes), default=0)
            if rung < due:
                world.violated(f"alert {alert} waits on rung {rung} and should be on {due}")
        for alert, at, newer in world.store.rows(_ANSWERED_P1):
            answered = moment(at)
            assert answered is not None
            if not newer and world.clock.wall() - answered > _ANSWER_HOLDS:
                world.violated(f"alert {alert} was answered, not measured, and is not open again")

    def check(self) -> None:
        """Read every history: from rung to rung, and the last call only in its time."""
        rows = self._world.store.rows(
            """SELECT e.alert_id, e.kind, e.detail, e.at, a.severity FROM alerts_alertevent e
               JOIN alerts_alert a ON a.id = e.alert_id ORDER BY e.alert_id, e.seq"""
        )
        alert, rung, called, hurried = 0, 0, None, False
        for alert_id, kind, detail, at, severity in rows:
            if alert_id != alert or kind in _FROM_THE_FOOT:
                alert, rung, called = alert_id, 0, None
            hurried = hurried or kind in _HURRIED
            if kind != "escalated":
                continue
            now, number = moment(at), json.loads(detail)["rung"]
            if number != rung + 1:
                self._world.violated(f"alert {alert} went from rung {rung} to {number}")
            too_soon = called is not None and now is not None and now - called < _REPEAT
            steady = not hurried and not self._world.scenario.clock_steps
            if severity == "P1" and number > _LAST_P1 and too_soon and steady:
                self._world.violated(f"alert {alert} repeats its last call at once")
            rung, called, hurried = number, now, False
