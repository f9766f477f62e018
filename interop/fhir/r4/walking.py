"""Go through a resource of right form, object by object, each with the type it has."""

from collections.abc import Iterator
from typing import Any

from interop.fhir.r4 import primitives
from interop.fhir.r4.table import Type, type_of


def objects(resource: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Type, content and path of the resource and of all that is in it."""
    kind = type_of(resource["resourceType"])
    assert kind is not None
    yield from _below(resource, kind, path)


def _below(raw: dict[str, Any], kind: Type, path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield kind.name, raw, path
    for name, value in raw.items():
        element = kind.elements.get(name.removeprefix("_"))
        if element is None:
            continue
        is_beside = element.kind in primitives.KINDS
        for index, each in enumerate(value if isinstance(value, list) else (value,)):
            if not isinstance(each, dict):
                continue
            at = f"{path}.{name}[{index}]" if isinstance(value, list) else f"{path}.{name}"
            if element.kind == "Resource":
                yield from objects(each, at)
                continue
            below = type_of("Element" if is_beside else element.kind)
            assert below is not None
            yield from _below(each, below, at)
