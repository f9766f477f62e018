"""Count what became of every resource, and write down each that was not charted whole."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from interop.csv.outcomes import Outcome
from interop.fhir import text
from interop.fhir.files import Item
from interop.fhir.reasons import Refusal
from interop.rejects import LateFile

MOST_WARNINGS: Final = 50


@dataclass(slots=True)
class FileCount:
    """What became of the resources of one file."""

    name: str
    received: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The file's line of the summary."""
        counts = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {"name": self.name, "received": self.received, **counts}


class Rejects(LateFile):
    """One JSON line for every part that was not charted, made when the first one comes."""

    def write(self, name: str, item: Item, refusal: Refusal) -> None:
        """Add one line: where it stands, what is wrong, and the resource itself."""
        if self._path is None:
            return
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._stream = self._path.open("w", encoding="utf-8")
        line = {
            "file": name,
            "number": item.number,
            "where": item.where,
            "path": refusal.path,
            "outcome": refusal.outcome.value,
            "reason": refusal.reason,
            "explanation": refusal.words,
        }
        content = text.write(item.resource).decode() if item.resource else json.dumps(item.raw)
        head = json.dumps(line, ensure_ascii=False)[:-1]
        self._stream.write(f'{head}, "resource": {content}}}\n')


class Tally:
    """The summary as it grows; received is always the sum of the four outcomes."""

    def __init__(self, names: list[str], rejects: Rejects) -> None:
        """Begin with nothing counted."""
        self.files = [FileCount(name) for name in names]
        self.reasons: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.parts_refused = 0
        self.derived = 0
        self.patients_registered = 0
        self.sets = 0
        self.failed = False
        self._warnings: Counter[str] = Counter()
        self._rejects = rejects

    def count(self, item: Item, outcome: Outcome, refusals: list[Refusal]) -> None:
        """Count one resource; a part refused of one that was stored is counted beside it."""
        tally = self.files[item.file]
        tally.received += 1
        tally.outcomes[outcome] += 1
        kind = (item.resource or {}).get("resourceType", "")
        self.kinds[f"{kind or 'none'} {outcome.value}"] += 1
        for refusal in refusals:
            self.reasons[refusal.reason] += 1
            self._rejects.write(tally.name, item, refusal)
        if outcome is Outcome.STORED:
            self.parts_refused += len(refusals)

    def warn(self, words: str) -> None:
        """Add a sentence that a person should read."""
        self._warnings[words] += 1

    def as_json(self) -> dict[str, Any]:
        """The whole summary."""
        files = [each.as_json() for each in self.files]
        counted = ("received", *(outcome.value for outcome in Outcome))
        return {
            **{name: sum(each[name] for each in files) for name in counted},
            "files": files,
            "reasons": dict(sorted(self.reasons.items())),
            "resources": dict(sorted(self.kinds.items())),
            "parts_refused": self.parts_refused,
            "derived": self.derived,
            "patients_registered": self.patients_registered,
            "sets": self.sets,
            "warnings": [
                words if times == 1 else f"{words} ({times} times)"
                for words, times in list(self._warnings.items())[:MOST_WARNINGS]
            ],
        }
