"""Promises the whole repository makes."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from plotly.offline import get_plotlyjs_version

from supply import locked

ROOT = Path(settings.BASE_DIR)
OURS = {"alerts", "audit", "charting", "crs_monitor", "demo", "grading", "interop", "patients"}
OURS |= {"identity", "screens", "simulation", "staff", "tablets", "vitals"}
SOURCE = sorted(
    path
    for package in OURS
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
MANIFEST = json.loads((ROOT / "static/vendor/manifest.json").read_text())["files"]
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- What is vendored --------------------------------------------------------------------------


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["path"])
def test_a_vendored_file_is_the_one_its_manifest_names(entry):
    content = (ROOT / "static/vendor" / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"].encode() in content[:500]
    assert (ROOT / "static/vendor" / entry["licence_file"]).stat().st_size > 500


def test_every_vendored_file_stands_in_the_manifest():
    folder = ROOT / "static/vendor"
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    named = {entry[key] for entry in MANIFEST for key in ("path", "licence_file")}
    assert present == named | {"manifest.json"}


def test_the_browser_draws_with_the_plotly_the_server_checks_against():
    versions = {entry["name"]: entry["version"] for entry in MANIFEST}
    assert versions["plotly.js-basic-dist-min"] == get_plotlyjs_version()


# --- What is installed -------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS, ids=name_of)
def test_every_locked_package_carries_hashes(lock):
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock.read_text(), re.M | re.S)
    assert len(packages) > 20
    assert [p.split("\n")[0] for p in packages if "--hash=sha256:" not in p] == []


@pytest.mark.parametrize("lock", LOCKS, ids=name_of)
def test_a_lock_names_no_address_and_no_machine(lock):
    assert re.findall(r"https?:|file:|--index|--find-links|(?<!\S)/\S+", lock.read_text()) == []


def test_tests_run_on_the_very_packages_the_program_runs_on():
    run, test = (
        {(pin.name, pin.version) for pin in locked.pins(ROOT / f"requirements/{name}.txt")}
        for name in ("run", "test")
    )
    assert len(run) > 50
    assert run <= test


def test_every_extra_that_a_package_asks_for_stands_in_the_lock():
    """Without it an older pip takes the newest release for the extra and has no hash for it."""
    pins = {pin.name: pin for pin in locked.pins(ROOT / "requirements/test.txt")}
    missing = [
        f"{pin.name}: {need}"
        for pin in pins.values()
        for need in _needs(pin)
        if canonicalize_name(need.name) in pins
        and not need.extras <= pins[canonicalize_name(need.name)].extras
    ]
    assert missing == []


def _needs(pin):
    try:
        said = metadata.requires(pin.name) or []
    except metadata.PackageNotFoundError:  # not of this machine
        return
    for need in map(Requirement, said):
        extras = pin.extras or {""}
        if need.marker is None or any(need.marker.evaluate({"extra": each}) for each in extras):
            yield need


# --- How it is written -------------------------------------------------------------------------


def test_every_package_of_the_design_is_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in SOURCE} == OURS


def test_no_file_is_too_long_to_read():
    lengths = {name_of(path): path.read_text().count("\n") for path in SOURCE}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_hold_in_mind():
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in SOURCE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_is_a_drawer_for_anything():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "signals", "base"}
    assert [name_of(path) for path in SOURCE if path.stem in drawers] == []


def test_every_file_opens_with_one_sentence():
    without = [
        name_of(path)
        for path in SOURCE
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert without == []


def test_the_text_names_no_place_of_one_machine():
    # Spelled apart, so that this file does not hold what it looks for.
    places = re.compile("|".join(("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "pypi" + r"\.org")))
    texts = [
        path
        for pattern in ("*.py", "*.md", "*.html", "*.js", "*.css", "*.yaml", "*.yml", "*.toml")
        for path in ROOT.rglob(pattern)
        if not {".venv", "vendor", "var", ".mypy_cache"} & set(path.relative_to(ROOT).parts)
    ]
    found = [name_of(path) for path in texts if places.search(path.read_text(errors="replace"))]
    assert found == []


# --- How it is deployed ------------------------------------------------------------------------


def test_the_compose_file_is_one():
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_no_container_may_do_more_than_it_must(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_container_that_stays_says_whether_it_is_well(services):
    staying = {name for name, service in services.items() if service["restart"] != "no"}
    assert staying == {name for name, service in services.items() if "healthcheck" in service}


def test_the_compose_file_sets_no_variable_that_nobody_reads(services):
    from crs_monitor.variables import KNOWN

    assert set(services["web"]["environment"]) <= KNOWN


def test_the_image_holds_every_package_but_the_demo():
    kept = re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.M)
    left_out = {"demo", "simulation"}
    assert OURS - left_out <= set(kept)
    assert left_out.isdisjoint(kept)
