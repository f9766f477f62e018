"""Where bounces come back to: a mailbox read by IMAP, from one CRS_ variable."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from crs_monitor.environment import Environment, SettingRefused

EXAMPLE: Final = "imaps://user:password@mail.hospital.example/INBOX"
_PORTS: Final = {"imaps": 993, "imap": 143}


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox and who may read it; its password is in no printed form of it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    use_tls: bool


def account(environment: Environment, name: str) -> Account | None:
    """Read the mailbox; None when not set. Raises SettingRefused, without the password."""
    value = environment.address(name, schemes=tuple(_PORTS), example=EXAMPLE, default="")
    if not value:
        return None
    parts = urlsplit(value)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not parts.username or not parts.password:
        raise SettingRefused(name, "...", f"It names no user and password. Write it as {EXAMPLE}.")
    if not folder.isascii() or not folder.isprintable() or '"' in folder or "\\" in folder:
        raise SettingRefused(name, "...", "Name a folder in plain letters, such as INBOX.")
    return Account(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=folder,
        use_tls=parts.scheme == "imaps",
    )
