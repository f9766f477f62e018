"""What every test in a browser begins with: a ward whose people a real web process lets in."""

from typing import Any

import pytest

from staff.models import Ward
from tests.factories.ward import a_ward


@pytest.fixture
def own_hashers(settings: Any) -> None:
    """Keep passwords as the program does: its web process does not know the tests' cheap way."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture
def ward(transactional_db: None, own_hashers: None) -> Ward:
    """Ward 7B, in London."""
    return a_ward(code="7b", name="7B")
