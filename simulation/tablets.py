"""Tablets at the bedside: a queue that survives, a network that does not, a clock that is off."""

import json
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final

from charting import chart
from charting.chart import Charted, ConflictError, NotInForceError
from charting.entry import Entry, EntryRefusedError
from simulation.bedside import Bedside
from simulation.scenario import SHIFT_SECONDS
from simulation.ward import People
from simulation.world import Outcome, World

_RETRY_SECONDS: Final = (5.0, 15.0, 45.0, 90.0)


class Reply(StrEnum):
    """What the tablet heard; it keeps an entry until it hears that it is settled."""

    SAVED = "saved"
    SETTLED = "settled"  # a conflict: the server holds it, or somebody corrected it first
    TIME_REFUSED = "time_refused"
    BROKEN = "broken"
    SILENCE = "silence"


@dataclass(slots=True)
class Item:
    """One entry in a tablet's queue."""

    number: int
    client_id: uuid.UUID
    patient_id: int
    taken_at: datetime
    values: dict[str, Any]
    corrects: "Item | None" = None
    is_settled: bool = False
    is_stored: bool = False

    def body(self) -> dict[str, Any]:
        """What goes over the wire, read as the program's strict reader does."""
        values = {"note": f"entry {self.number}"} | self.values
        text = json.dumps(
            {"client_id": str(self.client_id), "taken_at": self.taken_at.isoformat()} | values,
            default=float,
        )
        body: dict[str, Any] = json.loads(text, parse_float=Decimal)
        return body


@dataclass
class Tablet:
    """One tablet and the nurse who holds it."""

    drops_on_error: ClassVar[bool] = False  # a mutant's tablet does

    world: World
    people: People
    index: int
    made: list[Item] = field(default_factory=list)
    queue: list[Item] = field(default_factory=list)
    _fails: int = 0
    _is_sending: bool = False

    @property
    def name(self) -> str:
        """For the trace."""
        return f"tablet{self.index}"

    @property
    def chance(self) -> random.Random:
        """This tablet's own chance."""
        return self.world.chance(self.name)

    def clock(self) -> datetime:
        """What the tablet's clock shows."""
        skew = self.world.scenario.skews_seconds[self.index]
        return self.world.clock.true() + timedelta(seconds=skew)

    def is_online(self) -> bool:
        """Whether the network is there."""
        at = self.world.clock.seconds
        return not any(w.begins <= at < w.ends for w in self.world.scenario.offline[self.index])

    def enter(
        self, patient_id: int, values: dict[str, Any], *, taken_at: datetime,
        corrects: Item | None = None,
    ) -> Item:  # fmt: skip
        """Save an entry on the tablet; from here on it must not be lost."""
        number = sum(1 for tablet in self.world.tablets for _ in tablet.made) + 1
        client_id = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        item = Item(number, client_id, patient_id, taken_at, values, corrects)
        self.made.append(item)
        self.queue.append(item)
        self.world.note(f"{self.name} enters {number} patient {patient_id} {_short(values)}")
        self.world.agenda.after(self.chance.uniform(0.1, 1), self.name, self.sync)
        return item

    def sync(self) -> None:
        """Send what is queued, oldest first, until something does not get through."""
        if self._is_sending or not self.queue:
            return
        self._is_sending = True
        try:
            while self.queue and self._send(self.queue[0]):
                self._fails = 0
        finally:
            self._is_sending = False
        if self.queue:
            wait = _RETRY_SECONDS[min(self._fails, len(_RETRY_SECONDS) - 1)]
            self._fails += 1
            self.world.agenda.after(wait * self.chance.uniform(0.8, 1.2), self.name, self.sync)

    def _send(self, item: Item) -> bool:
        chances = self.world.scenario.chances
        if not self.is_online() or self.world.happens("lost_request", chances.lost_request):
            return False
        reply = self._post(item)
        if self.world.happens("lost_reply", chances.lost_reply):
            reply = Reply.SILENCE
        self.world.note(f"{self.name} sent {item.number}: {reply}")
        if reply is Reply.TIME_REFUSED:
            # The answer says what the server's clock shows; the nurse accepts that time.
            item.taken_at = self.world.clock.wall()
            return False
        if reply is Reply.BROKEN and self.drops_on_error:
            self.queue.remove(item)
            return True
        if reply not in (Reply.SAVED, Reply.SETTLED):
            return False
        item.is_settled = True
        self.queue.remove(item)
        self.world.checks.told_saved(item)
        return True

    def _post(self, item: Item) -> Reply:
        """The web process: read, then the one door."""
        now = self.world.clock.wall()
        refusal: list[Reply] = []

        def request() -> Charted | None:
            try:
                entry = Entry.parse(item.body(), now=now)
                return self._through_the_door(item, entry, now)
            except EntryRefusedError as error:
                if {wrong.field for wrong in error.errors} != {"taken_at"}:
                    self.world.violated(f"entry {item.number} was refused: {error}")
                refusal.append(Reply.TIME_REFUSED)
            except (ConflictError, NotInForceError):
                refusal.append(Reply.SETTLED)
            return None

        outcome: Outcome = self.world.act("web", request)
        self._look_for(item, now)
        if outcome.answer is not None:
            return Reply.SAVED
        if outcome.died or outcome.error:
            return Reply.SILENCE if outcome.died else Reply.BROKEN
        return refusal[0]

    def _look_for(self, item: Item, now: datetime) -> None:
        """What was committed counts, whether or not its answer ever left the server."""
        if item.is_stored:
            return
        rows = self.world.store.rows(
            "SELECT id FROM vitals_observationset WHERE note = ?", f"entry {item.number}"
        )
        if rows:
            item.is_stored = True
            self.world.checks.charted(rows[0][0], item.patient_id, now=now)

    def _through_the_door(self, item: Item, entry: Entry, now: datetime) -> Charted | None:
        nurse = self.people.nurses[self.index]
        if item.corrects is None:
            return chart.chart_observations(
                patient_id=item.patient_id, entry=entry, charted_by=nurse, now=now
            )
        wrong = self.world.store.rows(
            "SELECT min(id) FROM vitals_observationset WHERE note = ?",
            f"entry {item.corrects.number}",
        )
        return chart.correct_observations(
            wrong_id=wrong[0][0], entry=entry, corrected_by=nurse, reason="typing slip", now=now
        )


@dataclass
class Round:
    """A nurse's round of one patient: measure, sometimes late, wrong, twice or not at all."""

    world: World
    tablets: Sequence[Tablet]
    patient_id: int
    bedside: Bedside
    charted: Callable[[Item, dict[str, Any]], None]  # what others do about it

    def begin(self) -> None:
        """Plan the first visit."""
        self._plan(self.chance.uniform(60, 1800))

    @property
    def chance(self) -> random.Random:
        """This round's own chance."""
        return self.world.chance(f"round {self.patient_id}")

    def _plan(self, seconds: float) -> None:
        if self.world.clock.seconds + seconds < SHIFT_SECONDS:
            self.world.agenda.after(seconds, f"round{self.patient_id}", self.visit)

    def visit(self) -> None:
        """Measure and write it down."""
        chance, tablet = self.chance, self.chance.choice(self.tablets)
        values = self.bedside.next_set()
        written_late = chance.random() < 0.15
        # Whole minutes would collide; the odd microsecond tells every set from every other.
        ago = chance.uniform(600, 7200) if written_late else chance.uniform(0, 180)
        taken_at = tablet.clock() - timedelta(seconds=ago)
        slipped = chance.random() < 0.15
        item = tablet.enter(
            self.patient_id,
            self.bedside.mistaken(values) if slipped else values,
            taken_at=taken_at,
        )
        self.charted(item, values)
        if slipped:
            self.world.agenda.after(
                chance.uniform(60, 2400), "nurse", lambda: self._correct(item, values)
            )
        if chance.random() < 0.08:  # the other nurse looked in as well
            other = self.tablets[1 - tablet.index]
            other.enter(self.patient_id, self.bedside.next_set(), taken_at=other.clock())
        is_forgotten = chance.random() < 0.12
        self._plan(chance.uniform(6000, 11000) if is_forgotten else chance.uniform(700, 4200))

    def _correct(self, item: Item, right: dict[str, Any]) -> None:
        if not item.is_settled:
            self.world.agenda.after(300, "nurse", lambda: self._correct(item, right))
            return
        for tablet in self.tablets if self.chance.random() < 0.15 else self.tablets[:1]:
            tablet.enter(self.patient_id, right, taken_at=item.taken_at, corrects=item)


def _short(values: dict[str, Any]) -> str:
    return " ".join(f"{name[:5]}={value}" for name, value in values.items() if name != "note")
