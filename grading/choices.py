"""The choices about the CRS table read from words, such as `vasopressin_alone_grade=2`."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from grading.rules.crs_astct import CHOICES, DEFAULT_POLICY, RULESET, CrsPolicy
from grading.rules.ruleset import Choice

EDITIONS: Final = (RULESET,)

# A grade must not carry the name of a choice that had no part in it.
_NOT_READ: Final = {
    "vasopressor_overlap_minutes": "which infusions run together is charted, not worked out",
    "treatment_before_fever_waives_it": "a course knows only the drugs given since it began",
}
KNOWN: Final[dict[str, Choice]] = {
    choice.field: choice for choice in CHOICES if choice.field not in _NOT_READ
}
_TYPE_OF: Final = {field.name: field.type for field in fields(CrsPolicy)}
_YES_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,4}")


class ChoiceRefusedError(ValueError):
    """An edition, a choice or a value that is not known; the message names those that are."""


def policy_for(*, edition: str | None = None, choices: Sequence[str] = ()) -> CrsPolicy:
    """Return the policy of an edition with these choices, each written as NAME=VALUE.

    Nothing at all is the current edition as the door uses it. Raises
    ChoiceRefusedError, with the names that are known.
    """
    if edition is not None and edition not in EDITIONS:
        raise ChoiceRefusedError(
            f"There is no edition “{edition}”; known are: {', '.join(EDITIONS)}."
        )
    values: dict[str, Any] = {}
    for words in choices:
        name, _, text = words.partition("=")
        if name not in KNOWN:
            raise ChoiceRefusedError(_not_a_choice(name))
        if name in values:
            raise ChoiceRefusedError(f"“{name}” was given twice; which value is meant?")
        values[name] = _value(name, text)
    try:
        return replace(DEFAULT_POLICY, **values)
    except ValueError as error:  # says which choice, and its bounds
        raise ChoiceRefusedError(f"{error}.") from error


def changed(policy: CrsPolicy) -> dict[str, Any]:
    """The choices that are not the default, by name; a long ruleset name has only their digest."""
    return {
        field.name: getattr(policy, field.name)
        for field in fields(policy)
        if getattr(policy, field.name) != getattr(DEFAULT_POLICY, field.name)
    }


def in_words(policy: CrsPolicy) -> str:
    """The edition and the codes of its choices in full, in under 150 letters."""
    differing = changed(policy)
    said = [f"{each.code}={differing[each.field]}" for each in CHOICES if each.field in differing]
    return f"{RULESET} with {', '.join(said)}" if said else RULESET


def _value(name: str, text: str) -> Any:
    kind = _TYPE_OF[name]
    if kind is bool:
        if text.lower() not in _YES_NO:
            raise ChoiceRefusedError(f"{name} must be yes or no, not “{text}”.")
        return _YES_NO[text.lower()]
    may_be_none = kind is not int
    if may_be_none and text.lower() == "none":
        return None
    if not _WHOLE_NUMBER.fullmatch(text):
        or_none = " or none" if may_be_none else ""
        raise ChoiceRefusedError(
            f"{name} must be a whole number of up to four digits{or_none}, not “{text}”."
        )
    return int(text)


def _not_a_choice(name: str) -> str:
    if name in _NOT_READ:
        return f"“{name}” decides nothing about stored sets: {_NOT_READ[name]}."
    known = "; ".join(
        f"{field}={_said(getattr(DEFAULT_POLICY, field))} ({choice.words})"
        for field, choice in KNOWN.items()
    )
    return f"There is no choice “{name}”; known are, with their defaults: {known}."


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
