"""`manage.py doctor`: look at this installation once, and say in words what is not well."""

import platform
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from alerts import health as alerting_health
from alerts import ward_notes
from audit import append_only
from audit.facts import ClinicalFact
from audit.models import AuditEntry
from crs_monitor import VERSION, health

_GOOD: Final = "ok"
_LOOK: Final = "LOOK"
_BAD: Final = "BAD"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: `ok`, `LOOK` for something to see to, `BAD` for a fault."""

    mark: str
    words: str


class Command(BaseCommand):
    """Ends with 1 when anything is BAD. Reads alone; nothing is mended."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """It takes none."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each thing, the worst words in capitals."""
        worst = 0
        for found in look(now=timezone.now()):
            self.stdout.write(f"{found.mark:<4} {found.words}")
            worst += found.mark == _BAD
        if worst:
            raise CommandError(f"{worst} of these must be mended.")


def look(*, now: datetime) -> Iterator[Found]:
    """Yield what was found; the rest is not asked of a database that does not answer."""
    yield Found(_GOOD, f"CRS Monitor {VERSION}, Python {platform.python_version()}")
    if settings.CRS_DEMO:
        yield Found(_LOOK, "The demonstration ward is on: its passwords are public.")
    not_ready = health.reasons_not_ready()
    if not_ready:
        yield from (Found(_BAD, words) for words in not_ready)
        return
    yield Found(_GOOD, f"{connection.display_name} answers, and every migration is applied")
    yield from _settings()
    yield from _facts()
    yield from _alerting(now)
    worries = health.worries()
    yield from (Found(_LOOK, words) for words in worries)
    if not worries:
        yield Found(_GOOD, "The newest backup is fresh")


def _settings() -> Iterator[Found]:
    messages = run_checks(include_deployment_checks=not settings.CRS_DEMO, databases=["default"])
    for message in messages:
        if not message.is_silenced():
            yield Found(_BAD if message.level >= ERROR else _LOOK, f"{message.msg} ({message.id})")
    if not messages:
        yield Found(_GOOD, "The settings can be used")


def _facts() -> Iterator[Found]:
    wanted = {
        model._meta.db_table for model in apps.get_models() if issubclass(model, ClinicalFact)
    }
    wanted.add(AuditEntry._meta.db_table)
    open_tables = sorted(wanted - append_only.guarded(connection))
    if open_tables:
        yield Found(_BAD, f"The database would let facts be changed: {', '.join(open_tables)}")
    else:
        yield Found(_GOOD, f"{len(wanted)} tables of facts take no change and no removal")


def _alerting(now: datetime) -> Iterator[Found]:
    try:
        judgment = alerting_health.judge(now)
        notes = [str(note) for note in ward_notes.everywhere(now=now)]
    except DatabaseError as error:
        yield Found(_BAD, f"Alerting cannot be judged: {type(error).__name__}.")
        return
    yield from _said(_BAD, judgment.reasons)
    yield from _said(_LOOK, judgment.degraded)
    yield from _said(_LOOK, notes)
    if judgment.ok:
        yield Found(_GOOD, "Alerts go out")


def _said(mark: str, reasons: Iterable[object]) -> Iterator[Found]:
    return (Found(mark, str(reason)) for reason in reasons)
