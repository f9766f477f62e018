"""The packages that are locked for running, and the scripts that are served to browsers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / "requirements" / "run.txt"
VENDORED: Final = ROOT / "static" / "vendor" / "manifest.json"
_PIN: Final = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[(?P<extras>[^\]]+)\])?==(?P<version>\S+)"
    r"(?: ; (?P<where>.*?))? \\$"
)
_ASKED_BY: Final = re.compile(r"^    #(?: via |   )(?:-r )?(?P<name>[a-z0-9][a-z0-9._-]*)$")


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock; `where` is the marker that limits it to some machines."""

    name: str
    version: str
    where: str
    asked_by: tuple[str, ...]
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Script:
    """One file of another project that browsers get from us."""

    name: str
    version: str
    licence: str
    sha256: str


def pins(lock: Path = LOCK) -> list[Pin]:
    """Return the packages of a lock, by name; of the one for running unless told."""
    return sorted(_pins(lock.read_text(encoding="ascii")), key=lambda pin: (pin.name, pin.version))


def scripts() -> list[Script]:
    """Return the vendored scripts; a test holds their files against these digests."""
    entries = json.loads(VENDORED.read_text(encoding="utf-8"))["files"]
    return [Script(e["name"], e["version"], e["licence"], e["sha256"]) for e in entries]


def digest() -> str:
    """Return the SHA-256 of the lock."""
    return sha256(LOCK.read_bytes()).hexdigest()


def _pins(text: str) -> Iterator[Pin]:
    for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE):
        first, *others = block.splitlines() or [""]
        found = _PIN.match(first)
        if found:
            via = (_ASKED_BY.match(line) for line in others)
            asked_by = tuple(sorted(each["name"] for each in via if each))
            extras = frozenset((found["extras"] or "").replace(",", " ").split())
            yield Pin(found["name"], found["version"], found["where"] or "", asked_by, extras)
