"""A check before deploying: the program must not be able to change what was recorded."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004
from django.db import connections

from audit import rights


def register_all() -> None:
    """Hand the check to Django."""
    register(Tags.database)(facts_cannot_be_changed)


def facts_cannot_be_changed(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Warn where the role of the program could change or remove a fact in PostgreSQL.

    Asked for by name (`check --database default`); the owner, who migrates, always could.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tables = rights.may_change(connection) if connection.vendor == "postgresql" else []
        if tables:
            found.append(
                Warning(
                    f"This role of the database could change {len(tables)} append-only tables. "
                    "Run the program as another role than the owner: manage.py grant_rights.",
                    id="audit.W001",
                )
            )
    return found
