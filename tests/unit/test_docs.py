"""What the documentation names exists, and what people can set or run is documented."""

import ast
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from charting.api import schema
from charting.entry import Entry
from crs_monitor.variables import KNOWN
from demo.accounts import ACCOUNTS
from grading.rules.cases import grade_line
from grading.rules.registry import SCALES

ROOT = Path(settings.BASE_DIR)
README = ROOT / "README.md"
ADRS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
PAGES = sorted([README, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
PICTURES = sorted((ROOT / "docs/screenshots").glob("*.png"))
HEAVIEST_PICTURE_BYTES = 300_000

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
TEST_ID = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED_FILE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|md|yaml|yml|json|txt|in|css|js))(?:::\w+)?`")
NAMED_FOLDER = re.compile(r"`([a-z][\w./-]*/)`")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose_of(path: Path) -> str:
    """The page without its blocks of code, where anything may stand."""
    return re.sub(r"^```.*?^```", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def blocks(path: Path, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", text_of(path), re.MULTILINE | re.DOTALL)
    return [str(block) for block in found]


@cache
def anchors_of(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", prose_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def cases_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def targets_of(page: Path) -> list[str]:
    return [target for _, _, target in LINK.findall(prose_of(page))]


# --- Links -------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_link_leads_somewhere(document):
    lost = []
    for target in targets_of(document):
        if target.startswith("https://"):
            continue
        place, _, anchor = target.partition("#")
        file = document.parent / place if place else document
        if not file.exists() or (anchor and anchor not in anchors_of(file.resolve())):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_file_that_is_named_is_there(document):
    prose = prose_of(document)
    named = {*NAMED_FILE.findall(prose), *NAMED_FOLDER.findall(prose)}
    # What begins with a slash is an address of the program.
    named = {name for name in named if not name.startswith("/")}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_page_can_be_reached_from_the_first():
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        links = [target.partition("#")[0] for target in targets_of(page)]
        waiting += [
            (page.parent / link).resolve()
            for link in links
            if link.endswith(".md") and not link.startswith("https://")
        ]
    assert [name_of(page) for page in PAGES if page not in reached] == []


# --- Pictures ----------------------------------------------------------------------------------


def test_every_picture_of_the_readme_says_what_it_shows():
    pictures = [(alt, target) for mark, alt, target in LINK.findall(text_of(README)) if mark]
    assert len(pictures) >= 5
    assert [target for alt, target in pictures if len(alt.split()) < 5] == []


def test_a_picture_is_small_enough_to_keep():
    heavy = {name_of(path): path.stat().st_size for path in PICTURES}
    assert {name: n for name, n in heavy.items() if n >= HEAVIEST_PICTURE_BYTES} == {}


# --- Commands and settings ---------------------------------------------------------------------


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_command_that_is_named_can_be_run(document):
    text = text_of(document)
    recipes = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    # Django's own.
    commands |= {"check", "createsuperuser", "migrate", "shell", "spectacular", "test"}
    modules = {f"docs.{path.stem}" for path in (ROOT / "docs").glob("*.py")}
    assert set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE)) - recipes == set()
    assert set(re.findall(r"manage\.py ([a-z][a-z0-9_]*)", text)) - commands == set()
    assert set(re.findall(r"python -m (docs\.\w+)", text)) - modules == set()


def rows_below(title: str) -> list[list[str]]:
    """The rows of the first table below a heading of the README."""
    _, _, below = text_of(README).partition(f"# {title}\n")
    lines = re.findall(r"^\|(.+)\|$", below.partition("\n#")[0], re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def test_every_variable_is_documented_and_no_other():
    names = [re.sub(r"`", "", row[0]) for row in rows_below("Configuration")]
    assert sorted(names) == sorted({*KNOWN, "PORT"})
    assert [row[0] for row in rows_below("Configuration") if not all(row)] == []


def test_the_variables_of_the_compose_file_are_documented():
    asked = set(re.findall(r"\$\{(CRS_\w+)", text_of(ROOT / "docker-compose.yml")))
    assert asked
    assert {name for name in asked if name not in text_of(README)} == set()


def test_every_service_of_the_compose_file_is_named():
    services = yaml.safe_load(text_of(ROOT / "docker-compose.yml"))["services"]
    assert [name for name in services if f"`{name}`" not in text_of(README)] == []


def test_the_names_of_the_demo_ward_are_the_ones_that_open_it():
    rows = {
        tuple(re.sub(r"`", "", cell) for cell in row) for row in rows_below("Who to sign in as")
    }
    assert {(name, password) for name, password, *_ in rows} == {
        (name, password) for name, password, _ in ACCOUNTS
    }


# --- Examples ----------------------------------------------------------------------------------


def test_the_example_entry_is_one_the_door_takes():
    (call,) = re.findall(r"--data '(\{.*?\})'", text_of(README), re.DOTALL)
    body = json.loads(call, parse_float=str)
    from charting.json import loads

    entry = Entry.parse(loads(call.encode()), now=datetime.fromisoformat(body["taken_at"]))
    assert set(entry.values) == set(body) - {"client_id", "patient", "taken_at"}


def test_the_example_answer_has_the_form_the_schema_promises():
    answer = json.loads(blocks(README, "json")[0])
    assert set(answer) == set(schema.Charted().fields)
    (grade,) = answer["grades"].values()
    assert set(grade) == set(schema.Grade().fields)
    assert set(schema.Alert().fields) <= set(answer["alerts"][0])


def test_the_example_of_the_grade_command_answers_as_printed():
    (told,) = re.findall(r"\| python manage\.py grade (\S+)\n", text_of(README))
    (case,) = re.findall(r"^echo '(\{.*\})'", text_of(README), re.MULTILINE)
    answer = grade_line(SCALES[told], case, line=1, assume_normal=False)
    assert json.loads(blocks(README, "json")[1]) == json.loads(json.dumps(answer, default=str))


# --- Decisions and hazards ---------------------------------------------------------------------


def test_decisions_are_numbered_without_a_gap_and_all_listed():
    numbers = [int(path.name[:4]) for path in ADRS]
    assert numbers == list(range(1, len(ADRS) + 1))
    assert set(targets_of(ROOT / "docs/adr/README.md")) == {path.name for path in ADRS}


@pytest.mark.parametrize("document", ADRS, ids=name_of)
def test_a_decision_says_why_what_and_at_what_price(document):
    assert re.findall(r"^## (.+)$", text_of(document), re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
    ]


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_test_that_is_named_exists(document):
    assert [
        f"{file}::{test}"
        for file, test in TEST_ID.findall(text_of(document))
        if not (ROOT / file).is_file() or test not in cases_in(ROOT / file)
    ] == []


def test_every_hazard_has_a_number_of_its_own_and_a_test():
    rows = re.findall(r"^\| (H\d+) \|(.*)\|$", text_of(ROOT / "docs/safety/hazards.md"), re.M)
    assert [number for number, _ in rows] == [f"H{n:02}" for n in range(1, len(rows) + 1)]
    assert len(rows) >= 14
    assert [number for number, row in rows if not TEST_ID.search(row)] == []
    assert [number for number, row in rows if row.count(" | ") != 4] == []


# --- What the project does not talk about ------------------------------------------------------


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_a_page_speaks_of_the_project_alone(document):
    # Spelled apart, so that this file does not hold what it looks for.
    others = "|".join(
        ("/ro" + "ot/", "/wo" + "rk/", "/tm" + "p/", "/ho" + "me/", "sha" + "red/", "chat" + "bot",
         "cla" + "ude", "language mo" + "del", "sub" + "agent", "this ses" + "sion")
    )  # fmt: skip
    assert re.findall(others, text_of(document), re.IGNORECASE) == []


@pytest.mark.parametrize(
    "document", [README, ROOT / "docs/safety/intended-use.md", ROOT / "CHANGELOG.md"], ids=name_of
)
def test_a_first_page_says_that_nobody_has_approved_the_rules(document):
    assert "not yet clinically approved" in re.sub(r"[\s*>]+", " ", text_of(document)).lower()


def test_the_readme_says_what_this_is_not():
    text = re.sub(r"[\s*>]+", " ", text_of(README)).lower()
    for words in (
        "decision support",
        "not a certified device",
        "not cleared",
        "not ce-marked",
        "not a primary alarm",
        "not for use as the sole basis for a decision",
    ):
        assert words in text, words
