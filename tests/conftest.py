"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

pytest_plugins = [
    "tests.plugins.workers",
    "tests.plugins.gathered",
    "tests.plugins.migrated",
    "tests.plugins.required",
    "tests.plugins.servers",
    "tests.plugins.processes",
    "tests.plugins.warm_program",
    "tests.plugins.browsers",
    "tests.plugins.static_pages",
    "tests.plugins.tablet_rules",
    "tests.plugins.published",
    "tests.plugins.second_try",
    "tests.plugins.paging_server",
    "tests.plugins.scripted_smtp",
    "tests.plugins.scripted_imap",
    "tests.plugins.witness",
    "tests.plugins.read_trail",
    "tests.plugins.lanes",
]

# Sync Playwright runs an event loop in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Two cores shared by many: slow is not wrong. A failure prints how to repeat it.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_what_is_append_only() -> Iterator[None]:
    """Let the flush after a committing test past the triggers that refuse every delete."""
    from audit.append_only import lifted

    flush: Callable[..., Any] = BaseDatabaseOperations.execute_sql_flush

    def flush_lifted(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with lifted(self.connection):
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_lifted)
        yield
