"""Each test begins with a process that remembers no look at any chart."""

import pytest


@pytest.fixture(autouse=True)
def _no_look_is_remembered() -> None:
    from audit import reading

    reading.forget()
