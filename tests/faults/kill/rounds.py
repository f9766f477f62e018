"""Rounds of charting and killing: in each, parts of the ward die while nurses chart."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import DatabaseError, connection
from django.utils import timezone

from alerts import services
from alerts.models import Alert
from tests.faults.kill import tablet, verdict
from tests.faults.kill.machine import Machine
from tests.faults.kill.parts import Part, wait_for
from tests.faults.kill.verdict import Verdict
from tests.faults.kill.ward import Event, Place

T = TypeVar("T")
EVENTS_A_ROUND = 4
ROUND_SECONDS = 0.8
_TWO_AT_ONCE = 0.25
_BACK_WITHIN_SECONDS = 0.5
SETTLE_SECONDS = 120


@dataclass(slots=True)
class Tally:
    """What a run came to."""

    rounds: int = 0
    failed: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    sent_attempts: int = 0
    found: Verdict = field(default_factory=Verdict)
    slowest_settle_seconds: float = 0.0


class Run:
    """One run: the machine, the ward, and the chance that decides who dies and when."""

    def __init__(self, machine: Machine, place: Place, events: Iterator[Event], seed: int) -> None:
        self.machine, self.place, self.events = machine, place, events
        self.chance = random.Random(seed)
        self.kill_times: list[float] = []
        self.tally = Tally(kills=dict.fromkeys(machine.parts, 0))

    def batch(self, rounds: int) -> list[str]:
        """Run some rounds, wait until all is said, judge, and close what was raised."""
        charted: list[Event] = []
        for _ in range(rounds):
            charted += self._round(list(islice(self.events, EVENTS_A_ROUND)))
        began = time.monotonic()
        wait_for_database(lambda: verdict.is_settled(charted), SETTLE_SECONDS)
        self.tally.slowest_settle_seconds = max(
            self.tally.slowest_settle_seconds, time.monotonic() - began
        )
        mails = verdict.accepted(self.machine.accepted)
        found = patiently(lambda: verdict.judge(charted, mails=mails, kills=self.kill_times))
        self._add(found, rounds)
        patiently(lambda: self._answer(charted))
        return found.faults

    def _round(self, events: list[Event]) -> list[Event]:
        """Chart some events over a moment in which one or two parts are killed."""
        victims = self._victims()
        threads = [
            threading.Thread(target=self._chart, args=(event, delay))
            for event, delay in zip(events, self._delays(len(events)), strict=True)
        ]
        threads += [
            threading.Thread(target=self._kill, args=(part, delay))
            for part, delay in zip(victims, self._delays(len(victims)), strict=True)
        ]
        self._errors: list[BaseException] = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]
        connection.close()  # the server at its other end may be another one by now
        for part in victims:
            self.tally.kills[part.name] += 1
        return events

    def _victims(self) -> list[Part]:
        count = 2 if self.chance.random() < _TWO_AT_ONCE else 1
        return self.chance.sample(list(self.machine.parts.values()), count)

    def _delays(self, count: int) -> list[float]:
        return [self.chance.uniform(0, ROUND_SECONDS) for _ in range(count)]

    def _chart(self, event: Event, delay: float) -> None:
        self._keeping_errors(
            lambda: tablet.send(event, url=self.machine.url, token=self.place.token), delay
        )

    def _kill(self, part: Part, delay: float) -> None:
        away = self.chance.uniform(0, _BACK_WITHIN_SECONDS)

        def kill() -> None:
            part.prove()
            part.kill()
            self.kill_times.append(time.time())
            time.sleep(away)
            part.start()
            part.prove()

        self._keeping_errors(kill, delay)

    def _keeping_errors(self, work: Callable[[], object], delay: float) -> None:
        time.sleep(delay)
        try:
            work()
        except BaseException as error:
            self._errors.append(error)

    def _answer(self, charted: list[Event]) -> None:
        """Close the alerts of these events, or they would be told again and again."""
        for alert in Alert.objects.filter(
            patient_id__in=[event.patient_id for event in charted]
        ).not_closed():
            services.close(alert, reason="seen", at=timezone.now(), by=self.place.oncologist)

    def _add(self, found: Verdict, rounds: int) -> None:
        total = self.tally.found
        total.events += found.events
        total.owed += found.owed
        total.repeated += found.repeated
        total.lost += found.lost
        total.doubled_entries += found.doubled_entries
        total.unexplained += found.unexplained
        self.tally.rounds += rounds
        self.tally.failed += min(len(found.faults), rounds)


def patiently(read: Callable[[], T]) -> T:
    """Read the database, again on a new connection when the old one died."""
    for attempt in range(50):
        try:
            return read()
        except DatabaseError:
            if attempt == 49:
                raise
            connection.close()
            time.sleep(0.2)
    raise AssertionError


def wait_for_database(done: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds in the database; silence is judged afterwards."""
    try:
        wait_for(lambda: patiently(done), "settling", seconds=seconds)
    except TimeoutError:
        return
