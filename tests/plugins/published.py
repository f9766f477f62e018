"""Published examples and written cases that lie beside the project, where they do."""

import os
from pathlib import Path

import pytest

from tests.plugins.required import absent

BESIDE = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of published example messages and charts: CRS_SAMPLES."""
    return _present("CRS_SAMPLES", BESIDE / "samples")


@pytest.fixture(scope="session")
def cases() -> Path:
    """The table of written clinical cases: CRS_CASES."""
    return _present("CRS_CASES", BESIDE / "clinical" / "cases.csv")


def _present(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable) or default)
    if not path.exists():
        absent(variable, "there is nothing at the place it names")
    return path
