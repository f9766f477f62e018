"""What is asked of the product and of the floor, and what a right answer holds."""

import itertools
import json
import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bench.load import Answer, Call, NextCall
from bench.server import Server
from bench.ward import FEVER, LOW_PRESSURE, WELL, Nurse

CHART: Final = "/api/v1/observations/"
FLOOR: Final = "/sets/"
# A course with one bad hour: an alert is raised by one set in ten, others repeat or close one.
# Each set with the grade that the answer must hold.
COURSE: Final = (
    *((WELL, 0),) * 8,
    *((FEVER, 1),) * 3,
    *((LOW_PRESSURE, 2),) * 2,
    (FEVER, 1),
    *((WELL, 0),) * 6,
)


@dataclass(slots=True)
class Contender:
    """One row of the benchmark: who is asked what, by how many clients.

    `base` names the floor of the same round; `stored` counts the sets that were answered 201.
    """

    name: str
    server: Server
    clients: Sequence[NextCall]
    base: str = ""
    stored: int = field(default=0)


def charting(
    nurses: Sequence[Nurse], *, mrns: Sequence[str], path: str, by_token: bool, graded: bool
) -> list[NextCall]:
    """One client for each nurse, each with patients of its own to chart for, in turn."""
    clients = []
    for number, nurse in enumerate(nurses):
        own = mrns[number :: len(nurses)]
        headers = _token_headers(nurse) if by_token else _session_headers(nurse)
        clients.append(_sets(own, path=path, headers=headers, graded=graded).__next__)
    return clients


def reading(
    nurses: Sequence[Nurse], *, path: str, fault_of: Callable[[Answer], str], known: bool = False
) -> list[NextCall]:
    """Clients that read one address; with `known` they hold the newest entity tag."""
    return [_reader(nurse, path=path, fault_of=fault_of, known=known) for nurse in nurses]


def tiles(count: int) -> Callable[[Answer], str]:
    """Check a whole board: every tile there, each with a name and a grade."""

    def fault_of(answer: Answer) -> str:
        if answer.status != 200:
            return f"status {answer.status}"
        shown = json.loads(answer.body)["tiles"]
        if len(shown) != count or not all(tile["name"] and tile["grade"] for tile in shown):
            return f"{len(shown)} whole tiles instead of {count}"
        return ""

    return fault_of


def row(answer: Answer) -> str:
    """Check the floor's page."""
    good = answer.status == 200 and json.loads(answer.body)["oxygen_device"] == "room_air"
    return "" if good else f"status {answer.status}, {answer.body[:200]!r}"


def _sets(
    mrns: Sequence[str], *, path: str, headers: dict[str, str], graded: bool
) -> Iterator[Call]:
    for values, grade in itertools.cycle(COURSE):
        for mrn in mrns:
            client_id = str(uuid.uuid4())
            # The clock is read for each set, so a patient's sets are in order and new.
            envelope = {
                "client_id": client_id,
                "patient": mrn,
                "taken_at": datetime.now(tz=UTC).isoformat(),
            }
            yield Call(
                "POST",
                path,
                headers,
                json.dumps(envelope | values, default=float).encode(),
                _stored(client_id, grade if graded else None),
            )


def _stored(client_id: str, grade: int | None) -> Callable[[Answer], str]:
    def fault_of(answer: Answer) -> str:
        if answer.status != 201:
            return f"status {answer.status}: {answer.body[:300]!r}"
        body: dict[str, Any] = json.loads(answer.body)
        if body["client_id"] != client_id or not body["id"]:
            return "the answer is about another set"
        if grade is not None and body["grades"]["astct_crs"]["grade"] != grade:
            return f"grade {body['grades']['astct_crs']} where {grade} was due"
        return ""

    return fault_of


def _reader(nurse: Nurse, *, path: str, fault_of: Callable[[Answer], str], known: bool) -> NextCall:
    tag = ""

    def check(answer: Answer) -> str:
        nonlocal tag
        if known and tag and answer.status == 304:
            return "a 304 with a body" if answer.body else ""
        # A label such as "5 min ago" moved on: the new tag is for the next request.
        tag = answer.headers.get("ETag", "") if known else ""
        return fault_of(answer)

    def next_call() -> Call:
        headers = _session_headers(nurse) | ({"If-None-Match": tag} if tag else {})
        return Call("GET", path, headers, None, check)

    return next_call


def _session_headers(nurse: Nurse) -> dict[str, str]:
    token = secrets.token_hex(16)
    return {
        "Content-Type": "application/json",
        "Cookie": f"sessionid={nurse.session}; csrftoken={token}",
        "X-CSRFToken": token,
    }


def _token_headers(nurse: Nurse) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {nurse.token}"}
