"""What ICE is asked with: objects to name, a command and a sentence, drawn anew each time."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

NAMED: Final = 3
LONGEST_WORDS: Final = 60
_FEWEST_OBJECTS: Final = 2 * NAMED  # so that none of the last three must be asked again
_FEWEST_COMMANDS: Final = 2
_MOST: Final = 100
_TEXTS: Final = ("command", "sentence", "anchors")  # anchors: the age CAPD was judged by


@dataclass(frozen=True, slots=True)
class IceSet:
    """What a ward can ask with."""

    objects: tuple[str, ...]
    commands: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one check asks with, and what else it may, where something is not at hand."""

    objects: tuple[str, ...]
    command: str
    sentence: str
    spare_objects: tuple[str, ...] = ()
    spare_commands: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return it as a neuro check keeps it."""
        return {"objects": list(self.objects), "command": self.command, "sentence": self.sentence}


@cache
def shipped() -> IceSet:
    """The set that ships with the product."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return read(yaml.safe_load(text))


def read(given: Mapping[str, Any]) -> IceSet:
    """Return a set; raises ValueError, in words for the ward, for one too small to draw from."""
    objects = _words(given["objects"], fewest=_FEWEST_OBJECTS, what="objects to name")
    commands = _words(given["commands"], fewest=_FEWEST_COMMANDS, what="commands")
    (sentence,) = _words([given["sentence"]], fewest=1, what="sentence")
    return IceSet(objects, commands, sentence)


def draw(ice_set: IceSet, *, last: Mapping[str, Any] | None, key: bytes) -> Asked:
    """Draw three objects and a command, none of them from the last check.

    Chance comes from `key`: the same key draws the same, so that a page that is loaded
    again asks the same; who does not know the key cannot tell what comes.
    """
    last = last or {}
    used = last.get("objects") or ()
    objects = _shuffled(ice_set.objects, without=used, key=key)
    commands = _shuffled(ice_set.commands, without=[last.get("command")], key=key)
    return Asked(
        objects=tuple(objects[:NAMED]),
        command=commands[0],
        sentence=ice_set.sentence,
        spare_objects=tuple(each for each in objects[NAMED:] if each not in used),
        spare_commands=tuple(each for each in commands[1:] if each != last.get("command")),
    )


def check_asked(given: Any) -> dict[str, Any] | None:
    """Return what a check says it asked with; raises ValueError with words."""
    if not given:
        return None
    if not isinstance(given, dict) or not given.keys() <= {"objects", *_TEXTS}:
        raise ValueError(f"must hold objects, {', '.join(_TEXTS)} alone")
    objects, texts = given.get("objects") or [], [given.get(name) for name in _TEXTS]
    if not isinstance(objects, list) or len(objects) not in (0, NAMED):
        raise ValueError(f"must name {NAMED} objects")
    if not all(_is_text(each) for each in [*objects, *(text for text in texts if text)]):
        raise ValueError(f"must be words of at most {LONGEST_WORDS} characters")
    if len({each.casefold() for each in objects}) != len(objects):
        raise ValueError("must name different objects")
    return {name: each for name, each in given.items() if each}


def _words(given: Any, *, fewest: int, what: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(_is_text(each) for each in given):
        raise ValueError(f"{what}: must be words of at most {LONGEST_WORDS} characters")
    if len({each.casefold() for each in given}) != len(given):
        raise ValueError(f"{what}: each may be there once")
    if not fewest <= len(given) <= _MOST:
        raise ValueError(f"{what}: must be {fewest} to {_MOST}")
    return tuple(given)


def _is_text(given: Any) -> bool:
    return (
        isinstance(given, str)
        and bool(given.strip())
        and len(given) <= LONGEST_WORDS
        and given.isprintable()
    )


def _shuffled(given: Sequence[str], *, without: Iterable[Any], key: bytes) -> list[str]:
    """The words in an order that the key decides, those of the last check at the end."""
    used = set(without)
    return sorted(given, key=lambda word: (word in used, hmac.digest(key, word.encode(), "sha256")))
