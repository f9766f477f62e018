"""Nurses who answer alerts: late, twice at once, from a page that has changed meanwhile."""

from dataclasses import dataclass, field

from alerts import services
from alerts.models import Alert, AlertState
from alerts.services import StaleAlertError
from simulation.scenario import SHIFT_SECONDS
from simulation.ward import People
from simulation.world import World
from staff.models import User


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
            "SELECT version, step, state FROM alerts_alert WHERE id = ?", alert_id
        )
        version, step, state = rows[0]
        if state != AlertState.OPEN or not self._can_act():
            return
        reads = 1.0 if self.world.chance("reading").random() < 0.5 else 40.0
        self.world.agenda.after(
            self.world.chance("reading").uniform(0.5, reads) + 0.5,
            "nurse",
            lambda: self._press(alert_id, person, version, step),
        )

    def _press(self, alert_id: int, person: User, version: int, step: int) -> None:
        """The web request: it reads the alert, and may be slow before it writes."""
        world, now = self.world, self.world.clock.wall()
        if not self._can_act():
            return

        def request() -> bool:
            alert = Alert.objects.get(pk=alert_id)
            if world.chance("slow").random() < 0.4:
                world.pass_time(world.chance("slow").uniform(0.1, 3))
            try:
                services.acknowledge(alert, by=person, at=now, eta_minutes=5, version_seen=version)
            except StaleAlertError:
                return False
            return True

        outcome = world.act("web", request)
        world.note(f"{person.username} answers alert {alert_id}.{version}: {outcome.answer}")
        if outcome.answer:
            world.checks.told_yours(alert_id, version=version, step=step, by=person.pk)
            if world.chance("closing").random() < 0.3:
                wait = world.chance("closing").uniform(600, 5400)
                world.agenda.after(wait, "charge", lambda: self._close(alert_id))

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
