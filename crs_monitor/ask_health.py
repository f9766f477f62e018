"""Ask one health address and end with its answer, for containers: `python ask_health.py URL`."""

import sys
import urllib.error
import urllib.request

SECONDS = 5


def main(arguments: list[str]) -> int:
    """Return 0 when the address answers 200, else 1; print what it said."""
    # The name a container is reached by is not a name people type, so the
    # question is asked in the machine's own name, which is always allowed.
    request = urllib.request.Request(arguments[0], headers={"Host": "localhost"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            print(answer.read(2000).decode(errors="replace"))  # noqa: T201
            return 0
    except urllib.error.HTTPError as error:
        print(error.read(2000).decode(errors="replace"))  # noqa: T201
    except OSError as error:
        print(error)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
