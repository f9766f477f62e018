"""What must have been alerted, derived again from the facts, apart from the program's own rules.

It knows the few fields that simulated nurses chart, for adults: temperature, systolic
pressure, oxygen device and vasopressors. Sources of the numbers: Lee 2019 for the grades;
the carrying times and the schedule are the program's published defaults.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from simulation.store import Store, moment

_FEVER: Final = 38.0
_LOW_SYSTOLIC: Final = 90
_OXYGEN_GRADE: Final = {"room_air": 0, "nasal_cannula": 2, "high_flow_nasal_cannula": 3}
_TEMPERATURE_HOLDS: Final = timedelta(hours=4)
_OTHERS_HOLD: Final = timedelta(minutes=60)
# Minutes from a complete set to the next one, and its grace, by grade: the longest of the
# published schedule for the time in which CRS is expected.
_STEADY_MINUTES: Final = {0: 240, 1: 120, 2: 60, 3: 60, 4: 60}
_GRACE_MINUTES: Final = {0: 30, 1: 30, 2: 15, 3: 15, 4: 15}
# At grade 0, when the ninth day and the high-risk days of the one product here (3-14) are over.
_LATER_MINUTES: Final = 360
_LATER_AFTER_DAYS: Final = 15

_SETS: Final = """
    SELECT s.id, s.taken_at, s.temperature_celsius, s.systolic_mmhg, s.spo2_percent,
           s.oxygen_device, s.vasopressors, s.worried
    FROM vitals_observationset s
    LEFT JOIN vitals_observationset newer ON newer.supersedes_id = s.id
    WHERE s.patient_id = ? AND newer.id IS NULL AND NOT s.withdrawn
    ORDER BY s.taken_at, s.id
"""
_CORRECTED_TO: Final = "SELECT id FROM vitals_observationset WHERE supersedes_id = ?"
_RESTS_ON: Final = "SELECT patient_id, evidence FROM alerts_alert WHERE id = ?"
_GIVEN: Final = "SELECT max(started_at) FROM patients_infusion WHERE patient_id = ?"


@dataclass(frozen=True, slots=True)
class Seen:
    """One set in force, with the lowest grade it forces and whether nothing could change that."""

    pk: int
    taken_at: datetime
    at_least: int
    is_known: bool
    is_febrile: bool
    is_complete: bool
    is_worried: bool
    is_later: bool = False  # than the days in which CRS is expected
    has_begun: bool = False  # the episode, with this set or before


def course(store: Store, patient_id: int) -> list[Seen]:
    """Read a patient's sets in the order in which they were true."""
    given = store.rows(_GIVEN, patient_id)
    state = _State(infused_at=moment(given[0][0]))
    return [state.read(row) for row in store.rows(_SETS, patient_id)]


def overdue_at(newest: Seen, *, before: datetime | None) -> datetime:
    """The latest moment from which a missing next set must be an alert.

    `newest` is the set just charted, the newest of its patient. One that does not answer
    for the grade moves nothing back.
    """
    grade = newest.at_least if newest.is_complete else 0
    steady = _LATER_MINUTES if grade == 0 and newest.is_later else _STEADY_MINUTES[grade]
    minutes = steady + _GRACE_MINUTES[grade]
    bound = newest.taken_at + timedelta(minutes=minutes)
    return bound if newest.is_complete or before is None else min(bound, before)


def belongs_to_its_episode(store: Store, alert_id: int) -> bool:
    """Whether the newest set an alert rests on, as it stands now, is of the patient's one episode.

    A shift is too short for two. It begins with the first set that is febrile.
    """
    patient_id, evidence = store.rows(_RESTS_ON, alert_id)[0]
    pk = json.loads(evidence).get("set")
    sets = course(store, patient_id)
    begun = next((number for number, each in enumerate(sets) if each.has_begun), len(sets))
    return _now(store, pk) in {each.pk for each in sets[begun:]}


def _now(store: Store, pk: int | None) -> int | None:
    """What a set was corrected to in the end."""
    while rows := store.rows(_CORRECTED_TO, pk):
        pk = rows[0][0]
    return pk


class _State:
    """What still holds of earlier sets."""

    def __init__(self, *, infused_at: datetime | None) -> None:
        self.infused_at = infused_at
        self.temperature: tuple[float, datetime] | None = None
        self.systolic: tuple[int, datetime] | None = None
        self.oxygen: tuple[str, datetime] | None = None
        self.pressors: int | None = None
        self.opened = False

    def read(self, row: tuple[Any, ...]) -> Seen:
        pk, taken, celsius, systolic, spo2, device, pressors, worried = row
        at = moment(taken)
        assert at is not None
        self._forget(at)
        if celsius is not None:
            self.temperature = float(celsius), at
        if systolic is not None:
            self.systolic = systolic, at
        if device:
            self.oxygen = device, at
        if pressors is not None:
            self.pressors = len(json.loads(pressors))
        fever = self.temperature is not None and self.temperature[0] >= _FEVER
        grade = self._grade(fever=fever)
        known = self._known(fever=fever, grade=grade)
        self.opened = self.opened or fever
        return Seen(
            pk=pk,
            taken_at=at,
            at_least=grade,
            is_known=known,
            is_febrile=celsius is not None and float(celsius) >= _FEVER,
            is_complete=None not in (celsius, systolic, spo2) and bool(device),
            is_worried=bool(worried),
            is_later=self._is_later(at),
            has_begun=self.opened,
        )

    def _is_later(self, at: datetime) -> bool:
        since = self.infused_at
        return since is not None and at - since > timedelta(days=_LATER_AFTER_DAYS)

    def _forget(self, at: datetime) -> None:
        if self.temperature and at - self.temperature[1] > _TEMPERATURE_HOLDS:
            self.temperature = None
        if self.systolic and at - self.systolic[1] > _OTHERS_HOLD:
            self.systolic = None
        if self.oxygen and at - self.oxygen[1] > _OTHERS_HOLD:
            self.oxygen = None

    def _grade(self, *, fever: bool) -> int:
        if not (fever or self.opened):
            return 0
        forced = [1 if fever else 0]
        if self.pressors:
            forced.append(4 if self.pressors > 1 else 3)
        elif self.systolic and self.systolic[0] < _LOW_SYSTOLIC:
            forced.append(2)
        if self.oxygen:
            forced.append(_OXYGEN_GRADE[self.oxygen[0]])
        return max(forced)

    def _known(self, *, fever: bool, grade: int) -> bool:
        """Whether what is missing could not raise it.

        A shift is shorter than the 24 h in which a past fever still counts.
        """
        if self.temperature is not None and not fever and not self.opened:
            return True
        possible = [grade]
        if self.temperature is None:
            possible.append(1)
        if self.pressors is None:
            possible.append(4)
        elif not self.pressors and self.systolic is None:
            possible.append(2)
        if self.oxygen is None:
            possible.append(4)
        return max(possible) == grade
