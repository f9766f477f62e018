"""What makes a resource the same one when it comes again: its identifier, else all it says."""

from hashlib import blake2b
from typing import Any, Final
from uuid import UUID, uuid5

from interop.csv.identity import NAMESPACE
from interop.fhir.text import write

_ABOUT_ITSELF: Final = frozenset({"id", "meta", "text", "implicitRules", "language"})


def digest(*parts: str) -> str:
    """32 hexadecimal digits of some texts."""
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def identifiers(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """The business identifiers that have a value, as system and value."""
    found = resource.get("identifier")
    listed = found if isinstance(found, list) else [found] if isinstance(found, dict) else []
    return [(each.get("system", ""), each["value"]) for each in listed if each.get("value")]


def content(resource: dict[str, Any], *, subject: str = "") -> str:
    """What a resource says, apart from its own id and version and from how it is shown.

    `subject` takes the place of references, which a sender makes anew for each Bundle.
    """
    kept = {
        name: value
        for name, value in resource.items()
        if name not in _ABOUT_ITSELF and name not in ("subject", "encounter", "patient", "context")
    }
    return digest(subject, write(_sorted(kept)).decode())


def identity(resource: dict[str, Any], *, subject: str = "") -> str:
    """The mark of a resource, under which it is stored once."""
    kind = resource["resourceType"]
    named = identifiers(resource)
    if named:
        system, value = named[0]
        return digest(kind, system, value, subject)
    return digest(kind, content(resource, subject=subject))


def client_id(mark: str) -> UUID:
    """The id under which a fact of this resource is stored."""
    return uuid5(NAMESPACE, f"fhir {mark}")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value
