"""One seed: the clock, the agenda, the faults, the trace, and the boundary every actor dies at."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError

from simulation.clock import Agenda, Clock
from simulation.mailer import MailServer
from simulation.scenario import SHIFT_SECONDS, Scenario
from simulation.store import Fuse, Killed, Store

if TYPE_CHECKING:
    from simulation.invariants import Checks
    from simulation.loops import Loops
    from simulation.tablets import Tablet

T = TypeVar("T")
# An ordinary set takes about this many statements; a fuse is laid somewhere among them.
_STATEMENTS: Final = 40
_OF_THE_WEB: Final = frozenset({"web", "board"})


class Violation(BaseException):
    """An invariant does not hold. No `except Exception` of the program may swallow it."""


@dataclass(slots=True)
class Outcome:
    """What came of one action: an answer, or how it ended."""

    answer: Any = None
    died: bool = False
    error: Exception | None = None


@dataclass(slots=True)
class _Act:
    """One action of one actor, and the last message that was taken from it."""

    actor: str
    accepted: EmailMessage | None = None
    failures_before: int = 0


@dataclass
class World:
    """All that is shared by the actors of one seed."""

    seed: int
    scenario: Scenario
    store: Store
    clock: Clock = field(init=False)
    agenda: Agenda = field(init=False)
    mail: MailServer = field(init=False)
    checks: "Checks" = field(init=False)
    loops: "Loops" = field(init=False)
    tablets: "list[Tablet]" = field(default_factory=list)
    somebody_on_duty: bool = True
    shouts: bool = False
    steps: int = 0
    web_back_at: float = 0.0  # until then a deploy leaves every request unanswered
    broke_at: float = 0.0  # when an action last died or lost its database

    def __post_init__(self) -> None:
        """Begin the shift."""
        self.clock = Clock(self.scenario.starts_at)
        self.agenda = Agenda(self.clock)
        self.mail = MailServer(self)
        self._chances: dict[str, random.Random] = {}
        self._acts: list[_Act] = []
        self._digest = sha256()
        self.tail: deque[str] = deque(maxlen=60)

    # --- Chance, and what is written down --------------------------------------------------

    def chance(self, name: str) -> random.Random:
        """The seeded chance of one concern, so that another concern's draws do not move it."""
        if name not in self._chances:
            self._chances[name] = random.Random(f"{name} {self.seed}")
        return self._chances[name]

    def note(self, words: str) -> None:
        """Add a line to the trace."""
        line = f"{self.clock.seconds:9.2f} {words}"
        self.remember(line)
        self.tail.append(line)
        if self.shouts:
            print(line)

    def remember(self, words: str) -> None:
        """Let the hash of this seed depend on these words."""
        self._digest.update(words.encode())

    def trace_hash(self) -> str:
        """Same seed, same code: same hash."""
        return self._digest.hexdigest()[:16]

    def violated(self, what: str) -> None:
        """End the seed: an invariant does not hold."""
        self.note(f"VIOLATED {what}")
        raise Violation(what)

    # --- Faults ---------------------------------------------------------------------------

    @property
    def is_quiet(self) -> bool:
        """Whether the faults are over."""
        return self.clock.seconds >= SHIFT_SECONDS

    def happens(self, name: str, likely: float) -> bool:
        """Whether a fault strikes now; none does once the ward is quiet."""
        return not self.is_quiet and self.chance(name).random() < likely

    def kills(self, name: str) -> bool:
        """Whether the process that sends is killed at this point of sending."""
        return self.happens(name, self.scenario.chances.mid_send)

    def _fuse(self) -> Fuse | None:
        chances, chance = self.scenario.chances, self.chance("fuse")
        kills = self.happens("kill", chances.kill)
        if not kills and not self.happens("drop", chances.drop):
            return None
        at = chance.choice(("statement", "statement", "before_commit", "after_commit"))
        return Fuse(at, chance.randrange(_STATEMENTS), kills)

    # --- Acting ---------------------------------------------------------------------------

    def act(self, actor: str, action: Callable[[], T], *, breakable: bool = True) -> Outcome:
        """Run production code as one process would; it may die or lose its database."""
        if actor in _OF_THE_WEB and self.clock.seconds < self.web_back_at:
            return Outcome(error=ConnectionError("no server answers"))
        act, failures = _Act(actor), self.store.failures
        self._acts.append(act)
        try:
            with self.store.fused(self._fuse() if breakable else None):
                return Outcome(answer=action())
        except Killed:
            self.store.tidy()
            self.store.failures += 1
            self.note(f"{actor} was killed")
            return Outcome(died=True)
        except IntegrityError as error:
            self.violated(f"{actor}: the database refused: {error}")
            raise
        except DatabaseError as error:
            self.note(f"{actor}: {error}")
            return Outcome(error=error)
        finally:
            self._acts.pop()
            if self.store.failures > failures:
                self.broke_at = self.clock.seconds
            if act.accepted is not None and self.store.failures > act.failures_before:
                self.mail.excuse(act.accepted)

    def acting(self) -> str:
        """Who acts just now."""
        return self._acts[-1].actor if self._acts else ""

    def last_accepted(self, message: EmailMessage) -> None:
        """Remember what was taken from the one who sends now."""
        if self._acts:
            self._acts[-1].accepted = message
            self._acts[-1].failures_before = self.store.failures

    def pass_time(self, seconds: float) -> None:
        """Let the others go on while one actor waits."""
        end = self.clock.seconds + seconds
        while (following := self.agenda.pop_until(end)) is not None:
            self.step(*following)

    def step(self, actor: str, action: Callable[[], None]) -> None:
        """One thing happens; then everything is looked at."""
        action()
        self.steps += 1
        self.checks.after_step()
        self.loops.plan()

    def run_until(self, end: float) -> None:
        """Let the ward go on until a true second."""
        self.pass_time(end - self.clock.seconds)
