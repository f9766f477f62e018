"""Virtual time: what really passed, what the server's clock shows, and what happens next."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

Action = Callable[[], None]


class Clock:
    """True seconds since the start; the server's clock may be stepped, the true one never is."""

    def __init__(self, start: datetime) -> None:
        """Begin at an instant in UTC."""
        self.start = start
        self.seconds = 0.0
        self.step = timedelta(0)

    def true(self) -> datetime:
        """What a good clock would show."""
        return self.start + timedelta(seconds=self.seconds)

    def wall(self) -> datetime:
        """What the server's clock shows."""
        return self.true() + self.step

    def monotonic(self) -> float:
        """Seconds that no step of the clock changes."""
        return self.seconds

    def seconds_until(self, moment: datetime) -> float:
        """True seconds until the server's clock shows this moment; negative when it has."""
        return (moment - self.wall()).total_seconds()


class Agenda:
    """What happens when, in one order for one seed."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing to do."""
        self._clock = clock
        self._heap: list[tuple[float, int, str, Action]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, actor: str, action: Action) -> None:
        """Let an actor do something some seconds from now."""
        at = self._clock.seconds + max(seconds, 0.0)
        heapq.heappush(self._heap, (at, next(self._numbers), actor, action))

    def pop_until(self, end: float) -> tuple[str, Action] | None:
        """Advance to the next action and return it; None when none is left before `end`."""
        if not self._heap or self._heap[0][0] > end:
            self._clock.seconds = max(self._clock.seconds, end)
            return None
        at, _, actor, action = heapq.heappop(self._heap)
        self._clock.seconds = max(self._clock.seconds, at)
        return actor, action
