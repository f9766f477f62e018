"""The rules of R4 that bind elements to each other, as far as resources read here meet them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Final

from interop.fhir.outcome import Issue, IssueCode
from interop.fhir.r4.rules import has
from interop.fhir.r4.table import is_resource

_REFERENCE: Final = re.compile(r"#?[^\s]*")
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_DIV: Final = re.compile(
    rf"""\s*<div\b[^>]*xmlns=["']{re.escape(_XHTML)}["'][^>]*>.*</div>\s*""", re.S
)
_ACTIVE: Final = re.compile(r"\son\w+\s*=|javascript:", re.I)
# The elements that a narrative may hold (txt-1).
_NAMES: Final = (
    "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div "
    "dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li map ol p pre q samp small span strong sub "
    "sup table tbody td tfoot th thead tr tt ul var"
)
_TAGS: Final = frozenset(_NAMES.split())
_DECLARED: Final = re.compile(r"<[!?](?!--)")
_AMPERSAND: Final = re.compile(r"&(?!#\d+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
# Where a server of FHIR keeps a resource: its last part is the id.
_REST: Final = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S*")
_EXTENSIONS: Final = ("extension", "modifierExtension")
_CODINGS: Final = frozenset({"coding", "valueCoding", "tag", "security", "class"})
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
    if "start" in part and "end" in part and (name.endswith("eriod")):
        yield from _period(part, path)
    if name == "text" and "div" in part:
        yield from _narrative(part, path)
    if name in _EXTENSIONS and not _is_absolute(part.get("url")) and not _is_within(path):
        yield _broken(f"{path}.url", "only an extension within another has a relative address")
    if name in _CODINGS and not _is_absolute(part.get("system")):
        yield _broken(f"{path}.system", "the system of a code is an absolute address")
    if isinstance(part.get("reference"), str) and not _REFERENCE.fullmatch(part["reference"]):
        yield _broken(f"{path}.reference", "a reference holds no blanks")


def _is_absolute(address: Any) -> bool:
    """Whether an address, where there is one, says its scheme."""
    return not isinstance(address, str) or _ABSOLUTE.fullmatch(address) is not None


def _is_within(path: str) -> bool:
    """Whether an extension stands in another one."""
    return path.rpartition(".")[0].rpartition(".")[2].partition("[")[0] in _EXTENSIONS


def rules_for_nested(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    """The rules of a type, for a resource within another."""
    own = _OF_RESOURCES.get(resource["resourceType"])
    if own is not None:
        yield from own(resource, path)


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
    if not fine or _DECLARED.search(div) or _AMPERSAND.search(div) or not _is_balanced(div):
        yield _broken(f"{path}.div", "a narrative is one div of XHTML without active content")


class _Tags(HTMLParser):
    """Follows which tags are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.is_balanced = True
        self.has_begun = False
        self.says_something = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.is_balanced &= bool(self.open) or not self.has_begun
        self.has_begun = True
        self.open.append(tag)
        self._saw(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Nothing stays open."""
        self._saw(tag)

    def handle_data(self, data: str) -> None:
        self.says_something |= bool(data.strip())

    def _saw(self, tag: str) -> None:
        self.is_balanced &= tag in _TAGS
        self.says_something |= tag == "img"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.is_balanced = False


def _is_balanced(div: str) -> bool:
    """Whether every tag is allowed and closed, as XHTML wants it, and something is said."""
    tags = _Tags()
    tags.feed(div)
    tags.close()
    return tags.is_balanced and tags.says_something and not tags.open


def _contained(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    named = {each.get("id") for each in resource.get("contained") or () if isinstance(each, dict)}
    said = set(_texts(resource)) if named else set()
    if len(named) < len(resource.get("contained") or ()):
        yield _broken(f"{path}.contained", "each contained resource has an id of its own")
    for index, each in enumerate(resource.get("contained") or ()):
        at = f"{path}.contained[{index}]"
        if "contained" in each:
            yield _broken(at, "a contained resource contains none itself (dom-2)")
        if not each.get("id"):
            yield _broken(at, "a contained resource has an id")
        elif f"#{each['id']}" not in said and "#" not in set(_texts(each)):
            yield _broken(at, "a contained resource is referred to (dom-3)")
        meta = each.get("meta") or {}
        for key, name in (("dom-4", "versionId"), ("dom-4", "lastUpdated"), ("dom-5", "security")):
            if name in meta:
                yield _broken(f"{at}.meta.{name}", f"a contained resource has none ({key})")
    for where, reference in _references(resource, path):
        if reference.startswith("#") and len(reference) > 1 and reference[1:] not in named:
            yield _broken(where, f"“{reference[:60]}” is not contained (ref-1)")


def _texts(value: Any) -> Iterator[str]:
    """Every text within, for an address may be of any type that holds one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


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
    has_value = has(resource, "value")
    if has_value and "dataAbsentReason" in resource:
        yield _broken(path, "a value and a reason for its absence exclude each other (obs-6)")
    own = _codings(resource.get("code"))
    for index, part in enumerate(resource.get("component") or ()):
        if has_value and own and own & _codings(part.get("code")):
            at = f"{path}.component[{index}]"
            yield _broken(at, "a component repeats the code of a valued observation (obs-7)")


def _codings(concept: Any) -> set[tuple[Any, Any]]:
    if not isinstance(concept, dict):
        return set()
    return {(each.get("system"), each.get("code")) for each in concept.get("coding") or ()}


def _bundle(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    kind = resource.get("type")
    seen: set[str] = set()
    for index, entry in enumerate(resource.get("entry") or ()):
        at = f"{path}.entry[{index}]"
        yield from _entry(entry, kind, at)
        full = entry.get("fullUrl")
        version = ((entry.get("resource") or {}).get("meta") or {}).get("versionId")
        if full and kind != "history" and f"{full}|{version}" in seen:
            yield _broken(at, "a fullUrl stands once in a Bundle (bdl-7)")
        seen.add(f"{full}|{version}")
    if kind not in {"searchset", "history"} and "total" in resource:
        yield _broken(path, "only a searchset or history has a total (bdl-1)")
    if kind == "document":
        yield from _document(resource, path)
    if kind == "message" and _first_type(resource) not in {"MessageHeader", None}:
        yield _broken(path, "a message begins with its MessageHeader (bdl-12)")


# What an entry has in some kinds of Bundle, and in no other.
_ASIDE: Final = (
    ("request", "bdl-3", frozenset({"batch", "transaction", "history"})),
    ("response", "bdl-4", frozenset({"batch-response", "transaction-response", "history"})),
)


def _entry(entry: dict[str, Any], kind: Any, at: str) -> Iterator[Issue]:
    for name, key, kinds in _ASIDE:
        if (kind in kinds) != (name in entry):
            said = "has" if kind in kinds else "has no"
            yield _broken(at, f"a {kind} entry {said} {name} ({key})")
    if "search" in entry and kind != "searchset":
        yield _broken(at, f"a {kind} entry has no search (bdl-2)")
    if not {"resource", "request", "response"} & entry.keys():
        yield _broken(at, "an entry has a resource, a request or a response (bdl-5)")
    full = entry.get("fullUrl")
    if isinstance(full, str) and "/_history/" in full:
        yield _broken(at, "a fullUrl names no version (bdl-8)")
    if not _is_absolute(full):
        yield _broken(f"{at}.fullUrl", "a fullUrl is an absolute address")
    own = (entry.get("resource") or {}).get("id")
    place = _REST.fullmatch(full) if isinstance(full, str) else None
    if own and place and is_resource(place[1]) and place[2] != own:
        yield _broken(f"{at}.fullUrl", "a fullUrl ends with the id of its resource")


def _document(resource: dict[str, Any], path: str) -> Iterator[Issue]:
    if not {"system", "value"} <= (resource.get("identifier") or {}).keys():
        yield _broken(path, "a document has an identifier with system and value (bdl-9)")
    if "timestamp" not in resource:
        yield _broken(path, "a document has a timestamp (bdl-10)")
    if _first_type(resource) not in {"Composition", None}:
        yield _broken(path, "a document begins with its Composition (bdl-11)")


def _first_type(resource: dict[str, Any]) -> Any:
    first = (resource.get("entry") or [{}])[0]
    return (first.get("resource") or {}).get("resourceType")


def _broken(path: str, words: str) -> Issue:
    return Issue(path, words, IssueCode.INVARIANT)


_OF_RESOURCES: Final[dict[str, Callable[[dict[str, Any], str], Iterator[Issue]]]] = {
    "Observation": _observation,
    "Bundle": _bundle,
}
