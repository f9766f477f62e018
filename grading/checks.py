"""System checks that refuse to start with a grading table that has a gap or an overlap."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from grading import reference
from grading.rules import registry


def register_all() -> None:
    """Hand the checks of grading to Django."""
    register(grading_tables_are_whole)
    register(reference_card_can_be_read)


def grading_tables_are_whole(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse tables in which something that can be charted meets no row, or two."""
    return [
        Error(problem, hint="Mend the rows of this scale in grading/rules.", id="grading.E001")
        for problem in registry.check_tables()
    ]


def reference_card_can_be_read(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse a reference card with a line that has no source, or that reads as an order."""
    try:
        reference.card()
    except reference.BadCardError as error:
        return [Error(str(error), hint="Mend grading/reference/card.yaml.", id="grading.E002")]
    return []
