"""Find the port a process listens on, and prove that the listener is its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LISTENING: Final = "0A"
_TABLE: Final = Path("/proc/net/tcp")


def port_of(pid: int) -> int | None:
    """The loopback port on which this very process listens; None while it does not.

    The socket is looked up among the process's own open files, so a stranger that took the
    same number cannot be measured by mistake.
    """
    own = set(_socket_inodes(pid))
    ports = [port for port, inode in _listeners(_TABLE.read_text()) if inode in own]
    if len(ports) > 1:
        raise RuntimeError(f"process {pid} listens on {ports}")
    return ports[0] if ports else None


def _socket_inodes(pid: int) -> Iterator[int]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue  # closed while we looked
        if target.startswith("socket:["):
            yield int(target[len("socket:[") : -1])


def _listeners(table: str) -> Iterator[tuple[int, int]]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        if fields[3] == _LISTENING:
            yield int(fields[1].rpartition(":")[2], 16), int(fields[9])
