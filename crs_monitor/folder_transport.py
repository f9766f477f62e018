"""Kombu's folder broker with whole messages: written aside, moved in, taken by one worker.

Kombu's own creates a message file and then fills it, so that a worker can take
it while it is still empty, and moves what it takes through the machine's shared
folder for temporary files. One such message ended a worker.
"""

import os
import time
import uuid
from json import JSONDecodeError
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

# The scheme of its address, "folder://".
NAME = "folder"
# A name without a queue's suffix: nobody takes it before it is whole.
_WRITING = "writing-"
_TAKEN = "taken-"


class Channel(filesystem.Channel):
    """Put and get by renaming inside one folder, which is all or nothing."""

    # Kombu itself names the argument differently in its two base classes.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        whole = folder / f"{_WRITING}{uuid.uuid4()}"
        whole.write_text(dumps(payload))
        # Messages are taken in the order of their names, so a name begins with the time.
        whole.rename(folder / f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = folder / f"{_TAKEN}{uuid.uuid4()}"
            try:
                (folder / name).rename(mine)
            except FileNotFoundError:
                continue  # another worker was first
            text = mine.read_text()
            mine.unlink()
            try:
                return loads(text)
            except JSONDecodeError:
                continue  # cut short by a full disk: the sweep finds what it was about
        raise Empty


class Transport(filesystem.Transport):
    """The broker of the embedded ward server."""

    Channel = Channel


TRANSPORT_ALIASES[NAME] = f"{__name__}:Transport"
