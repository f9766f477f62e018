"""Two lanes, one suite: what asks for no database runs once, in the SQLite lane, and is counted."""

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from django.test import TransactionTestCase

from tests.plugins.database import chosen, default_file
from tests.plugins.gathered import notes

# By these names of pytest-django a test, or one of its fixtures, asks for the database.
ASKS: Final = frozenset(
    {
        "db",
        "transactional_db",
        "django_db_setup",
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
        "live_server",
    }
)
# Tests with a database of their own, by the lane they run in.
ALONE: Final = {"sqlite_lane": "sqlite", "postgres_lane": "postgres"}
_ONLY: Final = "--only-database"
# Each worker leaves out the same tests, so the count of one is the count of all.
_left_out: Final = notes("tests this lane leaves out")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option of the second lane."""
    text = "leave out the tests that ask for no database: another database changes nothing there"
    parser.addoption(_ONLY, action="store_true", help=text)


def asks_for_the_database(item: pytest.Item) -> bool:
    """Whether a test can see the database of this run: by marker, by fixture, or by its class.

    pytest-django refuses the database to every other test of this process.
    """
    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))
        or (case is not None and issubclass(case, TransactionTestCase))
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this lane is not for, and keep the count."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        why = _why_not_here(item, only_database=config.getoption(_ONLY))
        if why:
            _left_out[why] = _left_out.get(why, 0) + 1
        (left if why else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests this lane left out and why, so that its total hides nothing."""
    if _left_out:
        terminalreporter.section(f"LEFT OUT OF THE LANE ON {chosen().upper()}")
        for why, count in _left_out.items():
            terminalreporter.write_line(f"{count} test{'s' if count > 1 else ''}: {why}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let a lane that has nothing to do pass: `make test ARGS=` may name pure tests alone."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and _left_out:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that opens this run's database, by a process it starts, and never asked for it.

    In the SQLite lane that leaves a file where the settings say; the other lane would
    have left such a test out although the database can change its result.
    """
    file = default_file()
    watched = file is not None and not asks_for_the_database(item) and not file.exists()
    answer = yield
    if watched and _was_made(file):
        pytest.fail("opens the database of this run: take the fixture db or transactional_db")
    return answer


def _was_made(file: Path | None) -> bool:
    return file is not None and file.exists()


def _why_not_here(item: pytest.Item, *, only_database: bool) -> str:
    for marker, lane in ALONE.items():
        if item.get_closest_marker(marker):
            return "" if chosen() == lane else f"they make a database of their own, on {lane}"
    if only_database and not asks_for_the_database(item):
        return "they ask for no database, so they run once, in the lane on SQLite"
    if only_database and item.get_closest_marker("browser") and not _is_a_whole_story(item):
        return "they look at pages, whose queries other tests ask in both lanes"
    return ""


def _is_a_whole_story(item: pytest.Item) -> bool:
    """From a tablet to the mail and back: such a test shows that the parts fit together."""
    return item.get_closest_marker("story") is not None
