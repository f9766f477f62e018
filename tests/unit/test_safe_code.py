"""House rules of safety, read from the syntax of every file: what ruff's rules do not ask.

Each exception stands below with its reason; one that is needed no more fails as well.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from crs_monitor.logs import CODES

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {".venv", "var", "node_modules"}
SOURCE = sorted(
    path for path in ROOT.rglob("*.py") if not NOT_OURS & set(path.relative_to(ROOT).parts)
)
# What patients depend on; tests, measurements and generators break rules on purpose.
BESIDE = {"tests", "bench", "docs", "simulation", "supply"}
RUNNING = [path for path in SOURCE if path.relative_to(ROOT).parts[0] not in BESIDE]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
SCRIPTS = sorted((ROOT / "static/crs_monitor").rglob("*.js"))

# Values go in as parameters; these put in names, which no parameter can carry.
SQL_WITH_NAMES = {
    "audit/append_only.py": "tables that migrations name, and triggers that the database names",
    "audit/appending.py": "a table and columns as the model names them, quoted",
    "audit/rights.py": "a role that is matched against a pattern, tables and schema quoted",
    "interop/csv/memory.py": "a table and columns that stand in the file, and as many places",
    "interop/csv/spool.py": "words that stand in the file; the database lives as long as an import",
    "interop/fhir/spool.py": "the same",
    "crs_monitor/backups/rows.py": "tables and columns of the database itself, quoted",
    "crs_monitor/backups/numbers.py": "a sequence as the server writes it",
}
# A tablet sends what a person charted whose session has ended; the author's own leave is asked.
WITHOUT_CSRF = {"screens/tablet/discarded.py", "screens/tablet/queued.py"}
# Plain text for a mail, where an entity would be read as it stands.
UNESCAPED = {
    "templates/alerts/alert.txt",
    "templates/alerts/bulletin.txt",
    "templates/alerts/follow_up.txt",
    "templates/alerts/many.txt",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the name it is made by, such as `subprocess.run`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def at(path: Path, node: ast.AST) -> str:
    return f"{name_of(path)}:{getattr(node, 'lineno', 0)}"


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def test_the_files_are_found():
    assert len(RUNNING) > 300
    assert len(TEMPLATES) > 50
    assert len(SCRIPTS) > 20


# --- What runs other code ----------------------------------------------------------------------


def test_nothing_turns_text_into_code_or_bytes_into_objects():
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
    modules = {"pickle", "marshal", "shelve", "dill", "xml.sax", "xml.dom.minidom"}
    found = [at(path, call) for path in RUNNING for name, call in calls(path) if name in forbidden]
    for path in RUNNING:
        for node in ast.walk(tree_of(path)):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [at(path, node) for name in names if name in modules]
    assert found == []


def test_yaml_is_read_as_data():
    loaders = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all"}
    assert [at(p, call) for p in SOURCE for name, call in calls(p) if name in loaders] == []


def test_a_command_is_a_list_and_no_shell_reads_it():
    found = []
    for path in SOURCE:
        for name, call in calls(path):
            if not name.startswith("subprocess.") or not call.args:
                continue
            shell = keyword(call, "shell")
            is_text = isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            if is_text or (shell is not None and ast.unparse(shell) != "False"):
                found.append(at(path, call))
    assert found == []


# --- What goes out -----------------------------------------------------------------------------


def test_nothing_waits_for_another_machine_without_an_end():
    # A connection class held in a variable is opened with its time-out where it is called.
    opening = ("urlopen", "imaplib.IMAP4", "imaplib.IMAP4_SSL", "socket.create_connection")
    asking = re.compile(r"requests\.(get|post|put|delete|head|request)")
    found = [
        at(path, call)
        for path in SOURCE
        for name, call in calls(path)
        if (name.endswith(opening) or asking.fullmatch(name)) and not keyword(call, "timeout")
    ]
    assert found == []


def test_no_weak_digest_proves_anything():
    """Where a standard asks for one, the call says that it guards nothing."""
    weak = {"hashlib.md5", "hashlib.sha1", "md5", "sha1"}
    found = []
    for path in RUNNING:
        for name, call in calls(path):
            guards = keyword(call, "usedforsecurity")
            if name in weak and (guards is None or ast.unparse(guards) != "False"):
                found.append(at(path, call))
    assert found == []


def test_certificates_are_always_checked():
    names = re.compile(r"_create_unverified_context|CERT_NONE|check_hostname = False|verify=False")
    assert [name_of(p) for p in RUNNING if names.search(p.read_text(encoding="utf-8"))] == []


# --- What is asked of the database -------------------------------------------------------------


def test_sql_is_never_put_together_from_values():
    found = set()
    for path in RUNNING:
        for name, call in calls(path):
            if name.split(".")[-1] not in {"execute", "executemany", "copy_expert", "raw"}:
                continue
            if call.args and _is_put_together(call.args[0]):
                found.add(name_of(path))
    assert found == SQL_WITH_NAMES.keys()


def _is_put_together(query: ast.expr) -> bool:
    if isinstance(query, ast.JoinedStr):
        return True
    if isinstance(query, ast.BinOp) and isinstance(query.op, ast.Mod | ast.Add):
        return not all(isinstance(each, ast.Constant) for each in (query.left, query.right))
    return isinstance(query, ast.Call) and ast.unparse(query.func).endswith(".format")


def test_the_orm_is_never_given_sql():
    names = {"extra", "RawSQL", "raw"}
    found = [
        at(path, call)
        for path in RUNNING
        for name, call in calls(path)
        if name.split(".")[-1] in names
    ]
    assert found == []


# --- What pages say ----------------------------------------------------------------------------


def test_nothing_is_declared_safe_that_a_person_may_have_typed():
    names = {"mark_safe", "SafeString", "SafeText", "format_html_join", "html_safe"}
    found = [
        at(path, call)
        for path in RUNNING
        for name, call in calls(path)
        if name.split(".")[-1] in names
    ]
    assert found == []


def test_templates_escape_everything():
    unsafe = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
    found = {name_of(p) for p in TEMPLATES if unsafe.search(p.read_text(encoding="utf-8"))}
    assert found == UNESCAPED


def test_scripts_never_read_text_as_markup_or_code():
    unsafe = re.compile(
        r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|\beval\(|new Function\("
    )
    found = [name_of(p) for p in SCRIPTS if unsafe.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_a_request_without_a_token_changes_nothing_but_what_a_tablet_kept():
    exempt = {
        name_of(path)
        for path in RUNNING
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == "csrf_exempt")
        or (isinstance(node, ast.Attribute) and node.attr == "csrf_exempt")
    }
    assert exempt == WITHOUT_CSRF


# --- What is written to logs -------------------------------------------------------------------

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def logged() -> Iterator[tuple[Path, ast.Call]]:
    for path in RUNNING:
        for name, call in calls(path):
            if name.split(".")[0] in {"logger", "log"} and name.split(".")[-1] in LEVELS:
                yield path, call


def test_a_log_line_is_an_event_name_and_never_a_sentence_with_values():
    event = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
    found = [
        at(path, call)
        for path, call in logged()
        if len(call.args) != 1
        or not isinstance(call.args[0], ast.Constant)
        or not event.fullmatch(str(call.args[0].value))
    ]
    assert found == []


def test_what_a_log_line_adds_are_numbers_or_known_codes():
    """Text passes the formatter under the names of CODES alone; a literal must be one of them."""
    found = []
    for path, call in logged():
        extra = keyword(call, "extra")
        if not isinstance(extra, ast.Dict):
            continue
        for key, value in zip(extra.keys, extra.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if isinstance(value, ast.Constant | ast.JoinedStr):
                is_text = isinstance(value, ast.JoinedStr) or isinstance(value.value, str)
                if is_text and name not in CODES:
                    found.append(at(path, call))
    assert found == []


# --- The rules themselves ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "is_put_together"),
    [
        ('"SELECT 1"', False),
        ("QUERY", False),
        ('"SELECT " "1"', False),
        ('f"SELECT {name}"', True),
        ('"SELECT %s" % name', True),
        ('"SELECT " + name', True),
        ('"SELECT {}".format(name)', True),
    ],
)
def test_a_query_that_is_put_together_is_seen(query, is_put_together):
    assert _is_put_together(ast.parse(query, mode="eval").body) is is_put_together
