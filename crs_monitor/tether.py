"""Become another program that ends when its supervisor does, however that comes about."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # Linux, prctl(2); the kernel keeps it across the exec below


def main(command: list[str]) -> None:
    """Ask the kernel for SIGTERM when the parent is gone, however it went, then become `command`.

    A supervisor that was killed cannot end its children itself. Where there is
    no prctl, the command runs without the tether.
    """
    parent = int(command[0])
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(f"The supervisor {parent} ended before this process began.")
    os.execv(command[1], command[1:])  # noqa: S606  the supervisor's own command


if __name__ == "__main__":
    main(sys.argv[1:])
