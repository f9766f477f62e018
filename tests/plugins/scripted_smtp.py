"""A mail server on the loopback that misbehaves on purpose, connection by connection."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

# What a server does with one connection: given the talk so far, it speaks for itself.
Script = Callable[["Talk"], None]


class GoneError(Exception):
    """The client has hung up."""


@dataclass
class Talk:
    """One connection."""

    server: "ScriptedSmtp"
    connection: socket.socket
    # What it answers instead of yes, by the first word of the command.
    answers: dict[str, str] = field(default_factory=dict)
    features: tuple[str, ...] = ()

    def say(self, line: str) -> None:
        """Send one line."""
        self.connection.sendall(f"{line}\r\n".encode())

    def line(self) -> str:
        """Return the next line of the client."""
        text = b""
        while not text.endswith(b"\n"):
            byte = self.connection.recv(1)
            if not byte:
                raise GoneError
            text += byte
        return text.decode(errors="replace").rstrip("\r\n")

    def content(self) -> bytes:
        """Return a whole message."""
        lines = []
        while (line := self.line()) != ".":
            lines.append(line.removeprefix("."))
        return "\r\n".join(lines).encode()

    def converse(self, *, at_data: Callable[["Talk", bytes], None] | None = None) -> None:
        """Behave, but for `answers` and for what `at_data` does with a message."""
        self.say(self.answers.get("GREETING", "220 ready"))
        while True:
            command = self.line()
            word = command.split(" ")[0].split(":")[0].upper()
            if word in self.answers:
                self.say(self.answers[word])
            elif word == "EHLO":
                for each in ("hello", *self.features[:-1]):
                    self.say(f"250-{each}")
                self.say(f"250 {self.features[-1] if self.features else 'SIZE'}")
            elif word == "DATA":
                self.say("354 go on")
                content = self.content()
                (at_data or keep)(self, content)
            elif word == "QUIT":
                self.say("221 goodbye")
                return
            else:
                self.say("250 yes")


def keep(talk: Talk, content: bytes) -> None:
    """Accept the message."""
    talk.server.keep(content)
    talk.say("250 kept")


class ScriptedSmtp:
    """Follows one script after the other, then behaves; keeps what it accepted."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.messages: list[EmailMessage] = []
        self.connections = 0
        self.ending = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def keep(self, content: bytes) -> None:
        """Keep what was accepted."""
        self.messages.append(message_from_bytes(content, policy=policy.default))

    def stop(self) -> None:
        """Close the door, and wake those who sleep on purpose."""
        self.ending.set()
        self._door.close()

    def _serve(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            script = self.scripts.pop(0) if self.scripts else Talk.converse
            threading.Thread(target=self._follow, args=(script, connection), daemon=True).start()

    def _follow(self, script: Script, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, GoneError):
            script(Talk(self, connection))


# --- What can go wrong -------------------------------------------------------------------------


def answering(**answers: str) -> Script:
    """Answer these commands so; GREETING is the first word of the server."""

    def script(talk: Talk) -> None:
        talk.answers = answers
        talk.converse()

    return script


def silent(talk: Talk) -> None:
    """Take the connection and say nothing."""
    talk.server.ending.wait(20)


def dripping(talk: Talk) -> None:
    """Greet, a letter now and then, and never come to the end."""
    while not talk.server.ending.wait(0.1):
        talk.connection.sendall(b"2")


def dripping_at_the_end(talk: Talk) -> None:
    """Drip where the message should be accepted."""
    talk.converse(at_data=lambda talk, _content: dripping(talk))


def cut_before_data(talk: Talk) -> None:
    """Hang up instead of taking the message; it is not kept."""

    def hang_up(_talk: Talk, _content: bytes) -> None:
        raise GoneError

    talk.converse(at_data=hang_up)


def cut_after_data(talk: Talk) -> None:
    """Keep the message and hang up before saying so."""

    def keep_and_hang_up(talk: Talk, content: bytes) -> None:
        talk.server.keep(content)
        raise GoneError

    talk.converse(at_data=keep_and_hang_up)


def slow_to_accept(seconds: float) -> Script:
    """Keep the message and say so, but not soon."""

    def slowly(talk: Talk, content: bytes) -> None:
        time.sleep(seconds)
        keep(talk, content)

    return lambda talk: talk.converse(at_data=slowly)


def silent_goodbye(talk: Talk) -> None:
    """Accept the message, then never let go."""

    def script(talk: Talk, content: bytes) -> None:
        keep(talk, content)
        silent(talk)

    talk.converse(at_data=script)


def refusing_the_password(talk: Talk) -> None:
    """Offer to take a password, and refuse it."""
    talk.features = ("AUTH PLAIN",)
    talk.answers = {"AUTH": "535 5.7.8 no"}
    talk.converse()


@pytest.fixture
def scripted_smtp(settings: object) -> Iterator[ScriptedSmtp]:
    """Give the test a mail server to script, and point the program at it."""
    server = ScriptedSmtp()
    values = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": server.port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 1,
    }
    for name, value in values.items():
        setattr(settings, name, value)
    yield server
    server.stop()
