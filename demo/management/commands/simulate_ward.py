"""Keep the demo ward alive: every half minute or so, one patient gets a new set."""

import logging
import random
import signal
import threading
from datetime import datetime
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from demo import simulator

logger = logging.getLogger(__name__)
PAUSE_SECONDS: Final = (20.0, 40.0)
# After a stop of the whole ward, its nurses come round to everybody.
PAUSE_WHEN_BEHIND_SECONDS: Final = 1.0


class Command(BaseCommand):
    """Chart, pause, repeat, until told to stop; a broken database is waited out."""

    help = "Go on with the courses of the demo ward."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the speed, and whether one step is enough."""
        parser.add_argument("--speed", type=float, default=1.0, help="Times faster than life.")
        parser.add_argument("--once", action="store_true", help="Chart one set and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the clock once per step, and wait 20 to 40 s, divided by the speed."""
        speed = options["speed"]
        if not speed > 0:
            raise CommandError("--speed must be above 0.")
        chance = random.Random()
        if options["once"]:
            simulator.step(now=timezone.now(), chance=chance, speed=speed)
            return
        stop = _stop_on_signal()
        while not stop.is_set():
            pause = _pause(_try_step(now=timezone.now(), chance=chance, speed=speed), chance)
            stop.wait(pause / speed)


def _try_step(*, now: datetime, chance: random.Random, speed: float) -> simulator.Step | None:
    """One step; None when the database was not to be had."""
    close_old_connections()
    try:
        return simulator.step(now=now, chance=chance, speed=speed)
    except (DatabaseError, InterfaceError):
        logger.exception("ward.step_failed")
        connections.close_all()
        return None


def _pause(done: simulator.Step | None, chance: random.Random) -> float:
    if done is not None and done.more_are_due:
        return PAUSE_WHEN_BEHIND_SECONDS
    return chance.uniform(*PAUSE_SECONDS)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
    return stop
