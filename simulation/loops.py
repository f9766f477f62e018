"""What runs in loops: two processes that derive and deliver, woken workers, and boards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from alerts import delivery, health, pulse, tasks
from alerts.management.commands.deliver_alerts import Mails, Sweeps
from simulation.scenario import Window
from simulation.store import moment
from simulation.world import World

EVERY_SECONDS: Final = 5.0
_AT_LEAST_EVERY: Final = 1500.0  # a turn is taken that often although nothing seems due
_CALM_SECONDS: Final = 480.0  # between two looks of a board that has nothing to find
_WATCHING_SECONDS: Final = 40.0  # while something might be wrong and the board says nothing

# Further ahead than any wait can be: set by a clock that has stepped back, so due at once.
_NO_WAIT_IS_LONGER: Final = timedelta(minutes=10)
# When something will be due, by the tables; a turn before that would find nothing.
_MAILS: Final = """
    SELECT min(CASE WHEN coalesce(n.lease_until, n.due_at) > ? THEN '2000-01-01 00:00:00'
               ELSE coalesce(n.lease_until, n.due_at) END), count(*)
    FROM alerts_notification n JOIN alerts_alert a ON a.id = n.alert_id
    WHERE n.sent_at IS NULL AND n.failed_at IS NULL AND n.dropped_at IS NULL
    AND (n.kind <> 'alert' OR a.state = 'open')
"""
_BULLETINS: Final = """
    SELECT min(CASE WHEN coalesce(lease_until, due_at) > ? THEN '2000-01-01 00:00:00'
               ELSE coalesce(lease_until, due_at) END), count(*) FROM alerts_bulletin
    WHERE sent_at IS NULL AND failed_at IS NULL AND dropped_at IS NULL
"""
_STEPS: Final = """
    SELECT min(next_step_at), count(*) FROM alerts_alert
    WHERE closed_at IS NULL AND next_step_at IS NOT NULL
"""
_SETS: Final = "SELECT min(look_at), count(*) FROM alerts_dueset WHERE ward_id IS NOT NULL"


@dataclass
class Process:
    """What is started, killed and started again as one."""

    world: World
    name: str
    stopped: Sequence[Window]
    starts: int = 0
    deaths: list[Window] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """A restarted process is a stranger to its own leases."""
        return f"{self.name}-{self.starts}"

    def is_alive(self, at: float | None = None) -> bool:
        """Whether the process runs."""
        at = self.world.clock.seconds if at is None else at
        return self._down_until(at) is None

    def next_alive(self, at: float) -> float:
        """The first moment from then on at which it runs."""
        while (ends := self._down_until(at)) is not None:
            at = ends
        return at

    def dies(self) -> None:
        """Killed; whoever supervises it starts it again."""
        self.is_away(self.world.chance("restart").uniform(2, 60))

    def is_away(self, seconds: float) -> None:
        """Gone for so long; what comes back is another process."""
        self.starts += 1
        now = self.world.clock.seconds
        # A list, for boards ask whether it ran a minute ago: who is dead now did run before.
        self.deaths.append(Window(now, now + seconds))

    def _down_until(self, at: float) -> float | None:
        down = (w.ends for w in (*self.stopped, *self.deaths) if w.begins <= at < w.ends)
        return max(down, default=None)


@dataclass
class Loop:
    """One loop of a process; turns that would find nothing are left out."""

    process: Process
    looks_at: tuple[str, ...]
    beats: tuple[str, ...]
    made: Callable[[], Callable[[datetime], None]]
    phase: float
    started_as: int = -1
    code: Callable[[datetime], None] | None = None
    is_busy: bool = False
    wakes_at: float = -1.0
    last_turn: float = 0.0
    idle_turns: int = 0
    left_behind: Any = None
    must_look: bool = False

    def grid(self, at: float) -> float:
        """The first turn not before a moment."""
        return self.phase + EVERY_SECONDS * -(-(at - self.phase) // EVERY_SECONDS)

    def turn(self) -> None:
        """One turn of the program's own loop."""
        process, world, owner = self.process, self.process.world, delivery.OWNER
        if self.started_as != process.starts or self.code is None:
            self.started_as, self.code = process.starts, self.made()
        code = self.code
        self.is_busy = True
        _owned_by(process.owner)
        world.checks.told.turn_began(process.owner)
        now = world.clock.wall()
        outcome = world.act(process.owner, lambda: code(now))
        self.is_busy = False
        _owned_by(owner)
        # Who was sending while the clock was set has not looked since.
        self.last_turn = -1e9 if self.must_look else world.clock.seconds
        self.must_look = False
        if outcome.died:
            process.dies()
        elif outcome.error is None and _SETS in self.looks_at:
            world.checks.turned(now=now)


@dataclass
class Loops:
    """The loops of a ward, the workers that are woken, and the boards."""

    world: World
    loops: list[Loop] = field(default_factory=list)
    _worker_is_busy: bool = False

    def begin(self) -> None:
        """Start everything."""
        scenario, derives = self.world.scenario, (_STEPS, _SETS)
        first = Process(self.world, "sender", scenario.sender_stopped)
        second = Process(self.world, "second", scenario.second_stopped)
        mails, sends = (_MAILS, _BULLETINS), (pulse.SENDER,)
        self.loops = [
            Loop(first, derives, (pulse.SWEEP,), Sweeps, phase=1.0),
            Loop(first, mails, sends, Mails, phase=2.0),
        ]
        if scenario.second_is_worker:
            self.loops.append(Loop(second, derives + mails, (), lambda: _by_celery, phase=3.5))
        else:
            self.loops.append(Loop(second, derives, (pulse.SWEEP,), Sweeps, phase=3.1))
            self.loops.append(Loop(second, mails, sends, Mails, phase=4.3))
        self.plan()
        self.world.agenda.after(30, "board", self.look)

    def plan(self) -> None:
        """Let each loop turn when something is due, and now and then although nothing is."""
        found = self._found((_MAILS, _BULLETINS, _STEPS, _SETS))
        for loop in self.loops:
            self._plan(loop, found)

    def _due(self, loop: Loop, found: dict[str, Any]) -> tuple[Any, float]:
        """What is due next for a loop, and at which true second."""
        rows = tuple(found[sql] for sql in loop.looks_at)
        times = [at for row in rows if (at := moment(row[0])) is not None]
        now = self.world.clock.seconds
        waits = (max(self.world.clock.seconds_until(at), 0.0) for at in times)
        return rows, now + min(waits, default=1e9)

    def _plan(self, loop: Loop, found: dict[str, Any]) -> None:
        now = self.world.clock.seconds
        if loop.is_busy:
            return
        signature, due = self._due(loop, found)
        if due <= now and signature == loop.left_behind:
            # It looked at just this and changed nothing: not again every five seconds for hours.
            due = loop.last_turn + min(EVERY_SECONDS * 2**loop.idle_turns, 300)
        wanted = max(now + 0.01, min(due, loop.last_turn + _AT_LEAST_EVERY))
        at = loop.grid(loop.process.next_alive(loop.grid(wanted)))
        if loop.wakes_at < now or at < loop.wakes_at:
            loop.wakes_at = at
            self.world.agenda.after(at - now, loop.process.owner, lambda: self._turn(loop, at))

    def _turn(self, loop: Loop, planned_for: float) -> None:
        if planned_for != loop.wakes_at:
            return  # planned anew in the meantime
        loop.wakes_at = -1.0
        if loop.is_busy or not loop.process.is_alive():
            return
        now = self.world.clock.seconds
        if self._now_due(loop)[1] > now and loop.last_turn + _AT_LEAST_EVERY > now:
            return  # somebody else did it
        loop.turn()
        left = self._now_due(loop)[0]
        loop.idle_turns = loop.idle_turns + 1 if left == loop.left_behind else 0
        loop.left_behind = left

    def _now_due(self, loop: Loop) -> tuple[Any, float]:
        return self._due(loop, self._found(loop.looks_at))

    def _found(self, queries: Sequence[str]) -> dict[str, Any]:
        latest = self.world.clock.wall() + _NO_WAIT_IS_LONGER
        given = (latest.strftime("%Y-%m-%d %H:%M:%S"),)
        return {sql: self.world.store.rows(sql, *given[: sql.count("?")])[0] for sql in queries}

    def restart(self, name: str, *, away: float) -> None:
        """A deploy ends a process and starts its successor."""
        next(loop.process for loop in self.loops if loop.process.name == name).is_away(away)

    def look_at_once(self) -> None:
        """The clock was set or the database is back: what found nothing to do may find it now."""
        for loop in self.loops:
            loop.last_turn, loop.left_behind, loop.must_look = -1e9, None, loop.is_busy

    def ran_since(self, then: float, beats: str) -> bool:
        """Whether a loop of this kind was there to turn at any time since."""
        seconds = range(max(int(then), 0), int(self.world.clock.seconds) + 1, 5)
        ours = [loop for loop in self.loops if beats in loop.beats]
        return any(loop.process.is_alive(at) for loop in ours for at in seconds)

    # --- The broker -----------------------------------------------------------------------

    def publish(self, task: str, *, kwargs: dict[str, Any]) -> None:
        """The broker: refuses, loses, delays or doubles what it is given."""
        world, chances = self.world, self.world.scenario.chances
        at = world.clock.seconds
        if any(w.begins <= at < w.ends for w in world.scenario.broker_down):
            raise ConnectionError("the broker is down")
        if world.happens("nudge_lost", chances.nudge_lost):
            return
        chance = world.chance("nudge")
        late = world.happens("nudge_late", chances.nudge_late)
        wait = chance.uniform(20, 900) if late else chance.uniform(0.05, 1.5)
        for extra in (0.0, 0.3) if world.happens("doubled", chances.nudge_doubled) else (0.0,):
            world.agenda.after(wait + extra, "worker", lambda: self._work(task, kwargs))

    def _work(self, task: str, kwargs: dict[str, Any]) -> None:
        if self._worker_is_busy:
            self.world.agenda.after(1.0, "worker", lambda: self._work(task, kwargs))
            return
        owner = delivery.OWNER
        self._worker_is_busy = True
        _owned_by("worker")
        self.world.act("worker", lambda: getattr(tasks, task.rpartition(".")[2]).run(**kwargs))
        self._worker_is_busy = False
        _owned_by(owner)

    # --- The board ------------------------------------------------------------------------

    def look(self) -> None:
        """A board asks whether alerts go out, now and again and again."""
        world, calm = self.world, self.look_once()
        watching = calm and world.checks.boards.might_be_wrong()
        wait = _WATCHING_SECONDS if watching else _CALM_SECONDS
        world.agenda.after(world.chance("board").uniform(0.6, 1.2) * wait, "board", self.look)

    def look_once(self) -> bool:
        """What a board shows now is asked, and compared with what is so."""
        world = self.world
        self._catch_up()
        now = world.clock.wall()
        outcome = world.act("board", lambda: health.judge(now), breakable=False)
        # A board that gets no answer does not look calm: it says that it got none.
        calm = outcome.error is None and bool(outcome.answer.ok)
        world.checks.boards.check(calm=calm)
        return calm

    def _catch_up(self) -> None:
        """Turns that were left out would have left a heartbeat; write the newest one."""
        now = self.world.clock.seconds
        for name in (pulse.SWEEP, pulse.SENDER):
            for loop in self.loops:
                turned = loop.grid(now - EVERY_SECONDS)
                alive = loop.process.is_alive(turned) and not loop.is_busy
                if name in loop.beats and alive and turned > loop.last_turn:
                    self._beat(name, loop, seconds_ago=now - turned)
                    break

    def _beat(self, name: str, loop: Loop, *, seconds_ago: float) -> None:
        wall = self.world.clock.wall() - timedelta(seconds=seconds_ago)
        owner = loop.process.owner
        self.world.act(owner, lambda: pulse.beat(name, now=wall), breakable=False)


def _by_celery(now: datetime) -> None:
    tasks.sweep.run()


def _owned_by(owner: str) -> None:
    """Let the production code run as this process."""
    for module in (delivery, pulse):
        setattr(module, "OWNER", owner)  # noqa: B010 - Final for the program, a port for us
