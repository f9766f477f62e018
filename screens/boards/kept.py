"""Tiles that this process drew before, drawn again only when their facts or their time are over.

Kept by value: a tile is taken up again for equal facts alone, within the time they hold. So
a process that keeps tiles and one that keeps none answer the same, to the letter.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from screens.boards.reading import Facts
from screens.boards.tile import Place, true_until

_MOST: Final = 4000  # some wards of hundreds; the oldest go first

Draw = Callable[[Facts, Place], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tile, as values and as the JSON that goes out."""

    facts: Facts
    place: Place
    tile: dict[str, Any]
    json: bytes
    since: datetime
    until: datetime

    def holds(self, facts: Facts, place: Place, *, now: datetime) -> bool:
        """Whether this is the tile of these facts now; a clock that was set back ends it."""
        return self.since <= now < self.until and self.facts == facts and self.place == place


class Kept:
    """The tiles of one kind of board; any thread may ask."""

    def __init__(self, draw: Callable[..., dict[str, Any]]) -> None:
        """Keep what `draw(facts, place, now=...)` makes."""
        self._draw = draw
        self._drawn: OrderedDict[int, Drawn] = OrderedDict()
        self._lock = threading.Lock()

    def tiles(self, found: Sequence[Facts], place: Place, *, now: datetime) -> list[Drawn]:
        """Return the tiles in the order of the facts."""
        with self._lock:
            known = [self._drawn.get(facts.row.pk) for facts in found]
        shown = [
            drawn if drawn and drawn.holds(facts, place, now=now) else self._new(facts, place, now)
            for facts, drawn in zip(found, known, strict=True)
        ]
        fresh = [new for new, old in zip(shown, known, strict=True) if new is not old]
        if fresh:
            self._keep(fresh)
        return shown

    def _new(self, facts: Facts, place: Place, now: datetime) -> Drawn:
        tile = self._draw(facts, place, now=now)
        until = true_until(facts, place, now=now)
        return Drawn(facts, place, tile, orjson.dumps(tile), now, until)

    def _keep(self, fresh: Sequence[Drawn]) -> None:
        with self._lock:
            for drawn in fresh:
                self._drawn[drawn.facts.row.pk] = drawn
                self._drawn.move_to_end(drawn.facts.row.pk)
            while len(self._drawn) > _MOST:
                self._drawn.popitem(last=False)
