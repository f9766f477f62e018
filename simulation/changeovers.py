"""What an ordinary shift brings: nurses hand over, and a new version is deployed."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from alerts import handover, health, pulse, wake
from alerts.handover import Accepted, Seen
from simulation.scenario import SHIFT_SECONDS
from simulation.ward import People
from simulation.world import World
from staff.models import User

_BETWEEN_RESTARTS_SECONDS: Final = 5.0


def plan(world: World, people: People) -> None:
    """Put hand-overs and the deploy of this seed on the agenda."""
    HandOvers(world, people).begin()
    Deploys(world).begin()


@dataclass
class HandOvers:
    """Whoever comes reads the list of what stands and takes it over."""

    world: World
    people: People

    def begin(self) -> None:
        """Two or three a shift: a break, the change of shift, somebody is called away."""
        chance = self.world.chance("hand-over")
        for _ in range(chance.choice((2, 3, 3))):
            comes = chance.choice((*self.people.nurses, *self.people.charge_nurses))
            at = chance.uniform(0.15, 1) * SHIFT_SECONDS
            self.world.agenda.after(at, "hand-over", partial(self._read, comes))

    def _read(self, by: User) -> None:
        """The page: the list as it stands now."""
        outcome = self.world.act(
            "web",
            lambda: [
                Seen(alert.code, alert.version)
                for alert in handover.to_hand_over(self.people.ward, to=by)
            ],
        )
        if not outcome.answer:
            return
        chance = self.world.chance("hand-over")
        ticked = [each for each in outcome.answer if chance.random() < 0.8]
        reads = chance.uniform(3, 60) if chance.random() < 0.6 else chance.uniform(60, 900)
        self.world.agenda.after(reads, "hand-over", lambda: self._accept(ticked, by))

    def _accept(self, seen: list[Seen], by: User) -> None:
        world, now = self.world, self.world.clock.wall()
        before = world.checks.owners.had([each.code for each in seen])
        outcome = world.act("web", lambda: handover.accept(self.people.ward, seen, by=by, at=now))
        done: Accepted | None = outcome.answer
        if done is None:
            world.note(f"{by.username} hands over: no answer")
            return
        taken, changed = ([each.code for each in some] for some in (done.taken, done.changed))
        world.note(f"{by.username} takes over {taken}, changed {changed}")
        world.checks.owners.handed_over(seen, before, done, by=by.pk)


@dataclass
class Deploys:
    """Every process restarted, one after the other; none may be missed while it is away."""

    world: World

    def begin(self) -> None:
        """One in half of the shifts."""
        chance = self.world.chance("deploy")
        if chance.random() < 0.5:
            at = chance.uniform(0.1, 0.95) * SHIFT_SECONDS
            self.world.agenda.after(at, "deploy", self._workers)

    def _workers(self) -> None:
        """The second process first, so that the sender is there meanwhile."""
        wait = self._restart("second")
        self.world.agenda.after(wait, "deploy", self._sender)

    def _sender(self) -> None:
        wait = self._restart("sender")
        self.world.agenda.after(wait, "deploy", self._web)

    def _restart(self, name: str) -> float:
        """Told to end, a process finishes its message, and comes back as a stranger."""
        away = self.world.chance("deploy").uniform(2, 25)
        self.world.note(f"deploy: {name} is away for {away:.0f} s")
        self.world.loops.restart(name, away=away)
        return away + _BETWEEN_RESTARTS_SECONDS

    def _web(self) -> None:
        """No page and no entry is answered; a new process has seen nothing yet."""
        away = self.world.chance("deploy").uniform(1, 15)
        self.world.note(f"deploy: web is away for {away:.0f} s")
        self.world.web_back_at = self.world.clock.seconds + away
        self.world.agenda.after(away, "deploy", self._web_is_back)

    def _web_is_back(self) -> None:
        health._witness = pulse.Witness(self.world.clock.monotonic)
        wake._Broker.quiet_until_monotonic = 0.0
        self.world.checks.boards.page_began()
