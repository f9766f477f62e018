"""Read the CRS_ environment variables once, typed, and refuse wrong values with advice."""

import contextlib
import difflib
import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from crs_monitor import weak_secrets
from crs_monitor.variables import KNOWN

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
SHORTEST_SECRET = 50
DEFAULT_PORT = 8000
D_DIMER_UNITS = ("ng/mL{FEU}", "ng/mL{DDU}")
SMTP_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465


class SettingRefused(ImproperlyConfigured):
    """A CRS_ variable holds what the program will not run with; the text says what to write."""

    def __init__(self, name: str, value: str, advice: str) -> None:
        super().__init__(f"{name}={value!r} cannot be used. {advice}")


@dataclass(frozen=True, slots=True)
class MailRoute:
    """Where email goes: an SMTP server, or a folder that keeps it as files."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_starttls: bool = False
    use_tls: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """The CRS_ variables of one process; every method raises `SettingRefused` on a wrong value."""

    values: Mapping[str, str]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a yes or a no: 1, true, yes, on; 0, false, no, off, or empty."""
        value = self.values.get(name)
        if value is None:
            return default
        if value.strip().lower() in YES:
            return True
        if value.strip().lower() in NO:
            return False
        raise SettingRefused(name, value, "Write 1 or 0.")

    def text(self, name: str, *, default: str = "") -> str:
        """Read text without surrounding blanks; an empty value counts as not set."""
        return self.values.get(name, "").strip() or default

    def names(self, name: str) -> list[str]:
        """Read a list separated by commas; blanks and empty parts are dropped."""
        return [part.strip() for part in self.values.get(name, "").split(",") if part.strip()]

    def keys(self, name: str) -> list[str]:
        """Read keys from the newest to the oldest, separated by commas; may be empty."""
        for key in (keys := self.names(name)):
            if len(key) < SHORTEST_SECRET:
                raise SettingRefused(name, f"{len(key)} characters", "Try openssl rand -hex 32")
        return keys

    def one_of(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        """Read one word of a closed list."""
        value = self.text(name, default=default).upper()
        if value not in choices:
            raise SettingRefused(name, value, f"Write one of {', '.join(choices)}.")
        return value

    def some_of(self, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Read words of a closed list, separated by commas; all of them when nothing is set."""
        chosen = self.names(name)
        for word in chosen:
            if word not in choices:
                raise SettingRefused(name, word, f"Write some of {', '.join(choices)}.")
        return tuple(each for each in choices if each in chosen) if chosen else choices

    def d_dimer_tiers(self, name: str) -> tuple[str, Decimal, Decimal] | None:
        """Read the unit, and from which D-dimer a rise is moderate, and strong."""
        value = self.text(name)
        if not value:
            return None
        try:
            unit, *ends = value.split()
            moderate, strong = (Decimal(end) for end in ends)
            rises = unit in D_DIMER_UNITS and 0 < moderate < strong < Decimal(10) ** 9
        except (ValueError, InvalidOperation):
            rises = False
        if not rises:
            advice = (
                f"Write the unit ({' or '.join(D_DIMER_UNITS)}), where a moderate rise begins "
                "and where a strong one does, such as ng/mL{FEU} 600 5000."
            )
            raise SettingRefused(name, value, advice)
        return unit, moderate, strong

    def whole(self, name: str, *, default: int) -> int:
        """Return a whole number from 0, or the default when the variable is empty."""
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit() and len(value) < 10):
            raise SettingRefused(name, value, "Write a whole number such as 600.")
        return int(value) if value else default

    def folder(self, name: str, *, default: Path) -> Path:
        """Read a folder and make it if it is not there yet."""
        folder = Path(self.text(name, default=str(default))).expanduser().absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            advice = f"Name a folder this user may write to ({error.strerror})."
            raise SettingRefused(name, str(folder), advice) from error
        return folder

    def place(self, name: str, *, default: Path) -> Path:
        """Read a folder that is made when it is used: a share that is away keeps nobody out."""
        return Path(self.text(name, default=str(default))).expanduser().absolute()

    def hosts(self, name: str) -> list[str]:
        """Read host names as Django compares them: no scheme, no path, never just "*"."""
        hosts = self.names(name)
        for host in hosts:
            if "/" in host or "://" in host:
                raise SettingRefused(name, host, "Write the host alone, as crs.hospital.example.")
            if host == "*":
                raise SettingRefused(name, host, "Name the hosts people type; * accepts any.")
        return hosts

    def address(self, name: str, *, schemes: tuple[str, ...], example: str, default: str) -> str:
        """Read a URL that must begin with one of the schemes and name a host."""
        value = self.text(name, default=default)
        if not value:
            return ""
        parts = _split(name, value, example)
        if parts.scheme not in schemes or not parts.hostname:
            raise SettingRefused(name, _without_password(parts), f"Write it as {example}.")
        return value

    def database(self, name: str, *, default: str) -> str:
        """Read a SQLite or PostgreSQL URL; other databases are not tested, so they are refused."""
        value = self.text(name, default=default)
        example = "postgresql://user:password@host:5432/crs or sqlite:////var/lib/crs/crs.sqlite3"
        parts = _split(name, value, example)
        if parts.scheme not in ("sqlite", "postgres", "postgresql"):
            raise SettingRefused(name, _without_password(parts), f"Write it as {example}.")
        if len(parts.path) < 2:
            raise SettingRefused(
                name, _without_password(parts), f"It names no database. Write it as {example}."
            )
        return value

    def mail(self, name: str, *, default_folder: Path) -> MailRoute:
        """Read where email goes; without a value it is kept as files in `default_folder`."""
        value = self.text(name, default=default_folder.as_uri())
        example = (
            "smtp://user:password@mail.hospital.example:25 (smtp+tls, smtps) or file:///folder"
        )
        parts = _split(name, value, example)
        if parts.scheme == "file" and len(parts.path) > 1:
            return MailRoute(
                backend="django.core.mail.backends.filebased.EmailBackend",
                folder=Path(unquote(parts.path)),
            )
        ports = {"smtp": SMTP_PORT, "smtp+tls": SUBMISSION_PORT, "smtps": SMTPS_PORT}
        if parts.scheme not in ports or not parts.hostname:
            raise SettingRefused(name, _without_password(parts), f"Write it as {example}.")
        return MailRoute(
            backend="django.core.mail.backends.smtp.EmailBackend",
            host=parts.hostname,
            port=parts.port or ports[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_starttls=parts.scheme == "smtp+tls",
            use_tls=parts.scheme == "smtps",
        )

    def secret(self, name: str, *, kept_in: Path, shared: bool, is_public: bool = False) -> str:
        """Read the signing key, or make one once and keep it in a file only this user reads.

        A key made here would differ between machines, so when the data is
        shared (`shared`) the key must be given. Where people reach the server from
        anywhere (`is_public`) one that could be guessed is refused.
        """
        value = self.text(name)
        advice = (
            "Give at least 50 random characters, the same to every process: openssl rand -hex 32"
        )
        if value and len(value) < SHORTEST_SECRET:
            raise SettingRefused(name, f"{len(value)} characters", advice)
        if is_public and value and (why := weak_secrets.why_guessable(value)):
            raise SettingRefused(name, f"... ({why})", advice)
        if value:
            return value
        if shared:
            raise SettingRefused(name, "", advice)
        if kept_in.exists():
            return kept_in.read_text(encoding="ascii")
        return _kept_secret(kept_in)

    def misspelled(self) -> list[str]:
        """Name each CRS_ variable nobody reads, with the one that was probably meant."""
        sayings = []
        for name in sorted(self.values.keys() - KNOWN):
            if name.startswith("CRS_"):
                close = difflib.get_close_matches(name, sorted(KNOWN), n=1)
                sayings.append(f"{name} is not a setting" + (f"; {close[0]}?" if close else "."))
        return sayings


def prepare_for_run(environ: MutableMapping[str, str]) -> None:
    """Set what `manage.py run` assumes where the caller said nothing: the demo, and its port."""
    environ.setdefault("CRS_DEMO", "1")
    environ.setdefault("CRS_BASE_URL", f"http://127.0.0.1:{port_of(environ)}")
    if not environ.get("CRS_DATA_DIR"):
        environ.pop("CRS_DATA_DIR", None)


def port_of(environ: Mapping[str, str]) -> int:
    """Read PORT, 1 to 65535, 8000 when not set."""
    value = environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingRefused("PORT", value, "Write a number from 1 to 65535.")
    return int(value)


def _split(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises when it is not a number
    except ValueError as error:
        # The value may hold a password, so the refusal does not repeat it.
        raise SettingRefused(name, "...", f"{error}. Write it as {example}.") from error
    return parts


def _without_password(parts: SplitResult) -> str:
    if not parts.password:
        return parts.geturl()
    return parts._replace(netloc=f"...@{parts.hostname}").geturl()


def _kept_secret(path: Path) -> str:
    # Two processes may start at once. A link appears whole or not at all, so
    # the first to make it decides and nobody reads half a key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(os.urandom(32).hex())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text(encoding="ascii")
