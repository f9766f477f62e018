"""The gate for every resource: the maintained model classes, and what they leave open.

The classes are those of R4B, which for the types read here are R4 (see the decision
record). They accept some text where JSON wants a number; the walk beside them does not.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final

from interop.fhir.invariants import rules_for
from interop.fhir.outcome import Issue, IssueCode
from interop.fhir.vocabulary import BOUND, closed_words

_KINDS: Final = {
    "missing": IssueCode.REQUIRED,
    "model_field_validation.missing": IssueCode.REQUIRED,
    "extra_forbidden": IssueCode.STRUCTURE,
    "list_type": IssueCode.STRUCTURE,
}
MOST: Final = 50
LONGEST_ID: Final = 64
_ADDRESSES: Final = frozenset({"Uri", "Url", "Canonical", "Oid", "Uuid"})
_FORM: Final = re.compile(r", ([A-Z]\w+)\([^()]*\)\]")
_BLANK: Final = re.compile(r"\s")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def faults(resource: dict[str, Any]) -> list[Issue]:
    """Everything that is wrong with a resource, with paths; nothing for a valid one."""
    from pydantic import ValidationError

    kind = resource["resourceType"]
    model = model_class(kind)
    if model is None:
        words = f"there is no resource type {kind}"
        return [Issue("resourceType", words, IssueCode.NOT_SUPPORTED)]
    try:
        read = model.model_validate(resource)
    except ValidationError as error:
        return [_from_model(kind, each) for each in error.errors()[:MOST]]
    # The classes raise these for some shapes that no schema foresaw.
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
        words = f"is not a {kind}: {type(error).__name__}"
        return [Issue(kind, words, IssueCode.STRUCTURE)]
    found = list(_walk(read, resource, kind))
    return found[:MOST] or list(rules_for(resource, kind))[:MOST]


def model_class(kind: str) -> Any:
    """The class of a resource type; None where there is none."""
    from fhir.resources.R4B import get_fhir_model_class
    from fhir.resources.R4B.resource import Resource

    try:
        found = get_fhir_model_class(kind)
    except (ValueError, LookupError, ImportError):
        return None
    return found if issubclass(found, Resource) and found is not Resource else None


def _from_model(kind: str, error: Any) -> Issue:
    words = str(error["msg"]).removeprefix("Value error, ")
    where = expression(kind, error["loc"])
    return Issue(where, words, _KINDS.get(error["type"], IssueCode.VALUE))


def expression(kind: str, places: Sequence[str | int]) -> str:
    """A path as FHIRPath writes it: Observation.component[0].valueQuantity."""
    parts = [kind]
    for place in places:
        if isinstance(place, int):
            parts[-1] += f"[{place}]"
        elif str(place) != "root":
            parts.append(str(place))
    return ".".join(parts)


def _walk(read: Any, raw: Any, path: str) -> Iterator[Issue]:
    """Hold what the class read beside what was sent: same JSON types, closed words, no blanks."""
    if not isinstance(raw, dict):
        yield Issue(path, "must be an object", IssueCode.STRUCTURE)
        return
    if not raw.keys() - {"resourceType"} and not _is_resource(read):
        yield Issue(path, "must not be empty (ele-1)", IssueCode.INVARIANT)
    fields = _fields_of(type(read))
    for name, sent in raw.items():
        where = f"{path}.{name}"
        attribute = fields.get(name)
        if attribute is None or name == "resourceType":
            continue
        if sent is None:
            yield Issue(where, "must not be null", IssueCode.STRUCTURE)
            continue
        found = getattr(read, attribute)
        yield from _field(read, attribute, found, sent, where)


def _field(read: Any, attribute: str, found: Any, sent: Any, where: str) -> Iterator[Issue]:
    extra = type(read).model_fields[attribute].json_schema_extra or {}
    if isinstance(sent, list):
        if not sent:
            yield Issue(where, "a list must not be empty", IssueCode.STRUCTURE)
        if isinstance(found, list):
            for index, (each, raw) in enumerate(zip(found, sent, strict=False)):
                if raw is not None:
                    yield from _value(read, attribute, each, raw, f"{where}[{index}]", extra)
        return
    if isinstance(found, list):
        yield Issue(where, "must be a list", IssueCode.STRUCTURE)
        return
    yield from _value(read, attribute, found, sent, where, extra)


def _value(
    read: Any, attribute: str, found: Any, sent: Any, where: str, extra: Any
) -> Iterator[Issue]:
    if hasattr(type(found), "model_fields"):
        yield from _walk(found, sent, where)
        if "enum_reference_types" in extra:
            yield from _target(sent, extra["enum_reference_types"], where)
        return
    words = _wrong_type(found, sent)
    if words:
        yield Issue(where, words, IssueCode.STRUCTURE)
        return
    if isinstance(sent, str):
        if not sent.strip():
            yield Issue(where, "must not be blank", IssueCode.VALUE)
            return
        model: Any = type(read)
        words = _ill_formed(sent, _form_of(model, attribute))
        if words:
            yield Issue(where, words, IssueCode.VALUE)
            return
        known = closed_words(type(read).__name__, attribute, extra)
        if known and sent not in known:
            shown = ", ".join(sorted(known))
            yield Issue(where, f"“{sent[:40]}” is none of {shown}", IssueCode.CODE_INVALID)


def _ill_formed(sent: str, form: str) -> str:
    """Say what is wrong with text whose type has a form that the classes do not hold it to."""
    if form == "Id" and len(sent) > LONGEST_ID:
        return f"an id has at most {LONGEST_ID} characters"
    if form in _ADDRESSES and _BLANK.search(sent):
        return "an address holds no blanks"
    if form == "Base64Binary" and not _BASE64.fullmatch("".join(sent.split())):
        return "is not base64"
    return ""


@cache
def _form_of(model: Any, attribute: str) -> str:
    """The name of the primitive type of an element, as its class declares it."""
    found = _FORM.search(str(model.model_fields[attribute].annotation))
    return found[1] if found else ""


def _wrong_type(found: Any, sent: Any) -> str:
    """Say which JSON type was wanted, where another was sent."""
    if isinstance(found, bool):
        return "" if isinstance(sent, bool) else "must be true or false"
    if isinstance(found, int):
        fine = isinstance(sent, int) and not isinstance(sent, bool)
        return "" if fine else "must be a whole number"
    if isinstance(found, Decimal | float):
        fine = isinstance(sent, int | Decimal) and not isinstance(sent, bool)
        return "" if fine else "must be a number"
    if isinstance(found, str | bytes | date | datetime | time):
        return "" if isinstance(sent, str) else "must be text"
    return ""


def _target(sent: dict[str, Any], kinds: Sequence[str], where: str) -> Iterator[Issue]:
    """Refuse a relative reference to a type that cannot stand here."""
    reference = sent.get("reference")
    if not isinstance(reference, str) or "Resource" in kinds or "/" not in reference:
        return
    parts = reference.split("/")
    if ":" not in reference and len(parts) in (2, 4) and parts[0] not in kinds:
        words = f"“{parts[0][:40]}” is none of {', '.join(kinds)}"
        yield Issue(f"{where}.reference", words, IssueCode.VALUE)


def _is_resource(read: Any) -> bool:
    return hasattr(type(read), "get_resource_type") and "resource_type" in type(read).model_fields


_FIELDS: dict[type, dict[str, str]] = {}


def _fields_of(model: type) -> dict[str, str]:
    """JSON name to attribute, asked of a class once."""
    if model not in _FIELDS:
        _FIELDS[model] = {
            info.alias or name: name
            for name, info in model.model_fields.items()  # type: ignore[attr-defined]
        }
    return _FIELDS[model]


__all__ = ["BOUND", "expression", "faults", "model_class"]
