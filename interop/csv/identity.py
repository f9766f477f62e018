"""The namespace under which imported facts get their client ids: the same row, the same id."""

from typing import Final
from uuid import UUID

NAMESPACE: Final = UUID("5c1d3a52-6a0e-5d1b-9d0c-2f4f0c1f7a11")
