"""Key pairs of backups: who may read them is decided without any secret on the server."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crs_monitor.backups.refusals import BackupRefusedError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient


def new_pair(*, at: datetime) -> tuple[str, str]:
    """Make an X25519 pair; return the key file's text, as age-keygen writes it, and the recipient.

    The text opens every backup made for the recipient. It is kept nowhere here.
    """
    from pyrage import x25519

    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    lines = (f"# created: {at.isoformat(timespec='seconds')}", f"# public key: {recipient}")
    return "\n".join([*lines, str(identity), ""]), recipient


def recipients(written: Sequence[str]) -> "list[Recipient]":
    """Read public keys; raises BackupRefusedError for none, or for what is no public key."""
    from pyrage import RecipientError, x25519

    if not written:
        raise BackupRefusedError(
            "For whom? Set CRS_BACKUP_RECIPIENTS, or give --recipient age1... "
            "(manage.py backup_key, on another machine, makes a key pair)."
        )
    found = []
    for number, text in enumerate(written, start=1):
        try:
            found.append(x25519.Recipient.from_str(text))
        except RecipientError as error:
            # Not repeated: by mistake it may be the private key.
            raise BackupRefusedError(
                f"Recipient {number} is no public key of age: it begins with age1."
            ) from error
    return found


def identities(file: Path) -> "list[Identity]":
    """Read the private keys of a file such as `backup_key` prints; raises BackupRefusedError."""
    from pyrage import IdentityError, x25519

    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefusedError(f"The key file {file} cannot be read.") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found = [x25519.Identity.from_str(key) for key in keys]
    except IdentityError as error:
        raise BackupRefusedError(f"{file} holds no private key of age.") from error
    if not found:
        raise BackupRefusedError(f"{file} holds no private key of age.")
    return found
