"""Hold a resource beside its definition: every element known, of its type, often enough."""

from collections.abc import Iterator
from typing import Any, Final

from interop.fhir.outcome import Issue, IssueCode
from interop.fhir.r4 import primitives
from interop.fhir.r4.table import Element, Type, is_resource, type_of

_SHOWN: Final = 40
_LONGEST_LIST: Final = 12
_REFERENCE_PARTS: Final = frozenset({2, 4})


def faults(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """What is wrong with the form of a resource, element by element; lazily."""
    kind = resource.get("resourceType")
    found = type_of(kind) if isinstance(kind, str) and is_resource(kind) else None
    if found is None:
        words = f"there is no resource type {str(kind)[:_SHOWN]}"
        yield Issue(f"{path}.resourceType" if "." in path else "resourceType", words,
                    IssueCode.NOT_SUPPORTED)  # fmt: skip
        return
    yield from _object(resource, found, path, is_whole=True)


def _object(raw: Any, kind: Type, path: str, *, is_whole: bool = False) -> Iterator[Issue]:
    if not isinstance(raw, dict):
        yield Issue(path, "must be an object", IssueCode.STRUCTURE)
        return
    if not raw:
        yield Issue(path, "must not be empty (ele-1)", IssueCode.INVARIANT)
        return
    for name, value in raw.items():
        if name == "resourceType" and is_whole:
            continue
        element = kind.elements.get(name)
        if element is not None:
            yield from _element(raw, element, value, f"{path}.{name}", is_whole=is_whole)
        elif not _is_beside(name, kind):
            yield Issue(f"{path}.{name}", f"{kind.name} has no such element", IssueCode.STRUCTURE)
        elif name[1:] not in raw:
            yield from _alone(kind.elements[name[1:]], value, f"{path}.{name}")
    yield from _counts(raw, kind, path)


def _is_beside(name: str, kind: Type) -> bool:
    """Whether a name is that of the extensions beside a primitive."""
    element = kind.elements.get(name[1:]) if name.startswith("_") else None
    return element is not None and element.kind in primitives.KINDS


def _counts(raw: dict[str, Any], kind: Type, path: str) -> Iterator[Issue]:
    for name in kind.required:
        if name not in raw and f"_{name}" not in raw:
            yield Issue(f"{path}.{name}", "must be there", IssueCode.REQUIRED)
    for choice, names in kind.choices.items():
        sent = [name for name in names if name in raw or f"_{name}" in raw]
        if len(sent) > 1:
            words = f"{' and '.join(sent)} exclude each other"
            yield Issue(f"{path}.{choice}[x]", words, IssueCode.STRUCTURE)
        elif not sent and choice in kind.required_choices:
            yield Issue(f"{path}.{choice}[x]", "must be there", IssueCode.REQUIRED)


def _element(
    raw: dict[str, Any], element: Element, value: Any, path: str, *, is_whole: bool
) -> Iterator[Issue]:
    if value is None:
        yield Issue(path, "must not be null", IssueCode.STRUCTURE)
        return
    if element.kind in primitives.KINDS:
        beside = raw.get(f"_{element.name}")
        if element.is_list:
            yield from _primitives(element, value, beside, path)
            return
        if beside is not None:
            yield from _extra(beside, _place_beside(path))
        yield from _primitive(element, value, path, is_whole=is_whole)
        return
    if not element.is_list:
        yield from _complex(element, value, path)
        return
    if not _is_list(value):
        yield Issue(path, _NOT_A_LIST if value != [] else _EMPTY_LIST, IssueCode.STRUCTURE)
        return
    for index, each in enumerate(value):
        yield from _complex(element, each, f"{path}[{index}]")


_NO_CODE: Final = "must have a code of its closed list"
_NOT_A_LIST: Final = "must be a list"
_EMPTY_LIST: Final = "a list must not be empty"


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _primitives(element: Element, value: Any, beside: Any, path: str) -> Iterator[Issue]:
    """A list of primitives: a null only where the list beside it has extensions."""
    if not _is_list(value):
        yield Issue(path, _NOT_A_LIST if value != [] else _EMPTY_LIST, IssueCode.STRUCTURE)
        return
    extras: list[Any] = beside if isinstance(beside, list) else []
    if beside is not None and not _is_list(beside):
        yield Issue(_place_beside(path), _NOT_A_LIST, IssueCode.STRUCTURE)
    for index in range(max(len(value), len(extras))):
        each = value[index] if index < len(value) else None
        extra = extras[index] if index < len(extras) else None
        at = f"{path}[{index}]"
        if extra is not None:
            yield from _extra(extra, f"{_place_beside(path)}[{index}]")
        if each is not None:
            yield from _primitive(element, each, at)
        elif extra is not None and element.codes:
            yield Issue(at, _NO_CODE, IssueCode.REQUIRED)
        elif extra is None:
            yield Issue(at, "must not be null without extensions beside it", IssueCode.STRUCTURE)


def _alone(element: Element, beside: Any, path: str) -> Iterator[Issue]:
    """The extensions of a primitive that has no value, which one of a closed list needs."""
    if element.codes:
        yield Issue(path, _NO_CODE, IssueCode.REQUIRED)
    if not element.is_list:
        yield from _extra(beside, path)
        return
    if not _is_list(beside) or all(each is None for each in beside):
        yield Issue(path, _NOT_A_LIST if beside != [] else _EMPTY_LIST, IssueCode.STRUCTURE)
        return
    for index, each in enumerate(beside):
        if each is not None:
            yield from _extra(each, f"{path}[{index}]")


def _place_beside(path: str) -> str:
    before, _, name = path.rpartition(".")
    return f"{before}._{name}"


def _extra(value: Any, path: str) -> Iterator[Issue]:
    kind = type_of("Element")
    assert kind is not None
    yield from _object(value, kind, path)


def _complex(element: Element, value: Any, path: str) -> Iterator[Issue]:
    if element.kind == "Resource":
        if isinstance(value, dict):
            yield from faults(value, path)
        else:
            yield Issue(path, "must be a resource", IssueCode.STRUCTURE)
        return
    kind = type_of(element.kind)
    assert kind is not None, element.kind
    yield from _object(value, kind, path)
    if not isinstance(value, dict):
        return
    if element.targets:
        yield from _target(value, element.targets, path)
    if element.codes:
        yield from _bound(value, element, path)


def _primitive(
    element: Element, value: Any, path: str, *, is_whole: bool = False
) -> Iterator[Issue]:
    # The id of a resource is an id, that of an element only text.
    kind = "string" if element.name == "id" and not is_whole else element.kind
    is_type, words = primitives.wrong(value, kind)
    if words:
        yield Issue(path, words, IssueCode.STRUCTURE if is_type else IssueCode.VALUE)
    elif element.codes and value not in element.codes:
        yield Issue(path, _none_of(value, element.codes), IssueCode.CODE_INVALID)


def _none_of(value: str, codes: frozenset[str]) -> str:
    listed = sorted(codes)
    shown = ", ".join(listed[:_LONGEST_LIST]) + (", ..." if len(listed) > _LONGEST_LIST else "")
    return f"“{value[:_SHOWN]}” is none of {shown}"


def _bound(value: dict[str, Any], element: Element, path: str) -> Iterator[Issue]:
    """A concept bound to a closed list holds one of its codes."""
    if element.kind == "Coding":
        codings: Any = [value]
    elif element.kind == "CodeableConcept":
        codings = value.get("coding")
    else:
        return
    if not isinstance(codings, list):
        codings = []
    sent = [each.get("code") for each in codings if isinstance(each, dict)]
    if not any(isinstance(code, str) and code in element.codes for code in sent):
        first = next((code for code in sent if isinstance(code, str)), "")
        yield Issue(path, _none_of(first, element.codes), IssueCode.CODE_INVALID)


def _target(value: dict[str, Any], kinds: frozenset[str], path: str) -> Iterator[Issue]:
    """Refuse a reference to a type that cannot stand here, as far as it names one."""
    reference, said = value.get("reference"), value.get("type")
    if isinstance(said, str) and is_resource(said) and said not in kinds:
        yield Issue(f"{path}.type", _none_of(said, kinds), IssueCode.VALUE)
    if not isinstance(reference, str) or reference.startswith("#"):
        return
    parts = reference.partition("?")[0].split("/")
    if ":" not in reference:
        if len(parts) in _REFERENCE_PARTS and parts[0] not in kinds:
            yield Issue(f"{path}.reference", _none_of(parts[0], kinds), IssueCode.VALUE)
    elif reference.startswith("http") and len(parts) > 2:
        plain = parts[:-2] if parts[-2] == "_history" else parts
        if is_resource(plain[-2]) and plain[-2] not in kinds:
            yield Issue(f"{path}.reference", _none_of(plain[-2], kinds), IssueCode.VALUE)
