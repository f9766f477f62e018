"""System checks that refuse to start with alert rules that cannot be read."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from alerts import rulebook


def register_all() -> None:
    """Hand the checks of alerts to Django."""
    register(alert_rules_are_whole)


def alert_rules_are_whole(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse numbers of which one is missing, unknown, impossible or out of order."""
    try:
        rulebook.load(rulebook.PATH.read_text(encoding="utf-8"))
    except (rulebook.RulebookError, OSError) as error:
        words = f"{rulebook.PATH.name}: {error}"
        return [Error(words, hint="Mend the numbers of the alert rules.", id="alerts.E001")]
    return []
