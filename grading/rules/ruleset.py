"""The name that is stored with every grade: the edition, and each choice not the default."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

LONGEST = 40  # what is stored beside a grade


@dataclass(frozen=True, slots=True)
class Choice:
    """A question the published table leaves open: its code, its field of the policy, its words."""

    code: str
    field: str
    words: str


def ruleset_name(base: str, *, policy: Any, default: Any, choices: Sequence[Choice]) -> str:
    """`base` for the default policy, else `base` with the choices, as in "edition/1+P1=2".

    A name that would be too long to store ends in a digest of the choices instead.
    """
    changed = ",".join(
        f"{choice.code}={_short(getattr(policy, choice.field))}"
        for choice in choices
        if getattr(policy, choice.field) != getattr(default, choice.field)
    )
    if not changed:
        return base
    name = f"{base}+{changed}"
    return name if len(name) <= LONGEST else f"{base}+{sha256(changed.encode()).hexdigest()[:12]}"


def _short(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
