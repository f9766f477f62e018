"""The name that is stored with every grade: the edition, and each choice not the default."""

from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from typing import Any

LONGEST = 40  # what is stored beside a grade


def ruleset_name(base: str, policy: Any, codes: Mapping[str, str]) -> str:
    """`base` for the default policy, else `base` with the choices, as in "edition/1+P1=2".

    `codes` gives each field of the policy its short name. A name that would be too long to
    store ends in a digest of the choices instead.
    """
    changed = ",".join(
        f"{codes[field.name]}={_short(getattr(policy, field.name))}"
        for field in fields(policy)
        if getattr(policy, field.name) != field.default
    )
    if not changed:
        return base
    name = f"{base}+{changed}"
    return name if len(name) <= LONGEST else f"{base}+{sha256(changed.encode()).hexdigest()[:12]}"


def _short(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
