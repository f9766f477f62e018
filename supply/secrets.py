"""Look for secrets in every file that git keeps; each thing found has a reason, or fails.

`python -m supply.secrets` scans with detect-secrets and compares with supply/secrets.yaml.
"""

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, NamedTuple

import yaml

from supply.locked import ROOT

REASONS: Final = ROOT / "supply" / "secrets.yaml"
# Made of digests; generated, and compared by `make check`; pictures; of other projects, and held
# by a digest of their own.
_LEFT_OUT: Final = re.compile(
    r"requirements/.*\.txt|docs/sbom\.json|supply/secrets\.yaml"
    r"|static/crs_monitor/rules/.*\.json|static/vendor/.*"
    r"|.*\.(?:png|ico|woff2?|pdf|gz)"
)
# Where people and servers are invented, a word such as "password" says nothing. Keys of any
# issuer, and anything else that is found by its form, are looked for there as well.
_INVENTED: Final = frozenset(
    {
        "Base64 High Entropy String",
        "Basic Auth Credentials",
        "Hex High Entropy String",
        "Secret Keyword",
    }
)


class Found(NamedTuple):
    """Something that looks like a secret, by its digest."""

    file: str
    kind: str
    digest: str
    line: int


def files() -> list[str]:
    """Return the files git keeps, and those it would."""
    # A folder of another user, as in a container, is no reason not to look.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others"]
    command += ["--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [
        name
        for name in sorted(set(done.stdout.splitlines()))
        if not _LEFT_OUT.fullmatch(name) and (ROOT / name).is_file()
    ]


def scan(names: Sequence[str]) -> list[Found]:
    """Return all that looks like a secret in these files; the services are never asked."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with default_settings() as settings:
        settings.disable_filters(
            "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
        )
        return [
            Found(name, secret.type, secret.secret_hash, secret.line_number)
            for name in names
            for secret in scan_file(str(ROOT / name))
        ]


def without_reason(found: Iterable[Found], entries: Sequence[dict[str, Any]]) -> list[Found]:
    """Return what no entry explains; raises ValueError for an entry that explains nothing."""
    found = list(found)
    for entry in entries:
        if not str(entry.get("why", "")).strip():
            raise ValueError(f"{entry}: why is it no secret?")
        if not any(_explains(entry, each) for each in found):
            raise ValueError(f"{entry}: nothing is found there any more; take it out")
    return [each for each in found if not any(_explains(entry, each) for entry in entries)]


def main() -> int:
    """Print what has no reason; 1 when there is any."""
    entries = yaml.safe_load(REASONS.read_text(encoding="utf-8"))["entries"]
    names = files()
    workers = os.cpu_count() or 1
    shares = [names[number::workers] for number in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        found = sorted(each for share in pool.map(scan, shares) for each in share)
    try:
        left = without_reason(found, entries)
    except ValueError as error:
        print(error)
        return 1
    for each in left:
        print(f"{each.file}:{each.line}: {each.kind} ({each.digest})")
    print(f"{len(names)} files, {len(found)} suspicions, {len(left)} without a reason")
    return int(bool(left))


def _explains(entry: dict[str, Any], found: Found) -> bool:
    if not fnmatch.fnmatchcase(found.file, entry["files"]):
        return False
    if "digests" in entry:
        return found.digest in entry["digests"]
    return entry.get("invented") is True and found.kind in _INVENTED


if __name__ == "__main__":
    sys.exit(main())
