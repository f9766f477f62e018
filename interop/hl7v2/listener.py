"""Listen for messages over MLLP: many senders, one message a transaction, answered after it."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from interop.hl7v2.frames import Frames, TooLargeError
from interop.hl7v2.framing import END, START

logger = logging.getLogger(__name__)

Take = Callable[[bytes], bytes]
_READ: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one sender may ask for: bytes of a message, idle seconds, senders at once."""

    largest_message: int = 4 * 1024 * 1024
    idle_seconds: float = 300.0
    # A message that has begun must end, and an answer must be taken, within this time.
    slow_seconds: float = 60.0
    connections: int = 200
    workers: int = 8


@dataclass(slots=True)
class Listener:
    """A server that hands each whole message to `take` and sends back what it returns.

    `take` runs in a thread of its own pool, may block on the database, and must not raise
    for what a message holds. `refuse` makes the answer to what is no whole message.
    """

    take: Take
    refuse: Callable[[bytes, str], bytes]
    limits: Limits = field(default_factory=Limits)
    _server: asyncio.Server | None = None
    _open: set["asyncio.Task[None]"] = field(default_factory=set)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _pool: ThreadPoolExecutor | None = None

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None) -> int:
        """Begin to listen and return the port; raises OSError when it is taken."""
        self._pool = ThreadPoolExecutor(self.limits.workers, thread_name_prefix="hl7v2")
        self._server = await asyncio.start_server(self._connected, host, port, ssl=tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no new sender, finish and answer the messages in hand, and hang up."""
        self._stopping.set()
        if self._server is not None:
            self._server.close()
        if self._open:
            await asyncio.wait(self._open, timeout=self.limits.slow_seconds)
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= self.limits.connections or self._stopping.is_set():
            logger.warning("hl7v2.too_many_connections", extra={"count": len(self._open)})
            writer.close()
            return
        self._open.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, TimeoutError, ssl.SSLError) as error:
            logger.info("hl7v2.connection_lost", extra={"error": type(error).__name__})
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = Frames(self.limits.largest_message)
        clock = asyncio.get_running_loop().time
        began = clock()
        while not self._stopping.is_set():
            # The whole message has this time, however many bytes come one by one.
            idle = self.limits.idle_seconds
            left = began + self.limits.slow_seconds - clock() if frames.is_inside else idle
            data = await self._read(reader, max(0.0, left))
            if data is None:
                break
            try:
                found = frames.feed(data)
            except TooLargeError as error:
                await self._answer(writer, await self._refused(error.began, "too_large"))
                return
            for raw, is_whole in found:
                if not is_whole:
                    await self._answer(writer, await self._refused(raw, "cut_off"))
                    continue
                await self._answer(writer, await self._taken(raw))
            if frames.noise:
                logger.warning("hl7v2.noise", extra={"bytes": frames.noise})
                frames.noise = 0
            if found or not frames.was_inside:
                began = clock()
            frames.was_inside = frames.is_inside
        if frames.is_inside:
            logger.warning("hl7v2.cut_off", extra={"bytes": len(frames.rest())})

    async def _read(self, reader: asyncio.StreamReader, patience: float) -> bytes | None:
        """Wait for bytes, or for the order to stop; None at the end of either or of patience."""
        reading = asyncio.ensure_future(reader.read(_READ))
        stopping = asyncio.ensure_future(self._stopping.wait())
        done, _ = await asyncio.wait(
            {reading, stopping}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
        )
        stopping.cancel()
        if reading not in done:
            reading.cancel()
            return None
        return reading.result() or None

    async def _taken(self, raw: bytes) -> bytes:
        work: Awaitable[bytes] = asyncio.get_running_loop().run_in_executor(
            self._pool, self.take, raw
        )
        return await work

    async def _refused(self, raw: bytes, why: str) -> bytes:
        work: Awaitable[bytes] = asyncio.get_running_loop().run_in_executor(
            self._pool, self.refuse, raw, why
        )
        return await work

    async def _answer(self, writer: asyncio.StreamWriter, content: bytes) -> None:
        writer.write(START + content + END)
        # A sender that takes no answer is let go: it will ask again under the same number.
        await asyncio.wait_for(writer.drain(), self.limits.slow_seconds)


def tls_context(*, certificate: str, key: str, client_authority: str | None) -> ssl.SSLContext:
    """Return the server's side of TLS 1.2 and above; with an authority, clients show theirs too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if client_authority:
        context.load_verify_locations(client_authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
