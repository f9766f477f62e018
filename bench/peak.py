"""`python -m bench.peak FILE`: import a file in a process of its own and print its peak memory."""

import os
import resource
import subprocess
import sys
from pathlib import Path


def mebibytes(file: Path) -> float:
    """The most memory that a process held which imported this file; raises CalledProcessError."""
    command = [sys.executable, "-m", "bench.peak", str(file)]
    done = subprocess.run(command, env=dict(os.environ), check=True, capture_output=True, text=True)
    return float(done.stdout)


def main(file: Path) -> None:
    """Import the file as the command does, and print MiB."""
    import django

    django.setup()
    from bench.imports import imported

    imported(file)
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
