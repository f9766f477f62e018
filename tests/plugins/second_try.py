"""A test in a real browser that fails is run once more, and the run says which those were."""

import pytest
from _pytest.runner import runtestprotocol

from tests.plugins.gathered import notes

_tried_twice = notes("browser tests that failed once")


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a browser's test again when it failed; on a busy machine a page may come too late."""
    if item.get_closest_marker("browser") is None:
        return None
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    failed = [report for report in reports if report.failed]
    if failed:
        _tried_twice[item.nodeid] = failed[0].longreprtext
        item._initrequest()  # type: ignore[attr-defined]
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what failed first: it is a flaw of the test or of the page."""
    if _tried_twice:
        terminalreporter.section("run a second time in the browser")
        for name, why in _tried_twice.items():
            terminalreporter.write_line(f"{name}\n{why}")
