"""Ask a server over kept connections, check every answer, and note how long each took."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

TIMEOUT_SECONDS: Final = 30.0
FAULTS_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and what is wrong with an answer to it: "" for nothing."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    fault_of: Callable[[Answer], str]


# Gives the next request of one client.
NextCall = Callable[[], Call]


@dataclass(slots=True)
class Load:
    """What one stretch of load came to."""

    requests: int = 0
    wall_seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def drive(port: int, clients: Sequence[NextCall], *, seconds: float) -> Load:
    """Let each client ask one thing after another until the time is up.

    No request is begun after the end, and each one begun is waited for, so what the server did
    and what is counted are the same.
    """
    loads = [Load() for _ in clients]
    started = time.monotonic()
    threads = [
        threading.Thread(target=_ask, args=(port, client, started + seconds, load), daemon=True)
        for client, load in zip(clients, loads, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Load(wall_seconds=time.monotonic() - started)
    for load in loads:
        total.requests += load.requests
        total.latencies_ms += load.latencies_ms
        total.faults += load.faults
    return total


def _ask(port: int, next_call: NextCall, until: float, load: Load) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        while time.monotonic() < until and len(load.faults) < FAULTS_KEPT:
            call = next_call()
            began = time.perf_counter()
            connection.request(call.method, call.path, body=call.body, headers=dict(call.headers))
            answer = connection.getresponse()
            body = answer.read()
            load.latencies_ms.append((time.perf_counter() - began) * 1000)
            load.requests += 1
            fault = call.fault_of(Answer(answer.status, dict(answer.getheaders()), body))
            if fault:
                load.faults.append(f"{call.method} {call.path}: {fault}")
    except (OSError, http.client.HTTPException) as error:
        load.faults.append(f"connection: {type(error).__name__}: {error}")
    finally:
        connection.close()
