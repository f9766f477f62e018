"""The gate for every resource: the definitions of R4, then the rules between elements.

The maintained model classes are those of R4B, which has other types and elements than R4;
they stand beside this in the tests, as its judge for what both have (see the decision record).
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from interop.fhir.invariants import rules_for
from interop.fhir.outcome import Issue
from interop.fhir.profiles import declared
from interop.fhir.r4 import rules, structure

MOST: Final = 50


def faults(resource: dict[str, Any]) -> list[Issue]:
    """Everything that is wrong with a resource, with paths; nothing for a valid one."""
    kind = str(resource.get("resourceType"))
    found = list(islice(structure.faults(resource, kind), MOST))
    # Rules rest on elements of the right form.
    return found or list(islice(_rules(resource, kind), MOST))


def _rules(resource: dict[str, Any], kind: str) -> Iterator[Issue]:
    yield from rules.broken(resource, kind)
    yield from rules_for(resource, kind)
    yield from declared(resource, kind)


def expression(kind: str, places: Sequence[str | int]) -> str:
    """A path as FHIRPath writes it: Observation.component[0].valueQuantity."""
    parts = [kind]
    for place in places:
        if isinstance(place, int):
            parts[-1] += f"[{place}]"
        elif str(place) != "root":
            parts.append(str(place))
    return ".".join(parts)
