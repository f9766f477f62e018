"""Write each log record as one line of JSON that names codes and ids, never people."""

import json
import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Attributes every record has; what a caller adds with `extra` is the rest.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_ABOUT_REQUESTS = ("django.request", "django.security")
_REASONS = frozenset(status.phrase for status in HTTPStatus)
# Text is let through only under these names: all of them closed vocabularies, but the seal of
# an anchor, which is hexadecimal digits.
CODES = frozenset(
    {
        "action",
        "alert_code",
        "channel",
        "command",
        "error",
        "family",
        "kind",
        "method",
        "outcome",
        "role",
        "rule",
        "ruleset",
        "scale",
        "seal",
        "severity",
        "source",
        "state",
        "task",
    }
)


def configuration(*, level: str, with_messages: bool) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` wants: everything to stderr, one line each."""
    # One line for each task every few seconds would bury the rest.
    chatty = ("celery.app.trace", "celery.beat", "celery.worker.strategy")
    # Django and its server bring handlers of their own; theirs would print people's paths twice.
    quiet = {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "crs_monitor.logs.LineFormatter", "with_messages": with_messages}
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": quiet | {name: {"level": "WARNING"} for name in chatty},
    }


class LineFormatter(logging.Formatter):
    """Format a record as JSON; numbers, yes and no, and known codes pass, other text does not.

    An error is written as its type and the places it passed. Its words are
    left out unless `with_messages`, since a database puts the refused row,
    and so the patient, into them.
    """

    def __init__(self, *, with_messages: bool = False) -> None:
        super().__init__()
        self.with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        """Return the one line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        line |= {name: value for name, value in vars(record).items() if _may_pass(name, value)}
        if record.exc_info and record.exc_info[1] is not None:
            line |= self._error(record.exc_info[1])
        return json.dumps(line, default=str)

    def _error(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        described: dict[str, Any] = {
            "error": type(error).__name__,
            "passed": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if self.with_messages:
            described["words"] = str(error)
        return described


def _event(record: logging.LogRecord) -> str:
    """What happened. Django would name the address, and people type numbers of patients there."""
    if not record.name.startswith(_ABOUT_REQUESTS):
        return record.getMessage()
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    kind = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
    said = kind if kind in _REASONS else record.name
    return f"{said}: {match.route}" if match else said


def _may_pass(name: str, value: object) -> bool:
    if name in _STANDARD:
        return False
    return isinstance(value, bool | int | float) or value is None or name in CODES
