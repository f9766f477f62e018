"""The sender: sweeps, mails and pages in loops of their own, with the database and nothing else."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from alerts import delivery, pulse, returns
from alerts import sweep as sweeping
from alerts.models import Channel

logger = logging.getLogger(__name__)
_SELDOM_SECONDS: Final = 60.0
# One message may still be on its way; then its lease ends and another sender takes it.
_END_SECONDS: Final = 28.0


class Command(BaseCommand):
    """Run until told to stop; a broken database or mail server is waited out."""

    help = "Deliver alerts and raise overdue sets, without any broker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between two turns, and how many mails are handed over at once."""
        parser.add_argument("--every-seconds", type=float, default=2.0)
        parser.add_argument("--mail-threads", type=int, default=2)
        parser.add_argument("--once", action="store_true", help="Sweep once and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each loop in a thread: a mail server that hangs holds up no escalation."""
        if options["once"]:
            sweeping.sweep(now=timezone.now(), name=pulse.SENDER)
            return
        stop, broken = threading.Event(), threading.Event()
        _stop_at_signals(stop)
        mails = [Mails() for _ in range(max(1, options["mail_threads"]))]
        turns: list[Callable[[datetime], None]] = [Sweeps(), *mails]
        if settings.CRS_PAGING_URL:
            turns.append(Pages())
        if settings.CRS_BOUNCES is not None:
            turns.append(Bounces())
        turns += [Aside(step) for step in sweeping.ASIDE]
        threads = [
            threading.Thread(
                target=_loop, args=(turn, options["every_seconds"], stop, broken), daemon=True
            )
            for turn in turns
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        deadline = time.monotonic() + _END_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if broken.is_set():
            sys.exit(1)


class Sweeps:
    """Derives what is due; what can wait a minute does."""

    def __init__(self) -> None:
        """Begin with everything."""
        self._thorough_at = 0.0

    def __call__(self, now: datetime) -> None:
        """Turn once."""
        seldom = time.monotonic() >= self._thorough_at
        is_whole = sweeping.derive(now=now, seldom=seldom)
        if seldom:
            self._thorough_at = time.monotonic() + _SELDOM_SECONDS
        if is_whole:
            pulse.beat(pulse.SWEEP, now=timezone.now())


class Mails:
    """Hands mails over."""

    def __call__(self, now: datetime) -> None:
        """Turn once."""
        delivery.deliver_due(now=now, channel=Channel.EMAIL)
        pulse.beat(pulse.SENDER, now=timezone.now())


class Pages:
    """Hands pages over; apart from mail, so that neither waits for the other's server."""

    def __call__(self, now: datetime) -> None:
        """Turn once."""
        delivery.deliver_due(now=now, channel=Channel.WEBHOOK)
        pulse.beat(pulse.PAGING, now=timezone.now())


class Bounces:
    """Reads what comes back, once a minute; a mailbox that hangs holds up nobody else."""

    def __init__(self) -> None:
        """Begin at once."""
        self._next_at = 0.0

    def __call__(self, now: datetime) -> None:
        """Turn once."""
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + _SELDOM_SECONDS
            returns.visit(now=now)


class Aside:
    """Does one thing each minute that no alert waits for; its failure ends no sender."""

    def __init__(self, step: Callable[..., Any]) -> None:
        """Begin at once."""
        self._step = step
        self._next_at = 0.0

    def __call__(self, now: datetime) -> None:
        """Turn once."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + _SELDOM_SECONDS
        try:
            self._step(now=now)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("aside.failed")


def _loop(
    turn: Callable[[datetime], None],
    every_seconds: float,
    stop: threading.Event,
    broken: threading.Event,
) -> None:
    """Turn, wait, repeat; the wait is monotonic, so clock steps do not stretch it."""
    try:
        while not stop.is_set():
            began = time.monotonic()
            close_old_connections()
            try:
                turn(timezone.now())
            except DatabaseError:
                logger.exception("sweep.failed")
                # A connection that broke in the middle is not asked again.
                connection.close()
            stop.wait(max(0.0, every_seconds - (time.monotonic() - began)))
    except Exception:
        # Half a sender would look alive: end all of it, loudly, and be started again.
        logger.exception("sender.broken")
        broken.set()
        stop.set()
    finally:
        connection.close()


def _stop_at_signals(stop: threading.Event) -> None:
    def end(signum: int, frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
