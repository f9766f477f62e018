"""Run one seed from its snapshot to the last check."""

import gc
import random
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest import mock

from django.conf import settings
from django.utils import timezone

from alerts import delivery, health, leases, mailer, pulse, set_back, wake
from simulation import changeovers, coincidences, endings, faults, scenario, ward
from simulation.bedside import Bedside
from simulation.invariants import Checks
from simulation.loops import Loops
from simulation.mailer import Backend
from simulation.people import Answering
from simulation.rechecks import Rechecks
from simulation.scenario import QUIET_SECONDS, SHIFT_SECONDS
from simulation.store import Store
from simulation.tablets import Round, Tablet
from simulation.world import Violation, World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """What one seed came to."""

    seed: int
    violation: str
    trace_hash: str
    tail: tuple[str, ...]
    mails: int = 0
    alerts: int = 0
    entries: int = 0

    @property
    def passed(self) -> bool:
        """Whether every invariant held."""
        return not self.violation


class Simulator:
    """A process that runs seeds: tables and people are made once."""

    def __init__(self) -> None:
        """Make the database that every seed begins with."""
        settings.EMAIL_BACKEND = "simulation.mailer.Backend"
        self._store = Store()
        self._people = ward.build()
        self._store.keep()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    def run(self, seed: int, *, shouts: bool = False) -> Result:
        """Run one seed; the answer is the same every time."""
        self._store.restore()
        drawn = coincidences.meet(scenario.draw(seed), seed)
        world = World(seed, drawn, self._store, shouts=shouts)
        with _ports(world):
            violation = ""
            try:
                self._play(world)
            except Violation as error:
                violation = str(error)
            self._store.is_down = False
            return Result(
                seed=seed,
                violation=violation,
                trace_hash=world.trace_hash(),
                tail=tuple(world.tail),
                mails=world.mail.accepted.total(),
                alerts=self._store.rows("SELECT count(*) FROM alerts_alert")[0][0],
                entries=sum(len(tablet.made) for tablet in world.tablets),
            )

    def _play(self, world: World) -> None:
        people = self._people
        patients = ward.admit(people, world.scenario)
        world.checks = Checks(world, Answering(world, people), patients)
        world.loops = Loops(world)
        world.tablets = [Tablet(world, people, index) for index in range(2)]
        world.loops.begin()
        for patient_id in patients:
            writes_air = world.chance(f"habit {patient_id}").random() < 0.75
            bedside = Bedside(world.chance(f"bedside {patient_id}"), writes_air=writes_air)
            rechecks = Rechecks(world, world.tablets, patient_id, bedside)
            Round(world, world.tablets, patient_id, bedside, rechecks.after).begin()
        faults.plan(world, people)
        changeovers.plan(world, people)
        world.run_until(SHIFT_SECONDS)
        endings.make_well(world)
        world.run_until(SHIFT_SECONDS + QUIET_SECONDS)
        endings.check(world)


@dataclass(frozen=True, slots=True)
class _Broker:
    """What the program takes for its Celery application."""

    world: World

    def send_task(self, task: str, *, kwargs: dict[str, Any], **options: Any) -> None:
        """Hand over to the broker of the ward that runs."""
        self.world.loops.publish(task, kwargs=kwargs)


@contextmanager
def _ports(world: World) -> Iterator[None]:
    """Hand the production code the virtual clock, seeded chance, the mail server and the broker."""
    chance, clock_of = random.Random(f"ids {world.seed}"), delivery.Clock
    with ExitStack() as ports:
        for target, name, port in (
            (timezone, "now", world.clock.wall),
            (time, "monotonic", world.clock.monotonic),
            (health, "_witness", pulse.Witness(world.clock.monotonic)),
            (mailer, "within", _within),
            (delivery, "chance", chance.random),
            (delivery, "Clock", lambda asked: clock_of(asked, world.clock.monotonic())),
            (wake, "current_app", _Broker(world)),
            (set_back.of_this_process, "_last", None),
            (leases.of_this_process, "_last", None),
            (leases.of_this_process, "_doubts_until", 0.0),
            (wake._Broker, "quiet_until_monotonic", 0.0),
            (secrets, "choice", chance.choice),
            (uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4)),
            (Backend, "server", world.mail),
        ):
            ports.enter_context(mock.patch.object(target, name, port))
        yield


def _within(seconds: float, work: Callable[[], T], *, give_up: Callable[[], None]) -> T:
    """Virtual time passes in the one thread there is; a mail server here gives up by itself."""
    return work()
