"""Nurses who answer alerts or put them off: late, twice at once, from a page that has changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from alerts import services, snooze
from alerts.models import Alert, AlertState, SnoozeReason
from alerts.services import StaleAlertError
from alerts.snooze import SnoozeRefusedError
from simulation.coincidences import nobody_answers
from simulation.scenario import SHIFT_SECONDS
from simulation.ward import People
from simulation.world import World
from staff.models import User

# What people ask for, whether or not it is allowed.
_PUT_OFF_MINUTES: Final = (5, 10, 15, 15, 30, 60, 120, 240, 600)


@dataclass
class Answering:
    """Whoever sees that an alert is open may answer it."""

    world: World
    people: People
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def noticed(self, alert_id: int, version: int) -> None:
        """An open alert stands on every board; somebody may go to it, in their own time."""
        if (alert_id, version) in self._seen or self.world.clock.seconds > SHIFT_SECONDS:
            return
        self._seen.add((alert_id, version))
        chance = self.world.chance("answering")
        if chance.random() < 0.15:
            return  # nobody does
        first, second = chance.sample((*self.people.nurses, *self.people.charge_nurses), 2)
        wait = chance.uniform(20, 300) if chance.random() < 0.5 else chance.uniform(300, 1500)
        self.world.agenda.after(wait, "nurse", lambda: self._open_page(alert_id, first))
        if chance.random() < 0.4:
            self.world.agenda.after(
                wait + chance.uniform(0, 2), "nurse", lambda: self._open_page(alert_id, second)
            )

    def _open_page(self, alert_id: int, person: User) -> None:
        rows = self.world.store.rows(
            "SELECT version, state FROM alerts_alert WHERE id = ?", alert_id
        )
        version, state = rows[0]
        if state != AlertState.OPEN or not self._can_act() or self._is_nobody_here():
            return
        reads = 1.0 if self.world.chance("reading").random() < 0.5 else 40.0
        seconds = self.world.chance("reading").uniform(0.5, reads) + 0.5
        if self.world.chance("left open").random() < 0.15:  # called away with the page open
            seconds = self.world.chance("left open").uniform(120, 1800)
        puts_off = self.world.chance("snoozing").random() < 0.2
        press = self._put_off if puts_off else self._press
        self.world.agenda.after(seconds, "nurse", lambda: press(alert_id, person, version))

    def _press(self, alert_id: int, person: User, version: int) -> None:
        """Say that one comes; later the alert may be put off, or closed."""
        world, now = self.world, self.world.clock.wall()
        answered = self._request(
            alert_id,
            lambda alert: services.acknowledge(
                alert, by=person, at=now, eta_minutes=5, version_seen=version
            ),
            f"{person.username} answers alert {alert_id}.{version}",
        )
        if not answered:
            return
        world.checks.told_yours(alert_id, version=version, by=person.pk)
        if world.chance("closing").random() < 0.3:
            wait = world.chance("closing").uniform(600, 5400)
            world.agenda.after(wait, "charge", lambda: self._close(alert_id))
        if world.chance("snoozing").random() < 0.15:
            wait = world.chance("snoozing").uniform(60, 1200)
            world.agenda.after(wait, "nurse", lambda: self._put_off(alert_id, person, version + 1))

    def _put_off(self, alert_id: int, person: User, version: int) -> None:
        """Put it off for as long as one would like; the program knows for how long one may."""
        world, now = self.world, self.world.clock.wall()
        minutes = world.chance("snoozing").choice(_PUT_OFF_MINUTES)
        done = self._request(
            alert_id,
            lambda alert: snooze.snooze(
                alert,
                by=person,
                at=now,
                minutes=minutes,
                reason=SnoozeReason.KNOWN,
                version_seen=version,
            ),
            f"{person.username} puts alert {alert_id}.{version} off for {minutes} minutes",
        )
        if done:
            world.checks.told_yours(alert_id, version=version, by=person.pk)

    def _request(self, alert_id: int, write: Callable[[Alert], Alert], words: str) -> bool:
        """The web request: it reads the alert, and may be slow before it writes."""
        world = self.world
        if not self._can_act() or world.is_quiet:
            return False

        def request() -> bool:
            alert = Alert.objects.get(pk=alert_id)
            if world.chance("slow").random() < 0.4:
                world.pass_time(world.chance("slow").uniform(0.1, 3))
            try:
                write(alert)
            except (StaleAlertError, SnoozeRefusedError):
                return False
            return True

        outcome = world.act("web", request)
        world.note(f"{words}: {outcome.answer}")
        return bool(outcome.answer)

    def _close(self, alert_id: int) -> None:
        if not self._can_act() or self.world.is_quiet:
            return
        by, now = self.people.charge_nurses[0], self.world.clock.wall()
        outcome = self.world.act(
            "web",
            lambda: services.close(
                Alert.objects.get(pk=alert_id), reason="recovered", at=now, by=by
            ),
        )
        self.world.note(f"close alert {alert_id}: {outcome.answer}")

    def _can_act(self) -> bool:
        return not self.world.store.is_down

    def _is_nobody_here(self) -> bool:
        away, now = nobody_answers(self.world.seed), self.world.clock.seconds
        return away is not None and away.begins <= now < away.ends
