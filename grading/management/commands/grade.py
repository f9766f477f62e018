"""Grades JSON lines by a published scale; needs no database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.rules.cases import grade_line
from grading.rules.registry import SCALES, Scale


class Command(BaseCommand):
    """JSON lines in, JSON lines out; a line that cannot be graded is answered, not fatal."""

    help = "Grade JSON lines by a scale: one case a line in, one verdict a line out."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the scale, the file and how to read an absent key."""
        parser.add_argument("scale", choices=sorted(SCALES), metavar="SCALE")
        parser.add_argument("file", nargs="?", default="-", metavar="FILE|-")
        parser.add_argument(
            "--assume-normal",
            action="store_true",
            help="an absent key is normal, as in case files; without it, it is not recorded",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer every line; exit with status 1 at the end if any was refused."""
        refused = 0
        for answer in self._answers(SCALES[options["scale"]], options):
            refused += "error" in answer
            self.stdout.write(_ENCODE(answer))
        if refused:
            self.stdout.flush()
            raise SystemExit(1)

    def _answers(self, scale: Scale, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        normal = options["assume_normal"]
        if options["file"] == "-":
            yield from _graded(scale, sys.stdin.buffer, assume_normal=normal)
            return
        try:
            with Path(options["file"]).open("rb") as lines:
                yield from _graded(scale, lines, assume_normal=normal)
        except OSError as error:
            raise CommandError(f"cannot read {options['file']}: {error.strerror}") from error


def _graded(
    scale: Scale, lines: Iterable[bytes], *, assume_normal: bool
) -> Iterator[dict[str, Any]]:
    for line, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            text = raw.decode("utf-8-sig" if line == 1 else "utf-8")
        except UnicodeDecodeError:
            yield {"line": line, "error": "not readable as UTF-8"}
            continue
        yield grade_line(scale, text, line=line, assume_normal=assume_normal)


def _plain(value: object) -> float | str:
    # An id may be any JSON number; verdicts hold none that is not whole.
    return str(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
