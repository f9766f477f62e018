"""System checks that refuse settings under which an alert could be lost or a person exposed."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError

SHORTEST_PAGING_SECRET: Final = 24


def register_all() -> None:
    """Hand every check of the house to Django."""
    register(celery_is_only_a_wake_up)
    register(mail_cannot_wait_for_ever)
    register(Tags.database)(sqlite_waits_for_its_turn)
    register(Tags.database)(no_demo_password_is_left)
    register(variables_are_spelled_right)
    register(Tags.security, deploy=True)(demo_stays_off_real_wards)
    register(Tags.security, deploy=True)(mail_goes_to_people)
    register(pages_are_signed)


def celery_is_only_a_wake_up(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse Celery settings that run tasks in the request, lose them, or never end them."""
    wanted = {
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_PUBLISH_RETRY": False,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_RESULT_BACKEND": None,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    }
    found = [
        Error(f"{name} must be {value!r}.", id="crs_monitor.E001")
        for name, value in wanted.items()
        if getattr(settings, name, None) != value
    ]
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        found.append(
            Error("CELERY_TASK_ALWAYS_EAGER runs tasks in the request.", id="crs_monitor.E002")
        )
    if not getattr(settings, "CELERY_TASK_TIME_LIMIT", None):
        found.append(Error("CELERY_TASK_TIME_LIMIT must be set.", id="crs_monitor.E003"))
    return list(found)


def mail_cannot_wait_for_ever(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse email without a time-out: one silent server would stop all sending."""
    if settings.EMAIL_TIMEOUT:
        return []
    return [Error("EMAIL_TIMEOUT must be set, in seconds.", id="crs_monitor.E004")]


def sqlite_waits_for_its_turn(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse SQLite without IMMEDIATE transactions and a full sync."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return []
    options = database.get("OPTIONS", {})
    if options.get("transaction_mode") == "IMMEDIATE" and "=FULL" in options.get(
        "init_command", ""
    ):
        return []
    return [
        Error(
            "SQLite needs transaction_mode IMMEDIATE and synchronous=FULL.", id="crs_monitor.E005"
        )
    ]


def variables_are_spelled_right(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Warn of each CRS_ variable that nothing reads."""
    return [Warning(saying, id="crs_monitor.W006") for saying in settings.ENVIRONMENT.misspelled()]


def demo_stays_off_real_wards(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse to deploy the demo: its passwords are printed in the open."""
    if not settings.CRS_DEMO:
        return []
    return [Error("CRS_DEMO=1 has known passwords. Set CRS_DEMO=0.", id="crs_monitor.E007")]


def no_demo_password_is_left(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Refuse, before a migration and so before the start, accounts whose passwords are printed."""
    from demo.accounts import ACCOUNTS
    from staff.models import User

    if settings.CRS_DEMO or not databases:
        return []
    printed = {name: password for name, password, _words in ACCOUNTS}
    try:
        accounts = list(User.objects.filter(username__in=printed, is_active=True))
    except DatabaseError:
        return []  # there is no table yet, so nobody has an account
    open_to_all = [each for each in accounts if each.check_password(printed[each.username])]
    if not open_to_all:
        return []
    names = ", ".join(each.username for each in open_to_all)
    advice = "Close these accounts, or use a database that never was the demo's."
    return [
        Error(f"Accounts of the demo are open with its printed passwords: {names}. {advice}",
              id="crs_monitor.E010")
    ]  # fmt: skip


def mail_goes_to_people(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Refuse to deploy while email is only kept in a folder."""
    if not settings.EMAIL_FILE_PATH or settings.CRS_DEMO:
        return []
    return [
        Error(
            "Email is kept in a folder and reaches nobody. Set CRS_EMAIL_URL.",
            id="crs_monitor.E008",
        )
    ]


def pages_are_signed(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse to page a system that could not tell our pages from anybody's."""
    if not settings.CRS_PAGING_URL or len(settings.CRS_PAGING_SECRET) >= SHORTEST_PAGING_SECRET:
        return []
    return [
        Error(
            f"CRS_PAGING_URL needs CRS_PAGING_SECRET of {SHORTEST_PAGING_SECRET} characters or "
            "more: openssl rand -hex 32",
            id="crs_monitor.E009",
        )
    ]
