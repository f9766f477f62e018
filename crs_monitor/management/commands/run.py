"""Run the whole of CRS Monitor in one foreground process tree, with no server beside it."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crs_monitor import environment, webserver
from crs_monitor.supervisor import Child, Supervisor, python

ADDRESS = "127.0.0.1"
WEB_PROCESSES = 2
THREADS_EACH = 4
READY_WITHIN_SECONDS = 120


class Command(BaseCommand):
    """Migrate, fill the demo ward, then keep web, worker, beat and sender running."""

    help = "Run everything on http://127.0.0.1:PORT until Ctrl-C (the demo ward unless CRS_DEMO=0)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop; exit with 1 when a process ended by itself."""
        port = environment.port_of(os.environ)
        _refuse_taken_port(port)
        call_command("migrate", interactive=False, verbosity=0)
        if settings.CRS_DEMO:
            call_command("seed_demo_ward")
        else:
            call_command("collectstatic", interactive=False, verbosity=0)
        supervisor = Supervisor(
            children(port, demo=settings.CRS_DEMO), environment=os.environ, out=sys.stdout
        )
        status = supervisor.run(on_start=lambda: _greet(supervisor, port))
        if status:
            sys.exit(status)


def children(port: int, *, demo: bool) -> list[Child]:
    """Return the processes of one ward server; the demo has a ward that moves, too."""
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    celery = ("-m", "celery", "--app", "crs_monitor", "--quiet")
    web = (
        *("-m", "gunicorn", "crs_monitor.wsgi:application", "--no-control-socket"),
        *("--bind", f"{ADDRESS}:{port}", "--worker-class", webserver.WORKER),
        *("--workers", str(WEB_PROCESSES), "--threads", str(THREADS_EACH)),
        *("--log-level", "warning"),
    )
    # One person's demo may run as root; a container never does.
    worker = ("-W", "ignore:You're running the worker", *celery, "worker", "--concurrency", "2")
    beat = ("beat", "--pidfile=", "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME)
    kept = [
        Child("web", python(*web)),
        Child("worker", python(*worker, "--loglevel", "warning"), restart=True),
        Child("beat", python(*celery, *beat, "--loglevel", "warning"), restart=True),
        Child("sender", python(manage, "deliver_alerts")),
    ]
    if demo:
        kept.append(Child("ward", python(manage, "simulate_ward"), restart=True))
    return kept


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((ADDRESS, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Name another: make run PORT=8010"
            ) from error


def _greet(supervisor: Supervisor, port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not supervisor.stopping and time.monotonic() < deadline:
        if _answers(f"http://{ADDRESS}:{port}/health/live"):
            supervisor.say(_greeting(port))
            return
        time.sleep(0.2)
    if not supervisor.stopping:
        supervisor.say(f"The server did not answer within {READY_WITHIN_SECONDS} seconds.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _greeting(port: int) -> str:
    lines = ["", f"CRS Monitor runs on http://{ADDRESS}:{port}/  (Ctrl-C ends it)"]
    if settings.CRS_DEMO:
        from demo.accounts import ACCOUNTS

        lines.append("Demo ward: every patient is invented. Sign in as")
        lines += [f"    {name:<12} {password:<24} {role}" for name, password, role in ACCOUNTS]
        lines.append(f"Email is kept at http://{ADDRESS}:{port}/demo/mailbox/")
    return "\n".join([*lines, ""])
