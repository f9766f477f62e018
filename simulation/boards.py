"""What a board must show: whatever is late, silent, or has nobody to tell."""

from typing import Final

from simulation.world import World

# True seconds after which an undelivered message must show on every board; what is no P1
# may wait for a merged mail.
P1_LATE_SECONDS: Final = 200.0
LATE_SECONDS: Final = 400.0
# True seconds after which a ward without a turning sender must show it.
SILENT_SECONDS: Final = 120.0
# So soon after a message is written somebody looks whether it went out, and again.
_FIRST_LOOK_SECONDS: Final = 45.0
_NEXT_LOOK_SECONDS: Final = 35.0
_LOOPS: Final = ("sweep", "sender")


class Boards:
    """Follows what the boards of one seed say."""

    def __init__(self, world: World) -> None:
        """Somebody opens a board as the shift begins."""
        self._world = world
        self._began_at = 0.0
        self._is_watched = False

    def page_began(self) -> None:
        """A new web process judges from here on, and has seen nothing wait yet."""
        self._began_at = self._world.clock.seconds

    def watch(self) -> None:
        """While a message is on its way somebody looks at a board now and then."""
        if not self._is_watched:
            self._is_watched = True
            self._world.agenda.after(_FIRST_LOOK_SECONDS, "board", self._look_again)

    def _look_again(self) -> None:
        world = self._world
        self._is_watched = bool(world.checks.told.waits_longer_than(20))
        if self._is_watched:
            world.loops.look_once()
            world.agenda.after(_NEXT_LOOK_SECONDS, "board", self._look_again)

    def check(self, *, calm: bool) -> None:
        """What is late, silent or has nobody shows; and nothing is late while all is well."""
        world, now = self._world, self._world.clock.seconds
        world.checks.told.check_when_all_is_well()
        if not calm:
            return
        if late := self._late():
            world.violated(f"the board is calm and message {late[0]} is late")
        if world.checks.tells_nobody():
            world.violated("the board is calm and an alert has nobody to tell")
        for name in _LOOPS:
            if not world.loops.ran_since(now - SILENT_SECONDS, name):
                world.violated(f"the board is calm and no {name} runs")

    def might_be_wrong(self) -> bool:
        """Whether a board that is calm now should soon say something."""
        world, now = self._world, self._world.clock.seconds
        silent = not all(world.loops.ran_since(now - 60, each) for each in _LOOPS)
        return silent or bool(world.checks.untold or world.checks.told.waits_longer_than(20))

    def _late(self) -> list[int]:
        """Messages that wait too long, a P1 sooner than the rest."""
        told = self._world.checks.told
        late = told.waits_longer_than(LATE_SECONDS)
        if self._world.clock.seconds - self._began_at > P1_LATE_SECONDS:
            late += [pk for pk in told.waits_longer_than(P1_LATE_SECONDS) if self._is_grave(pk)]
        return late

    def _is_grave(self, message: int) -> bool:
        rows = self._world.store.rows(
            "SELECT a.severity FROM alerts_notification n JOIN alerts_alert a "
            "ON a.id = n.alert_id WHERE n.id = ?",
            message,
        )
        return bool(rows[0][0] == "P1")
