"""What one seed is made of: whose shift, which patients, which faults and when."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from simulation.mailer import Mood

HOUR: Final = 3600.0
SHIFT_SECONDS: Final = 3 * HOUR
QUIET_SECONDS: Final = HOUR / 3  # after the shift: everything works, nobody charts
# A day, the night the clocks go forward, and the night they go back.
_STARTS: Final = (
    datetime(2026, 3, 10, 8, tzinfo=UTC),
    datetime(2026, 3, 28, 21, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
)
# Days since tisagenlecleucel: before its high-risk days, in them, long after; None: never given.
_DAYS: Final = (1, 5, 5, 9, 20, 40, None)


@dataclass(frozen=True, slots=True)
class Window:
    """A fault that lasts."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class MailTrouble(Window):
    """The mail server behaves like this for a while; `one_address`: it knows one person not."""

    mood: Mood
    one_address: bool


@dataclass(frozen=True, slots=True)
class Chances:
    """How often one action breaks."""

    kill: float
    drop: float
    mid_send: float
    lost_request: float
    lost_reply: float
    nudge_lost: float
    nudge_late: float
    nudge_doubled: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """All of it, drawn once."""

    starts_at: datetime
    infused_days_ago: tuple[int | None, ...]
    skews_seconds: tuple[float, ...]  # of each tablet's clock
    mail: tuple[MailTrouble, ...]
    broker_down: tuple[Window, ...]
    store_down: tuple[Window, ...]
    sender_stopped: tuple[Window, ...]
    second_stopped: tuple[Window, ...]
    offline: tuple[tuple[Window, ...], ...]  # of each tablet
    nobody_on_duty: tuple[Window, ...]  # no charge nurse with an address
    clock_steps: tuple[tuple[float, float], ...]  # when, and by how many seconds
    second_is_worker: bool
    chances: Chances

    def is_calm(self, since: float, until: float) -> bool:
        """Whether nothing lasting was broken in this time but the broker and the network."""
        lasting = (*self.mail, *self.store_down, *self.sender_stopped, *self.second_stopped)
        stepped = any(since <= at < until for at, _ in self.clock_steps)
        return not stepped and not any(w.begins < until and w.ends > since for w in lasting)


def draw(seed: int) -> Scenario:
    """Return the scenario of a seed; the same one every time."""
    chance = random.Random(f"scenario {seed}")
    some = _Some(chance)
    return Scenario(
        starts_at=chance.choice(_STARTS),
        infused_days_ago=tuple(chance.choice(_DAYS) for _ in range(chance.choice((2, 3)))),
        skews_seconds=(chance.uniform(-240, 240), chance.choice((0.0, 150.0, -900.0, 900.0))),
        mail=_mail_trouble(chance, some),
        broker_down=some.windows(0.4, longest=2 * HOUR),
        store_down=some.windows(0.4, longest=180),
        sender_stopped=some.windows(0.35, longest=0.7 * HOUR),
        second_stopped=some.windows(0.5, longest=2 * HOUR),
        offline=tuple(some.windows(0.4, longest=1.5 * HOUR) for _ in range(2)),
        nobody_on_duty=some.windows(0.2, longest=HOUR) + _left_alone(seed),
        clock_steps=_clock_steps(chance),
        second_is_worker=chance.random() < 0.5,
        chances=_chances(chance),
    )


def _left_alone(seed: int) -> tuple[Window, ...]:
    """A long while with nobody, in every third seed: what wakes in it has nobody to tell.

    Drawn apart, so that the rest of a seed is what it was.
    """
    some = _Some(random.Random(f"left alone {seed}"))
    return some.windows(0.25, longest=1.5 * HOUR)


class _Some:
    """Draws windows inside the shift."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def windows(self, likely: float, *, longest: float) -> tuple[Window, ...]:
        found = []
        while self._chance.random() < likely:
            begins = self._chance.uniform(0, SHIFT_SECONDS * 0.95)
            lasts = self._chance.uniform(longest / 20, longest)
            found.append(Window(begins, min(begins + lasts, SHIFT_SECONDS)))
        return tuple(found)


def _mail_trouble(chance: random.Random, some: _Some) -> tuple[MailTrouble, ...]:
    moods: Sequence[Mood] = [mood for mood in Mood if mood is not Mood.WELL]
    return tuple(
        MailTrouble(
            window.begins,
            window.ends,
            chance.choice(moods) if not (one := chance.random() < 0.15) else Mood.WELL,
            one,
        )
        for window in some.windows(0.6, longest=0.4 * HOUR)
    )


def _clock_steps(chance: random.Random) -> tuple[tuple[float, float], ...]:
    if chance.random() > 0.35:
        return ()
    by = chance.choice((-3600.0, -1200.0, -120.0, -20.0, 20.0, 600.0, 3600.0))
    return ((chance.uniform(0.1, 0.9) * SHIFT_SECONDS, by),)


def _chances(chance: random.Random) -> Chances:
    return Chances(
        kill=chance.choice((0.0, 0.01, 0.04)),
        drop=chance.choice((0.0, 0.01, 0.03)),
        mid_send=chance.choice((0.0, 0.02, 0.06)),
        lost_request=chance.choice((0.0, 0.05, 0.1)),
        lost_reply=chance.choice((0.0, 0.05, 0.15)),
        nudge_lost=chance.choice((0.0, 0.2)),
        nudge_late=chance.choice((0.0, 0.2)),
        nudge_doubled=chance.choice((0.0, 0.2)),
    )
