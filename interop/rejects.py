"""The file of what an import did not store: made when the first such part comes."""

from pathlib import Path
from types import TracebackType
from typing import Self, TextIO


class LateFile:
    """A text file that is opened for its first line and closed with the run."""

    def __init__(self, path: Path | None) -> None:
        """Name the file; None writes nothing."""
        self._path = path
        self._stream: TextIO | None = None

    def __enter__(self) -> Self:
        """Use the file for one run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was written."""
        if self._stream is not None:
            self._stream.close()
