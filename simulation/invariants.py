"""What must hold after every step, whenever a set was charted, and after every sweep."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from simulation import oracle
from simulation.boards import Boards
from simulation.owners import Owners
from simulation.people import Answering
from simulation.rungs import Rungs
from simulation.told import Told
from simulation.world import World

if TYPE_CHECKING:
    from simulation.tablets import Item

_LATE_SET_ALERTS_FOR: Final = timedelta(minutes=60)
_WORRY_IS_FRESH_FOR: Final = timedelta(hours=2)
# Whom each severity tells; the rest is told on the board alone.
_MAILS: Final = ("P1", "P2")
_SEVERE: Final = 3  # of a grade alert the step is the grade
_NOT_TRUE: Final = frozenset({"source_corrected", "new_episode"})  # after a correction
_FEVERS: Final = frozenset({"A01", "A33", "A34"})
# A shift is shorter than the 24 h without fever after which one ends.
_FEVER_ENDS_AS: Final = frozenset({"absorbed", *_NOT_TRUE})
# The step beside the time: a clock that was set back makes the newest event look old.
_STANDING: Final = """
    SELECT a.id, a.patient_id, a.family, a.rule, a.severity, a.step, a.state, a.version, a.code,
           a.is_provisional, a.snooze_count,
           (SELECT count(*) FROM alerts_notification n
            WHERE n.alert_id = a.id AND n.kind = 'alert' AND (n.step = a.version OR
                n.created_at >= (
                    SELECT max(e.at) FROM alerts_alertevent e WHERE e.alert_id = a.id
                    AND e.kind IN ('raised', 'worsened', 'confirmed', 'not_rechecked',
                        'snooze_ended'))))
    FROM alerts_alert a WHERE a.state <> 'closed' ORDER BY a.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that is not closed, as the tables hold it."""

    pk: int
    patient_id: int
    family: str
    rule: str
    severity: str
    step: int
    state: str
    version: int
    code: str
    is_provisional: bool
    snoozes: int
    messages: int


@dataclass
class Checks:
    """Follows one seed and objects."""

    world: World
    answering: Answering
    patients: list[int]
    standing: dict[int, Standing] = field(default_factory=dict)
    # By patient: the families of which an alert must stand.
    must: dict[int, set[str]] = field(default_factory=dict)
    gravest_told: dict[int, int] = field(default_factory=dict)
    winners: dict[tuple[int, int], int] = field(default_factory=dict)
    overdue_from: dict[int, datetime] = field(default_factory=dict)
    overdue_ended: set[int] = field(default_factory=set)
    untold: set[int] = field(default_factory=set)
    worried: set[int] = field(default_factory=set)
    rungs: Rungs = field(init=False)
    told: Told = field(init=False)
    owners: Owners = field(init=False)
    boards: Boards = field(init=False)

    def __post_init__(self) -> None:
        """Follow the ladders, the mail and the owners as well."""
        self.rungs, self.told = Rungs(self.world), Told(self.world)
        self.owners, self.boards = Owners(self.world), Boards(self.world)

    # --- After every step -----------------------------------------------------------------

    def after_step(self) -> None:
        """Every condition that must alert has an alert; every alert has its messages."""
        self._look()
        now_standing = self.standing
        one_each = {(each.patient_id, each.family) for each in now_standing.values()}
        if len(one_each) < len(now_standing):
            self.world.violated("two alerts of one patient and family stand at once")
        for patient_id, families in self.must.items():
            for family in families:
                if not self._stands(patient_id, family):
                    self.world.violated(f"no {family} alert stands for patient {patient_id}")
        for alert in now_standing.values():
            self._has_messages(alert)
            if alert.state == "open":
                self.answering.noticed(alert.pk, alert.version)
            elif alert.state == "snoozed":
                self.owners.sleeps(alert)
        self.rungs.look()
        known = len(self.told.first_seen)
        self.told.look()
        if len(self.told.first_seen) > known:
            self.boards.watch()

    def _look(self) -> None:
        """Read the alerts as they stand now, and ask of each that is gone who ended it."""
        before = self.standing
        self.standing = {alert.pk: alert for alert in self._fresh()}
        for alert in before.values():
            after = self.standing.get(alert.pk)
            if after is None:
                self._ended(alert)
            elif after.state == "open" != alert.state:
                self.told.is_open_again(after.code)

    def _stands(self, patient_id: int, family: str) -> bool:
        families = (family, "crs_grade") if family == "fever" else (family,)
        return any(
            each.patient_id == patient_id and each.family in families
            for each in self.standing.values()
        )

    def _has_messages(self, alert: Standing) -> None:
        """Raised or worse in one transaction with the duty to tell somebody, if there is one."""
        if alert.state != "open" or alert.severity not in _MAILS or alert.messages:
            self.untold.discard(alert.pk)
            return
        if self.world.somebody_on_duty and alert.pk not in self.untold:
            self.world.violated(f"alert {alert.pk} was committed without its messages")
        self.untold.add(alert.pk)

    def tells_nobody(self) -> bool:
        """Whether an open alert tells nobody, as the tables are now, within a turn as well."""
        return bool(self.untold) and any(
            alert.pk in self.untold and alert.state == "open" and not alert.messages
            for alert in self._fresh()
        )

    def _ended(self, alert: Standing) -> None:
        """A person may end what they like; the program only what its last sets answer for."""
        how, by = self.world.store.rows(
            "SELECT closed_as, closed_by_id FROM alerts_alert WHERE id = ?", alert.pk
        )[0]
        self.world.note(f"alert {alert.pk} {alert.family} ended by {by}: {how}")
        must = self.must.get(alert.patient_id, set())
        if by is None:
            self._may_end_by_itself(alert, how)
        if by is not None:
            must.discard(alert.family)
            if alert.family == "crs_grade":
                must.discard("fever")
            if alert.family == "obs_overdue":
                self.overdue_ended.add(alert.patient_id)
        elif alert.family == "crs_grade" and how == "new_episode":
            self._may_begin_anew(alert)
        elif alert.family == "crs_grade" and "crs_grade" in must:
            self._may_end(alert, how)
            must.discard("crs_grade")

    def _may_end_by_itself(self, alert: Standing, how: str) -> None:
        """What is missing ends nothing, and what only a person may end is ended by one."""
        world, newest = self.world, oracle.course(self.world.store, alert.patient_id)[-1]
        if alert.pk in self.worried:
            world.violated(f"a nurse was worried, and alert {alert.pk} ended by itself ({how})")
        if alert.rule == "A29" and not newest.is_complete:
            world.violated(f"overdue alert {alert.pk} was ended ({how}) by {newest}")
        if alert.family == "crs_grade" and alert.step >= _SEVERE and how not in _NOT_TRUE:
            world.violated(f"alert {alert.pk} of grade {alert.step} ended by itself ({how})")
        if alert.rule in _FEVERS and how not in _FEVER_ENDS_AS:
            world.violated(f"fever alert {alert.pk} was ended ({how}) within a shift")

    def _may_end(self, alert: Standing, how: str) -> None:
        """Two sets known to be below grade 2, one for a doubt; or a correction that says so."""
        sets = oracle.course(self.world.store, alert.patient_id)
        last = sets[-1:] if alert.is_provisional or how == "source_corrected" else sets[-2:]
        for each in last:
            if each.at_least >= 2 or not (each.is_known or how == "source_corrected"):
                self.world.violated(f"alert {alert.pk} was ended ({how}) although {each}")

    def _may_begin_anew(self, alert: Standing) -> None:
        """What an alert rests on was corrected away; another one tells what is true at once.

        No shift is long enough for an episode to resolve and another to begin. Whoever
        answered the wrong reading has not heard of the right one, so that one is no repeat.
        """
        if oracle.belongs_to_its_episode(self.world.store, alert.pk):
            self.world.violated(f"alert {alert.pk} was ended in the middle of its episode")
        after = self._of(alert.patient_id, "crs_grade")
        if after is None or after.state != "open":
            self.world.violated(f"alert {alert.pk} gave way to none that is open")

    # --- When a set was charted -----------------------------------------------------------

    def charted(self, set_id: int, patient_id: int, *, now: datetime) -> None:
        """The facts as they stand now, judged again by the oracle."""
        sets = oracle.course(self.world.store, patient_id)
        looked_at = [sets[-1]]
        ours = next(each for each in sets if each.pk == set_id)
        if ours is not sets[-1] and now - ours.taken_at <= _LATE_SET_ALERTS_FOR:
            looked_at.append(ours)
        self._look()
        must = self.must.setdefault(patient_id, set())
        must.discard("fever")
        if any(each.is_febrile for each in looked_at):
            must.add("fever")
        gravest = max(each.at_least for each in looked_at)
        self._graded(patient_id, gravest, must, now=now)
        if ours.is_worried and now - ours.taken_at <= _LATE_SET_ALERTS_FOR:
            self._worried(patient_id)
        if ours is sets[-1]:
            before = self.overdue_from.get(patient_id)
            self.overdue_from[patient_id] = oracle.overdue_at(ours, before=before)
            if ours.is_complete:
                self.overdue_ended.discard(patient_id)
            overdue = self._of(patient_id, "obs_overdue")
            # A neuro check or laboratory values may be overdue too; no set answers those.
            if ours.is_complete and overdue is not None and overdue.rule == "A29":
                self.world.violated("a complete set was charted and the overdue alert stands")

    def _graded(self, patient_id: int, gravest: int, must: set[str], *, now: datetime) -> None:
        if gravest < 2:
            return
        must.add("crs_grade")
        alert = self._of(patient_id, "crs_grade")
        if alert is None:
            self.world.violated(f"grade {gravest} and no alert")
            return
        if gravest <= self.gravest_told.get(alert.pk, 0):
            return
        self.gravest_told[alert.pk] = gravest
        if alert.severity != "P1" and not alert.is_provisional:
            self.world.violated(f"grade {gravest} is {alert.severity}")
        if alert.state != "open":
            self.world.violated(f"grade {gravest} is new, and alert {alert.pk} counts as answered")

    def _worried(self, patient_id: int) -> None:
        alert = self._of(patient_id, "hemodynamic")
        if alert is None:
            self.world.violated("a nurse was worried and no alert says so")
            return
        self.worried.add(alert.pk)

    def _fresh(self) -> Iterator[Standing]:
        return (Standing(*row) for row in self.world.store.rows(_STANDING))

    def _of(self, patient_id: int, family: str) -> Standing | None:
        return next(
            (a for a in self._fresh() if (a.patient_id, a.family) == (patient_id, family)), None
        )

    # --- Tablets and nurses ---------------------------------------------------------------

    def told_saved(self, item: "Item") -> None:
        """What a tablet was told is saved is there, once."""
        found = self.world.store.rows(
            "SELECT count(*) FROM vitals_observationset WHERE note = ?", f"entry {item.number}"
        )[0][0]
        if found > 1 or (found == 0 and item.corrects is None):
            self.world.violated(f"entry {item.number} is stored {found} times")

    def told_yours(self, alert_id: int, *, version: int, by: int) -> None:
        """One winner per version, and nobody accepts what they have not seen."""
        before = self.winners.setdefault((alert_id, version), by)
        if before != by:
            self.world.violated(f"alert {alert_id}.{version} was given to two people")
        now = self.world.store.rows("SELECT version FROM alerts_alert WHERE id = ?", alert_id)[0][0]
        if now != version + 1:
            self.world.violated(f"alert {alert_id}.{now - 1} was accepted, and {version} was seen")

    # --- A sweep ----------------------------------------------------------------------

    def turned(self, *, now: datetime) -> None:
        """A sweep that ran to its end leaves nobody overdue untold, and no ladder waiting."""
        self.rungs.look()
        self.rungs.turned()
        self.owners.turned()
        for patient_id, since in self.overdue_from.items():
            told = self._of(patient_id, "obs_overdue") or patient_id in self.overdue_ended
            if now - since > timedelta(seconds=1) and not told:
                self.world.violated(f"patient {patient_id} is overdue and no alert says so")
