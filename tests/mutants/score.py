"""What became of the mutants, module by module; status 1 where too many live."""

import json
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("var/mutants/mutants")
WANTED = 0.95
KILLED, SURVIVED = {1, 3}, {0}
# A mutant that ran out of time or that no test reached is "other" and never counts as killed.
OUTCOMES = ("killed", "survived", "other")


def main() -> int:
    """Print one line for each module, each survivor, and the share that was killed."""
    total: Counter[str] = Counter()
    for file in sorted(MUTANTS.rglob("*.py.meta")):
        ends = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        outcomes = {name: outcome(status) for name, status in ends.items() if status is not None}
        counted = Counter(outcomes.values())
        total += counted
        if counted:
            told = ", ".join(f"{counted[word]} {word}" for word in OUTCOMES if counted[word])
            print(f"{file.relative_to(MUTANTS).with_suffix('')}: {told}")
        for name, word in outcomes.items():
            if word != "killed":
                print(f"    {word}: {name}")
    made = total.total()
    print(f"{total['killed']} of {made} killed, {total['killed'] / max(made, 1):.1%}")
    return int(made == 0 or total["killed"] < WANTED * made)


def outcome(status: int) -> str:
    """What the exit status of a mutant's tests says of it."""
    if status in KILLED:
        return "killed"
    return "survived" if status in SURVIVED else "other"


if __name__ == "__main__":
    sys.exit(main())
