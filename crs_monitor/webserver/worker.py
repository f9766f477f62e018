"""gunicorn's threaded worker, with every wait for a client taken out of the threads.

The stock worker reads a request, and sends its answer, in one of few threads: as many
slow clients as there are threads stop the ward. Here the poller gathers requests and
sends answers on; a thread gets a request that is whole, and hands back an answer.
"""

import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import (  # type: ignore[import-untyped]
    _DEFER,
    TConn,
    ThreadWorker,
)

from crs_monitor.webserver.client import (
    UNREAD_FOR_SECONDS,
    WHOLE_WITHIN_SECONDS,
    ClientSocket,
    Coming,
    Stand,
)

# Answers that nobody reads may fill so much memory of one process; then the oldest goes.
MOST_UNSENT_BYTES: Final = 64 * 2**20
LINGER_SECONDS: Final = 2.0
_LOOK_EVERY_SECONDS: Final = 0.5
_BUSY: Final = (503, "Service Unavailable", "Too many files at once. Send it again later.")


class Client(TConn):  # type: ignore[misc]
    """A connection with the request that is coming."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, ClientSocket(fileno=sock.detach()), client, server)
        self.coming = Coming(time.monotonic())

    def gather(self) -> Stand:
        """Read what is there, after what the parser read too much of the request before."""
        if self.parser is not None:
            self.coming.held[:0] = self.parser.unreader.take_buffered()
        if not self.coming.held:
            self.coming.began = time.monotonic()
        self.coming.read(self.sock)
        return self.coming.stand()

    def hand_over(self) -> None:
        """Give the parser what was gathered, and begin anew for the next request."""
        self.sock.settimeout(None)
        self.sock.read_until = time.monotonic() + WHOLE_WITHIN_SECONDS
        self.init()
        self.parser.unreader.unread(bytes(self.coming.held))
        self.coming = Coming(time.monotonic())


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """Threads compute; the poller waits."""

    def init_process(self) -> None:
        """Prepare what is beside the stock worker's."""
        self.files = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))
        self.draining: dict[Client, Future[Any]] = {}
        self.lingering: deque[tuple[float, ClientSocket]] = deque()
        self.looked_at = 0.0
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its request in the poller."""
        try:
            sock, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._await_request(Client(self.cfg, sock, address, listener.getsockname()))

    def handle(self, conn: Client) -> Any:
        """In a thread: answer a request that is whole, else give it back to the poller."""
        stand = conn.gather()
        if stand is Stand.PART:
            conn.coming.tell_to_go_on(conn.sock)
            return _DEFER
        if stand is Stand.OVER:
            return False
        is_file = stand is Stand.LONG
        if is_file and not self.files.acquire(blocking=False):
            util.write_error(conn.sock, *_BUSY)
            return False
        try:
            conn.hand_over()
            return super().handle(conn)
        finally:
            if is_file:
                self.files.release()

    def on_pending_socket_readable(self, conn: Client, client: ClientSocket) -> None:
        """Let a thread look at what came, unless the connection was ended a moment ago."""
        if conn in self.pending_conns:
            super().on_pending_socket_readable(conn, client)

    def finish_request(self, conn: Client, fs: "Future[Any]") -> None:
        """In the poller: send an answer on until it is read, then go on as usual."""
        if fs.cancelled() or fs.exception() is not None:
            super().finish_request(conn, fs)
        elif fs.result() is _DEFER:
            self._await_request(conn)
        elif conn.sock.unsent:
            conn.sock.settimeout(0)
            conn.timeout = time.monotonic() + UNREAD_FOR_SECONDS
            self.draining[conn] = fs
            self.poller.register(
                conn.sock, selectors.EVENT_WRITE, lambda _sock: self._drain(conn, fs)
            )
            self._make_room()
        elif fs.result():
            super().finish_request(conn, fs)
        else:
            self.nr_conns -= 1
            self._linger(conn.sock)

    def murder_pending(self) -> None:
        """End what takes too long; looked at twice a second."""
        now = time.monotonic()
        if now - self.looked_at < _LOOK_EVERY_SECONDS:
            return
        self.looked_at = now
        for conn in [each for each in self.pending_conns if self._is_over(each, now=now)]:
            self.pending_conns.remove(conn)
            self._end(conn)
        for conn in [each for each in self.draining if now > each.timeout]:
            del self.draining[conn]
            self._end(conn)
        while self.lingering and self.lingering[0][0] < now:
            self._forget(self.lingering.popleft()[1])

    def _is_over(self, conn: Client, *, now: float) -> bool:
        # At the end nobody waits for a browser that opened a connection to have one.
        return conn.coming.is_late(now=now) or not (self.alive or conn.coming.held)

    def _await_request(self, conn: Client) -> None:
        conn.sock.settimeout(0)
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)
        if self.nr_conns >= self.worker_connections:
            # Whoever waits longest makes room: the door never closes for want of places.
            self._end(self.pending_conns.popleft())

    def _drain(self, conn: Client, fs: "Future[Any]") -> None:
        if conn not in self.draining:
            return
        try:
            is_read = conn.sock.send_on()
        except OSError:
            del self.draining[conn]
            self._end(conn)
            return
        conn.timeout = time.monotonic() + UNREAD_FOR_SECONDS
        if is_read:
            del self.draining[conn]
            self.poller.unregister(conn.sock)
            self.finish_request(conn, fs)

    def _make_room(self) -> None:
        while sum(each.sock.unsent_bytes() for each in self.draining) > MOST_UNSENT_BYTES:
            oldest = next(iter(self.draining))
            del self.draining[oldest]
            self._end(oldest)

    def _linger(self, sock: ClientSocket) -> None:
        """Close once the client has: else what it sent last could cost it the answer."""
        try:
            sock.settimeout(0)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            util.close(sock)
            return
        self.lingering.append((time.monotonic() + LINGER_SECONDS, sock))
        self.poller.register(sock, selectors.EVENT_READ, self._until_it_leaves)

    def _until_it_leaves(self, sock: ClientSocket) -> None:
        try:
            if sock.recv(4096, socket.MSG_DONTWAIT):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.lingering = deque(each for each in self.lingering if each[1] is not sock)
        self._forget(sock)

    def _forget(self, sock: ClientSocket) -> None:
        self.poller.unregister(sock)
        util.close(sock)

    def _end(self, conn: Client) -> None:
        self._forget(conn.sock)
        self.nr_conns -= 1
