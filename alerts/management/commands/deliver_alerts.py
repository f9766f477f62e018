"""The sender: sweeps and delivers in a loop, with the database and nothing else."""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from alerts.sweep import sweep

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run until told to stop; a broken database or mail server is waited out."""

    help = "Deliver alerts and raise overdue sets, without any broker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between two sweeps."""
        parser.add_argument("--every-seconds", type=float, default=2.0)
        parser.add_argument("--once", action="store_true", help="Sweep once and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, wait, repeat; the wait is monotonic, so clock steps do not stretch it."""
        stop = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            stop.set()

        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, end)
            signal.signal(signal.SIGINT, end)
        while not stop.is_set():
            began = time.monotonic()
            close_old_connections()
            try:
                sweep(now=timezone.now(), name="sender")
            except DatabaseError:
                logger.exception("sweep.failed")
            if options["once"]:
                return
            stop.wait(max(0.0, options["every_seconds"] - (time.monotonic() - began)))
