"""Read files of FHIR: Bundles, single resources, and one resource a line (ndjson)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from interop.fhir import text
from interop.fhir.outcome import FhirError

_NDJSON: Final = frozenset({".ndjson", ".jsonl"})
# One document is read whole, at about eleven times its size; ndjson is read line by line.
LARGEST_FILE_BYTES: Final = 64 * 1024 * 1024
LARGEST_LINE_BYTES: Final = text.LARGEST_BODY_BYTES


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of a file: its number, its place, and itself, or what is wrong instead."""

    file: int
    number: int
    where: str
    resource: dict[str, Any] | None
    full_url: str = ""
    problem: str = ""
    raw: str = ""


def items_of(path: Path, file: int) -> Iterator[Item]:
    """Every resource of a file, each once; a file that is no JSON is one item that says so.

    Raises OSError when the file cannot be read.
    """
    if path.suffix.casefold() in _NDJSON:
        yield from _lines(path, file)
        return
    if path.stat().st_size > LARGEST_FILE_BYTES:
        most = f"over {LARGEST_FILE_BYTES // 2**20} MB, too large for one document"
        yield Item(file, 1, "", None, problem=f"is {most}: send several Bundles, or ndjson")
        return
    body = path.read_bytes()
    try:
        document = text.checked(text.document(body))
    except FhirError as error:
        if _looks_like_lines(body):
            yield from _lines(path, file)
            return
        yield _broken(file, 1, "", body, error)
        return
    yield from _parts(document, file, "", start=1)


def _lines(path: Path, file: int) -> Iterator[Item]:
    number = 0
    with path.open("rb") as stream:
        for line in iter(lambda: stream.readline(LARGEST_LINE_BYTES + 1), b""):
            if not line.strip():
                continue
            number += 1
            where = f"line {number}"
            try:
                document = text.checked(text.document(line))
            except FhirError as error:
                yield _broken(file, number, where, line, error)
                continue
            found = list(_parts(document, file, where, start=number))
            yield from found
            number += len(found) - 1


def _parts(document: dict[str, Any], file: int, where: str, *, start: int) -> Iterator[Item]:
    """A resource as it is; of a Bundle every entry."""
    entries = document.get("entry")
    if document["resourceType"] != "Bundle" or not isinstance(entries, list) or not entries:
        yield Item(file, start, where, document)
        return
    before = f"{where} " if where else ""
    for index, entry in enumerate(entries):
        place = f"{before}Bundle.entry[{index}]"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            raw = text.write(entry).decode()
            yield Item(file, start + index, place, None, problem="an entry without a resource",
                       raw=raw)  # fmt: skip
            continue
        full = entry.get("fullUrl")
        address = full if isinstance(full, str) else ""
        yield Item(file, start + index, f"{place}.resource", resource, address)


def _broken(file: int, number: int, where: str, body: bytes, error: FhirError) -> Item:
    raw = body[:100_000].decode("utf-8", "replace")
    return Item(file, number, where, None, problem=str(error), raw=raw)


def _looks_like_lines(body: bytes) -> bool:
    first, _, rest = body.lstrip().partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
