"""Pages load nothing from outside, carry no inline code, and name only files that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for folder in (ROOT, *(ROOT / app for app in ("screens", "demo", "staff", "alerts")))
    for path in (folder / "templates").rglob("*")
    if path.is_file()
)
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
SCRIPTS_AND_STYLES = sorted(
    path
    for path in (ROOT / "static/crs_monitor").rglob("*")
    if path.suffix in (".js", ".css", ".svg")
)
# A browser runs none of these under our policy; the page would only look as if it worked.
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>"
    r"|<style\b|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)
# The name of a vocabulary is not an address anybody fetches.
NAMESPACES = ("http://www.w3.org/",)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_pages_to_look_at():
    assert PAGES
    assert SCRIPTS_AND_STYLES


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path):
    parts = path.relative_to(ROOT).parts
    get_template("/".join(parts[parts.index("templates") + 1 :]))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_carries_no_inline_script_or_style(path):
    assert [found.group() for found in INLINE.finditer(path.read_text())] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_names_only_static_files_that_are_there(path):
    named = re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text())
    assert [name for name in named if finders.find(name) is None] == []


@pytest.mark.parametrize("path", [*PAGES, *SCRIPTS_AND_STYLES], ids=name_of)
def test_nothing_is_fetched_from_outside(path):
    found = re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+\S*", path.read_text())
    outside = [url for url in found if not url.startswith(NAMESPACES)]
    assert outside == []


@pytest.mark.parametrize(
    "path", [path for path in SCRIPTS_AND_STYLES if path.suffix == ".js"], ids=name_of
)
def test_a_script_writes_no_markup_and_runs_no_text(path):
    risky = (
        r"\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    assert re.findall(risky, path.read_text()) == []


@pytest.mark.parametrize(
    "path", [path for path in SCRIPTS_AND_STYLES if path.suffix == ".js"], ids=name_of
)
def test_a_script_imports_only_scripts_that_are_there(path):
    imported = re.findall(r"(?:from|import)\s+['\"](\.[^'\"]+)['\"]", path.read_text())
    assert [name for name in imported if not (path.parent / name).is_file()] == []
