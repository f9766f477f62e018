"""A client that does not give up: it sends the same entry until the server says it is kept."""

import json
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

from tests.faults.kill.ward import Event

_KEPT = frozenset({200, 201})
_AGAIN_SECONDS = 0.1


class GaveUpError(RuntimeError):
    """The server did not take an entry for a very long time, or refused it for good."""


def send(event: Event, *, url: str, token: str, seconds: float = 120) -> int:
    """Send until it is kept and return how often; every repeat has the same body."""
    body = {**event.body, "taken_at": datetime.now(tz=UTC).isoformat()}
    deadline = time.monotonic() + seconds
    for attempt in range(1, 100_000):
        if _try(body, url=url, token=token):
            return attempt
        if time.monotonic() > deadline:
            raise GaveUpError(f"entry {event.client_id} was not taken in {seconds:.0f} s")
        time.sleep(_AGAIN_SECONDS)
    raise GaveUpError(event.client_id)


def _try(body: dict[str, object], *, url: str, token: str) -> bool:
    request = urllib.request.Request(
        f"{url}/api/v1/observations/",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status in _KEPT
    except urllib.error.HTTPError as refused:
        if refused.code in {400, 401, 403, 404, 409}:
            words = refused.read().decode(errors="replace")[:300]
            raise GaveUpError(f"refused for good: {refused.code} {words}") from refused
        return False  # 500, 503: the database is away
    except OSError:
        return False  # nobody listens, or the answer never came
