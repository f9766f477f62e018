"""Read a rota from CSV: role, start, end, and a person or a mailbox on each line."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Final

from alerts.rota_lines import Line, LineRefusedError, People, role_of, uid_of
from alerts.rota_plan import NewSlot
from staff.models import User

NEEDED: Final = ("role", "start", "end")
COLUMNS: Final = (*NEEDED, "person", "mailbox", "phone", "backup", "uid")


def read(text: Iterable[str], *, people: People, zone: tzinfo) -> Iterator[Line]:
    """Yield the lines; a time without an offset is the ward's. A bad line is yielded as a fault."""
    rows = csv.DictReader(text, skipinitialspace=True)
    columns = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
    unknown = set(columns) - set(COLUMNS)
    if unknown or not set(NEEDED) <= set(columns):
        yield Line(1, fault=f"The first line must name columns out of {', '.join(COLUMNS)}")
        return
    rows.fieldnames = columns
    for row in rows:
        cells = {name: (value or "").strip() for name, value in row.items() if name in COLUMNS}
        if not any(cells.values()):
            continue
        try:
            yield _line(rows.line_num, cells, people=people, zone=zone)
        except LineRefusedError as refusal:
            yield Line(rows.line_num, fault=str(refusal))


def _line(number: int, cells: Mapping[str, str], *, people: People, zone: tzinfo) -> Line:
    role = role_of(cells["role"])
    start, end = (_time(cells[name], name, zone) for name in ("start", "end"))
    slot = NewSlot(
        role=role,
        starts_at=start,
        ends_at=end,
        person=_person(cells.get("person", ""), people),
        mailbox=cells.get("mailbox", ""),
        phone=cells.get("phone", ""),
        backup=_person(cells.get("backup", ""), people),
    )
    # Without a name of its own, a line is what it says of role and start.
    series = cells.get("uid") or f"csv-{role}"
    return Line(number, uid=uid_of(series, start), series=series, slot=slot)


def _time(text: str, name: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise LineRefusedError(f"{name} “{text}” is no time; write 2026-03-10T07:30") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _person(name: str, people: People) -> User | None:
    if not name:
        return None
    person = people.find(name)
    if person is None:
        raise LineRefusedError(f"nobody has the user name or address “{name}”")
    return person
