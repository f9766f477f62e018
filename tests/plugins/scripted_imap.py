"""A mailbox on the loopback that speaks the IMAP it is asked, or misbehaves on purpose."""

import re
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from crs_monitor.imap import Account

PASSWORD = 'a password, with "marks"'


class ScriptedImap(socketserver.ThreadingTCPServer):
    """Holds letters by UID; `mood` is "", no-login, no-folder, nonsense, cut, silent or drip."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.mood = ""
        self.said: list[str] = []
        self.ending = threading.Event()

    def put(self, letter: bytes | str) -> int:
        """Deliver a letter and return its UID."""
        uid = max(self.letters, default=40) + 1
        raw = letter.encode() if isinstance(letter, str) else letter
        self.letters[uid] = raw
        return uid

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


class _Talk(socketserver.StreamRequestHandler):
    server: ScriptedImap

    def handle(self) -> None:
        if self.server.mood == "silent":
            self.server.ending.wait(20)
            return
        while self.server.mood == "drip" and not self.server.ending.wait(0.1):
            self.wfile.write(b"*")
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.server.said.append(command)
            if self.server.mood == "nonsense":
                self._say("* (((( \x00 %%%")
            if self.server.mood == "cut" and "FETCH" in command:
                return
            self._answer(tag, command)
            if command == "LOGOUT":
                return

    def _answer(self, tag: str, command: str) -> None:
        mood, word = self.server.mood, command.replace("UID ", "").split(" ")[0]
        if (mood, word) in {("no-login", "LOGIN"), ("no-folder", "SELECT")}:
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] {command}")
            return
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word == "SELECT":
            self._say(f"* {len(self.server.letters)} EXISTS")
        elif word == "SEARCH":
            unseen = sorted(self.server.letters.keys() - self.server.seen)
            self._say(" ".join(["* SEARCH", *map(str, unseen)]))
        elif word == "FETCH":
            self._fetch(command)
        elif word == "STORE":
            self.server.seen |= {int(uid) for uid in command.split()[2].split(",")}
        self._say(f"{tag} OK done")

    def _fetch(self, command: str) -> None:
        (uid, longest) = re.findall(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)[0]
        raw = self.server.letters[int(uid)][: int(longest)]
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode())
        self.wfile.write(raw + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def scripted_imap(settings: Any) -> Iterator[ScriptedImap]:
    """Give the test a mailbox to script, and point the program at it."""
    server = ScriptedImap()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    port = int(server.server_address[1])
    settings.CRS_BOUNCES = Account("127.0.0.1", port, "crs", PASSWORD, "Bounced mail", False)
    yield server
    server.ending.set()
    server.shutdown()
    server.server_close()
