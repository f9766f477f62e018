"""System checks that refuse to start with a grading table that has a gap or an overlap."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from grading.rules import registry


def register_all() -> None:
    """Hand the checks of grading to Django."""
    register(grading_tables_are_whole)


def grading_tables_are_whole(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse tables in which something that can be charted meets no row, or two."""
    return [
        Error(problem, hint="Mend the rows of this scale in grading/rules.", id="grading.E001")
        for problem in registry.check_tables()
    ]
