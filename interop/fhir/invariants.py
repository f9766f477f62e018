"""The rules of R4 that bind elements to each other, as far as resources read here meet them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Final

from interop.fhir.outcome import Issue, IssueCode

_REFERENCE: Final = re.compile(r"#?[^\s]*")
_DIV: Final = re.compile(r"\s*<div\b[^>]*http://www\.w3\.org/1999/xhtml[^>]*>.*</div>\s*", re.S)
_ACTIVE: Final = re.compile(
    r"<\s*(script|iframe|object|embed|form|base|link|head|body)\b|\son\w+\s*=", re.I
)
_DATE_LENGTHS: Final = {4, 7, 10}


def rules_for(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """What a resource breaks, itself and in each of its elements."""
    own = _OF_RESOURCES.get(resource["resourceType"])
    if own is not None:
        yield from own(resource, path)
    yield from _contained(resource, path)
    yield from _below(resource, path)


def _below(value: Any, path: str) -> Iterator[Issue]:
    for name, each in value.items():
        where = f"{path}.{name}"
        for index, part in enumerate(each if isinstance(each, list) else [each]):
            if isinstance(part, dict):
                at = f"{where}[{index}]" if isinstance(each, list) else where
                yield from _element(name, part, at)
                yield from _below(part, at)


def _element(name: str, part: dict[str, Any], path: str) -> Iterator[Issue]:
    if "resourceType" in part and name in {"resource", "contained"}:
        yield from rules_for_nested(part, path)
    if name.endswith("uantity") or {"value", "comparator"} <= part.keys():
        yield from _quantity(part, path)
    if name == "extension" or name == "modifierExtension":
        yield from _extension(part, path)
    if "start" in part and "end" in part and (name.endswith("eriod")):
        yield from _period(part, path)
    if name == "telecom" and part.get("value") and not part.get("system"):
        yield _broken(path, "a way to reach somebody with a value says its system (cpt-2)")
    if name == "text" and "div" in part:
        yield from _narrative(part, path)
    if isinstance(part.get("reference"), str) and not _REFERENCE.fullmatch(part["reference"]):
        yield _broken(f"{path}.reference", "a reference holds no blanks")


def rules_for_nested(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """The rules of a type, for a resource within another."""
    own = _OF_RESOURCES.get(resource["resourceType"])
    if own is not None:
        yield from own(resource, path)


def _quantity(part: dict[str, Any], path: str) -> Iterator[Issue]:
    if "code" in part and "system" not in part:
        yield _broken(path, "a unit with a code says the system of the code (qty-3)")


def _extension(part: dict[str, Any], path: str) -> Iterator[Issue]:
    has_value = any(name.startswith(("value", "_value")) for name in part)
    if has_value == bool(part.get("extension")):
        yield _broken(path, "an extension has either extensions or a value (ext-1)")


def _period(part: dict[str, Any], path: str) -> Iterator[Issue]:
    start, end = part["start"], part["end"]
    if isinstance(start, str) and isinstance(end, str) and _is_after(start, end):
        yield _broken(path, "the start of a period is not after its end (per-1)")


def _is_after(start: str, end: str) -> bool:
    """Whether a time is after another, as far as both are precise."""
    if len(start) in _DATE_LENGTHS or len(end) in _DATE_LENGTHS:
        shared = min(len(start), len(end), 10)
        return start[:shared] > end[:shared]
    try:
        return datetime.fromisoformat(start) > datetime.fromisoformat(end)
    except (ValueError, TypeError):
        return False


def _narrative(part: dict[str, Any], path: str) -> Iterator[Issue]:
    div = part["div"]
    fine = isinstance(div, str) and _DIV.fullmatch(div) and not _ACTIVE.search(div)
    if not fine or not _is_balanced(div):
        yield _broken(f"{path}.div", "a narrative is one div of XHTML without active content")


class _Tags(HTMLParser):
    """Follows which tags are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.is_balanced = True

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Nothing stays open."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.is_balanced = False


def _is_balanced(div: str) -> bool:
    """Whether every tag that is opened is closed, as XHTML wants it."""
    tags = _Tags()
    tags.feed(div)
    tags.close()
    return tags.is_balanced and not tags.open


def _contained(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    named = {each.get("id") for each in resource.get("contained") or () if isinstance(each, dict)}
    for index, each in enumerate(resource.get("contained") or ()):
        at = f"{path}.contained[{index}]"
        if "contained" in each:
            yield _broken(at, "a contained resource contains none itself (dom-2)")
        if not each.get("id"):
            yield _broken(at, "a contained resource has an id")
    for where, reference in _references(resource, path):
        if reference.startswith("#") and len(reference) > 1 and reference[1:] not in named:
            yield _broken(where, f"“{reference[:60]}” is not contained (ref-1)")


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str):
            yield f"{path}.reference", reference
        for name, each in value.items():
            if name != "resource":
                yield from _references(each, f"{path}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _references(each, f"{path}[{index}]")


def _observation(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    has_value = any(name.startswith("value") for name in resource)
    if has_value and "dataAbsentReason" in resource:
        yield _broken(path, "a value and a reason for its absence exclude each other (obs-6)")
    own = _codings(resource.get("code"))
    for index, part in enumerate(resource.get("component") or ()):
        if has_value and own and own & _codings(part.get("code")):
            at = f"{path}.component[{index}]"
            yield _broken(at, "a component repeats the code of a valued observation (obs-7)")
    yield from _ranges(resource, path)
    for index, part in enumerate(resource.get("component") or ()):
        yield from _ranges(part, f"{path}.component[{index}]")


def _ranges(part: dict[str, Any], path: str) -> Iterator[Issue]:
    for index, each in enumerate(part.get("referenceRange") or ()):
        if not {"low", "high", "text"} & each.keys():
            yield _broken(
                f"{path}.referenceRange[{index}]", "a range has a low, a high or a text (obs-3)"
            )


def _codings(concept: Any) -> set[tuple[Any, Any]]:
    if not isinstance(concept, dict):
        return set()
    return {(each.get("system"), each.get("code")) for each in concept.get("coding") or ()}


def _bundle(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    kind = resource.get("type")
    wants_request = kind in {"batch", "transaction", "history"}
    seen: set[str] = set()
    for index, entry in enumerate(resource.get("entry") or ()):
        at = f"{path}.entry[{index}]"
        if wants_request != ("request" in entry):
            yield _broken(
                at, f"a {kind} entry {'has' if wants_request else 'has no'} request (bdl-3)"
            )
        if not {"resource", "request", "response"} & entry.keys():
            yield _broken(at, "an entry has a resource, a request or a response (bdl-5)")
        full = entry.get("fullUrl")
        version = ((entry.get("resource") or {}).get("meta") or {}).get("versionId")
        if full and kind != "history" and f"{full}|{version}" in seen:
            yield _broken(at, "a fullUrl stands once in a Bundle (bdl-7)")
        seen.add(f"{full}|{version}")
        if isinstance(full, str) and "/_history/" in full:
            yield _broken(at, "a fullUrl names no version (bdl-8)")
    if kind not in {"searchset", "history"} and "total" in resource:
        yield _broken(path, "only a searchset or history has a total (bdl-1)")


def _patient(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    for index, each in enumerate(resource.get("contact") or ()):
        if not {"name", "telecom", "address", "organization"} & each.keys():
            yield _broken(f"{path}.contact[{index}]", "a contact says who or where (pat-1)")


def _broken(path: str, words: str) -> Issue:
    return Issue(path, words, IssueCode.INVARIANT)


_OF_RESOURCES: Final[dict[str, Callable[[dict[str, Any], str], Iterator[Issue]]]] = {
    "Observation": _observation,
    "Bundle": _bundle,
    "Patient": _patient,
}
