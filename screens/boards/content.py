"""A whole board as JSON, and the tag that says whether it is still the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import orjson

from alerts import rulebook
from screens.boards import header, plan, reading, urgency
from screens.boards.kept import Drawn, Kept
from screens.boards.tile import Place, tile
from staff.models import Ward

TILES: Final = Kept(tile)


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown; `json` is the whole answer and `etag` covers all but the clock in it."""

    etag: str
    json: bytes
    tiles: tuple[Drawn, ...]


def drawn_of(ward: Ward, *, kept: Kept, now: datetime) -> list[Drawn]:
    """Return the tiles of everybody on the ward, most urgent first; six queries."""
    hold = timedelta(hours=rulebook.current().a01.neutrophils_hold_hours)
    found = reading.facts_of(ward, now=now, neutrophils_hold=hold)
    place = Place(ward.zone, ward.board_label)
    drawn = kept.tiles(found, place, now=now)
    return sorted(drawn, key=lambda each: urgency.urgency(each, now=now))


def board(
    ward: Ward, *, alerting: Mapping[str, Any], tablets: Sequence[str], now: datetime
) -> Board:
    """Return the ward's board at this moment; seven queries, and four more now and then."""
    drawn = drawn_of(ward, kept=TILES, now=now)
    around = {
        "alerting": {"ok": alerting["ok"], "message": alerting["message"]},
        "tablets": list(tablets),
        "header": header.header(ward, drawn, now=now),
        "beds": plan.places(ward),
    }
    return whole(around, drawn, ward=ward, now=now)


def whole(around: Mapping[str, Any], drawn: Sequence[Drawn], *, ward: Ward, now: datetime) -> Board:
    """Put the parts together; the tag is over everything that is not the clock."""
    tiles = b"[" + b",".join(each.json for each in drawn) + b"]"
    rest = orjson.dumps(around)
    clock = orjson.dumps(
        {
            "generated_at": int(now.timestamp()),
            "generated_label": f"{now.astimezone(ward.zone):%H:%M:%S}",
        }
    )
    body = clock[:-1] + b"," + rest[1:-1] + b',"tiles":' + tiles + b"}"
    etag = f'"{sha256(rest + tiles).hexdigest()}"'
    return Board(etag, body, tuple(drawn))
