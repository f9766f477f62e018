"""What breaks for a while, and when: each fault of a scenario put on the agenda."""

from datetime import timedelta

from simulation.mailer import Mood
from simulation.scenario import MailTrouble
from simulation.ward import People
from simulation.world import World


def plan(world: World, people: People) -> None:
    """Let every fault of the scenario begin and end at its time."""
    drawn = world.scenario
    for trouble in drawn.mail:
        _mail(world, people, trouble)
    for window in drawn.store_down:
        world.agenda.after(window.begins, "fault", lambda: _store_is(world, down=True))
        world.agenda.after(window.ends, "fault", lambda: _store_is(world, down=False))
    for window in drawn.nobody_on_duty:
        world.agenda.after(window.begins, "fault", lambda: _duty(world, people, on=False))
        world.agenda.after(window.ends, "fault", lambda: _duty(world, people, on=True))
    for at, seconds in drawn.clock_steps:
        _clock(world, at, by=timedelta(seconds=seconds))


def _mail(world: World, people: People, trouble: MailTrouble) -> None:
    unknown = people.charge_nurses[0].email if trouble.one_address else None

    def begin() -> None:
        world.note(f"mail server is {trouble.mood}, does not know {unknown}")
        world.mail.mood, world.mail.unknown_address = trouble.mood, unknown

    def end() -> None:
        world.note("mail server is well")
        world.mail.mood, world.mail.unknown_address = Mood.WELL, None

    world.agenda.after(trouble.begins, "fault", begin)
    world.agenda.after(trouble.ends, "fault", end)


def _store_is(world: World, *, down: bool) -> None:
    world.note("database goes down" if down else "database is back")
    world.store.is_down = down
    if not down:
        world.loops.look_at_once()


def _duty(world: World, people: People, *, on: bool) -> None:
    """The charge nurses' accounts are switched off: alerts of a lesser kind have nobody."""
    world.note(f"charge nurses on duty: {on}")
    for person in people.charge_nurses:
        world.store.rows("UPDATE staff_user SET is_active = ? WHERE id = ?", on, person.pk)
    world.somebody_on_duty = on


def _clock(world: World, at: float, *, by: timedelta) -> None:
    def step() -> None:
        world.note(f"the server's clock steps by {by.total_seconds():+.0f} s")
        world.clock.step += by
        world.loops.look_at_once()

    world.agenda.after(at, "fault", step)
