"""A mail server in a process of its own that writes down each message before it says “250”.

Run as `python -m tests.faults.kill.sink PORT FILE SLOWEST_SECONDS`.
"""

import asyncio
import os
import random
import sys
import time
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


def banner(pid: int) -> str:
    """What the server says of itself, so that a client can be sure which one answers."""
    return f"sink-{pid}"


class Sink:
    """Keeps what it accepts in a file, a line each: time, Message-ID, recipient."""

    def __init__(self, file: Path, slowest_seconds: float) -> None:
        self.out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.slowest_seconds = slowest_seconds

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Accept every message, sooner or later; from the line on it counts as accepted."""
        content = envelope.content
        assert isinstance(content, bytes)
        name = message_from_bytes(content)["Message-ID"]
        await asyncio.sleep(random.uniform(0, self.slowest_seconds))
        line = f"{time.time():.3f} {name} {','.join(envelope.rcpt_tos)}\n"
        os.write(self.out, line.encode())
        await asyncio.sleep(random.uniform(0, self.slowest_seconds))
        return "250 kept"


async def serve(port: int, file: Path, slowest_seconds: float) -> None:
    """Listen on the loopback until killed."""
    handler = Sink(file, slowest_seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname=banner(os.getpid())), "127.0.0.1", port, reuse_address=True
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
