"""Ask whether anything that is locked is known to be vulnerable, and say so when nobody answers.

`python -m supply.advisories` asks through pip-audit. Where the service cannot be reached that is
said in capitals, and is a failure only where CRS_REQUIRE names `advisories`.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from supply.locked import LOCK, ROOT

EXCEPTIONS: Final = ROOT / "supply" / "advisories.yaml"
_SECONDS: Final = 120


class NobodyAnsweredError(Exception):
    """The advisories could not be asked, or not for every package."""


def ask() -> list[dict[str, Any]]:
    """Return what pip-audit says of each locked package; raises NobodyAnsweredError."""
    audit = Path(sys.executable).with_name("pip-audit")
    command = [str(audit), "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        said: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise NobodyAnsweredError(type(error).__name__) from error
    skipped = sum("skip_reason" in each for each in said)
    if skipped:
        raise NobodyAnsweredError(f"no answer for {skipped} of {len(said)} packages")
    return said


def judge(
    said: list[dict[str, Any]], exceptions: list[dict[str, Any]], *, today: dt.date
) -> list[str]:
    """Return one line for each advisory that nobody let be, and each exception that is over."""
    for each in exceptions:
        if not all(each.get(name) for name in ("id", "package", "why", "until")):
            raise ValueError(f"{each}: an exception has id, package, why and until")
    let_be = {(each["package"], each["id"]) for each in exceptions if each["until"] >= today}
    found = []
    present = set()
    for package in said:
        for advisory in package.get("vulns", []):
            names = {advisory["id"], *advisory.get("aliases", [])}
            present |= {(package["name"], name) for name in names}
            if not any((package["name"], name) in let_be for name in names):
                fixed = ", ".join(advisory.get("fix_versions", [])) or "no version yet"
                found.append(
                    f"{package['name']} {package['version']}: {advisory['id']}, fixed in {fixed}"
                )
    found += [
        f"{package}: the exception for {name} is not needed any more"
        for package, name in sorted(let_be - present)
    ]
    return found


def main() -> int:
    """Print what was found; 1 for an advisory, and for silence where an answer is required."""
    exceptions = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))["exceptions"]
    is_required = "advisories" in os.environ.get("CRS_REQUIRE", "").split(",")
    try:
        said = ask()
    except NobodyAnsweredError as error:
        print(f"ADVISORIES WERE NOT ASKED: {error}. CRS_REQUIRE=advisories makes this a failure.")
        return int(is_required)
    found = judge(said, exceptions, today=dt.datetime.now(dt.UTC).date())
    print("\n".join(found) or f"No advisory is known for any of {len(said)} packages.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
