"""Listens for HL7 v2 messages over MLLP until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import ssl
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from alerts import pulse
from interop.feeds.heard import LISTENER as HEARTBEAT
from interop.hl7v2 import kept
from interop.hl7v2.account import Receiving
from interop.hl7v2.listener import Limits, Listener, tls_context
from interop.hl7v2.receiving import account, receive, refuse
from interop.management.loading import ward_of, zone_of
from staff.models import User, Ward

logger = logging.getLogger(__name__)
_DEFAULT_PORT: Final = 2575  # registered for HL7 over MLLP
_SECONDS_BETWEEN_BEATS: Final = 10.0


class Command(BaseCommand):
    """Prints where it listens, and ends with the message in hand on SIGTERM or Ctrl-C."""

    help = "Listen for HL7 v2 messages over MLLP: stored, graded and alerted on as from a tablet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where to listen, for whom, and how patient to be."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="0 picks a free one")
        parser.add_argument("--tls-cert", metavar="FILE", help="the server's certificate (PEM)")
        parser.add_argument("--tls-key", metavar="FILE", help="its private key (PEM)")
        parser.add_argument(
            "--tls-client-ca", metavar="FILE", help="take only clients certified by this authority"
        )
        parser.add_argument("--ward", metavar="CODE", help="the ward where no message names ours")
        parser.add_argument("--time-zone", metavar="ZONE", help="the clock of bare times")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=365,
            help="empty the bytes of messages older than this, unless something of them waits",
        )
        parser.add_argument("--max-bytes", type=int, default=Limits().largest_message)
        parser.add_argument("--idle-seconds", type=float, default=Limits().idle_seconds)
        parser.add_argument("--slow-seconds", type=float, default=Limits().slow_seconds)
        parser.add_argument("--connections", type=int, default=Limits().connections)
        parser.add_argument("--workers", type=int, default=Limits().workers)

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until a signal comes."""
        ward, by = ward_of(options["ward"]), account()
        zone = zone_of(options["time_zone"]) if options["time_zone"] else None
        limits = Limits(
            largest_message=options["max_bytes"],
            idle_seconds=options["idle_seconds"],
            slow_seconds=options["slow_seconds"],
            connections=options["connections"],
            workers=options["workers"],
        )
        listener = Listener(
            take=lambda raw: _take(raw, ward=ward, by=by, zone=zone),
            refuse=lambda raw, why: _refuse(raw, why, ward=ward, by=by, zone=zone),
            limits=limits,
        )
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._listen(listener, options))

    async def _listen(self, listener: Listener, options: dict[str, Any]) -> None:
        tls = _tls(options)
        try:
            port = await listener.start(options["host"], options["port"], tls=tls)
        except OSError as error:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(f"cannot listen on {where}: {error.strerror}") from error
        over = "MLLP over TLS" if tls else "MLLP without TLS"
        self.stdout.write(f"listening on {options['host']}:{port}, {over}")
        self.stdout.flush()
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        while not told.is_set():
            await asyncio.to_thread(_beat, options["keep_days"])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), _SECONDS_BETWEEN_BEATS)
        await listener.stop()
        await asyncio.to_thread(pulse.forget, HEARTBEAT)
        self.stdout.write("stopped")


def _take(raw: bytes, *, ward: Ward | None, by: User, zone: ZoneInfo | None) -> bytes:
    """Take one message in this thread, with a connection that works."""
    close_old_connections()
    try:
        return receive(raw, how=_how(ward, by, zone)).content
    finally:
        close_old_connections()


def _refuse(raw: bytes, why: str, *, ward: Ward | None, by: User, zone: ZoneInfo | None) -> bytes:
    return refuse(raw, why, how=_how(ward, by, zone))


def _how(ward: Ward | None, by: User, zone: ZoneInfo | None) -> Receiving:
    return Receiving(now=timezone.now(), live=True, channel="mllp", by=by, ward=ward, zone=zone)


def _beat(keep_days: int) -> None:
    """Say that the listener lives, and forget old texts; a database away does not end it."""
    now = timezone.now()
    try:
        close_old_connections()
        pulse.beat(HEARTBEAT, now=now)
        kept.forget_texts(before=now - timedelta(days=keep_days))
    except DatabaseError as error:
        logger.warning("hl7v2.no_heartbeat", extra={"error": type(error).__name__})


def _tls(options: dict[str, Any]) -> ssl.SSLContext | None:
    certificate, key = options["tls_cert"], options["tls_key"]
    if not certificate and not key:
        if options["tls_client_ca"]:
            raise CommandError("--tls-client-ca needs --tls-cert and --tls-key.")
        return None
    if not certificate or not key:
        raise CommandError("--tls-cert and --tls-key belong together.")
    try:
        return tls_context(
            certificate=certificate, key=key, client_authority=options["tls_client_ca"]
        )
    except OSError as error:
        raise CommandError(f"cannot use these TLS files: {error.strerror or error}") from error
