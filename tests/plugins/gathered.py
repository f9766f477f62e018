"""What a run says at its end: gathered from every process that ran a part of it."""

from typing import Any

import pytest

_NOTES: dict[str, dict[str, Any]] = {}
_SENT = "crs_notes"


def notes(about: str) -> dict[str, Any]:
    """Return the notes about one matter; a key that two processes wrote is told once.

    A worker's own summary is shown to nobody, so its notes travel to the process that
    prints. They are made of text and numbers alone.
    """
    return _NOTES.setdefault(about, {})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what this worker noted; in a run of one process there is no one to hand it to."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_SENT] = _NOTES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a worker noted; one that died brought nothing, and the run fails of it."""
    for about, found in getattr(node, "workeroutput", {}).get(_SENT, {}).items():
        notes(about).update(found)
