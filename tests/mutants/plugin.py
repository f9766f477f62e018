"""How the rules are tested against mutants of themselves: few examples, the nearest tests first.

mutmut keeps the tests collected and forks for each mutant. That is blind in two places, which
are looked after here: a table built while its module loads was built before the fork, and a
cached table is built by whichever test comes first.
"""

import ast
import functools
import gc
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# The smallest example is for people; a mutant is dead at the first.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=8,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    report_multiple_bugs=False,
)
hypothesis.settings.load_profile("mutants")

# Functions that ran while the modules loaded; written by the run that maps tests to functions.
RAN_ON_LOADING = Path("ran-on-loading.json")
DURATIONS = Path("durations.json")
IMPORTERS = Path("importers.json")
OURS = ("grading", "docs", "tests")
FEW = 40
ANSWERS = "tests/spec/grading/test_whole_answers.py"
STRIDE = 17
PLAIN = ("-x", "-q", "--rootdir=.", "--noconftest", "-p", "tests.plugins.published")
DEAD_OR_ALIVE = {
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR,
}
KILLED = int(pytest.ExitCode.TESTS_FAILED)


def pytest_collection_finish() -> None:
    """Keep what ran while loading; no test has run yet."""
    if _under_test() == "stats":
        ran = _state()._stats | set(_ran_on_loading())
        RAN_ON_LOADING.write_text(json.dumps(sorted(ran)), encoding="utf-8")
        IMPORTERS.write_text(json.dumps(_importers()), encoding="utf-8")


def pytest_sessionfinish() -> None:
    """Keep how long each test took, apart from what mutmut keeps: it is read for each mutant."""
    if _under_test() == "stats":
        DURATIONS.write_text(json.dumps(_state().duration_by_test), encoding="utf-8")


def pytest_runtest_setup() -> None:
    """Let each test build its own tables, so that it is known to reach what builds them."""
    if _under_test() == "stats":
        for cache in _caches():
            cache.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Judge one mutant, by what is quick to ask first; the first failure kills it."""
    function, is_mutant, _ = _under_test().partition("__mutmut_")
    if not is_mutant:
        return None
    gc.set_threshold(100_000)
    if function in _ran_on_loading():
        _forget(function.rpartition(".")[0])
        dead = _page_differs() or _answers_differ(None) or any(map(_fails, _files_for(function)))
    else:
        dead = _answers_differ(config.args) or any(map(_fails, _spread(config.args)))
    return KILLED if dead else int(pytest.ExitCode.OK)


def _under_test() -> str:
    return os.environ.get("MUTANT_UNDER_TEST", "")


def _ran_on_loading() -> list[str]:
    # New tests are mapped in a run of their own, which loads less.
    known = RAN_ON_LOADING.read_text(encoding="utf-8") if RAN_ON_LOADING.exists() else "[]"
    ran: list[str] = json.loads(known)
    return ran


def _state() -> Any:
    return importlib.import_module("mutmut.state").state()


@functools.lru_cache(maxsize=1)
def _caches() -> list[Any]:
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)
        and str(getattr(one, "__module__", "")).startswith("grading.")
    ]


def _importers() -> dict[str, list[str]]:
    """Every module of ours with those that import it, through others too."""
    # The sources, not the mutants of them, lie one folder up.
    sources = {
        ".".join(file.relative_to("..").with_suffix("").parts).removesuffix(".__init__"): file
        for folder in OURS
        for file in Path("..", folder).rglob("*.py")
    }
    imports = {name: _imported_by(file) for name, file in sources.items()}

    def reached(name: str) -> set[str]:
        found: set[str] = set()
        new = {name}
        while new:
            found |= new
            new = {other for other in sources if imports[other] & new} - found
        return found

    return {name: sorted(reached(name)) for name in sources if name.startswith("grading.")}


def _imported_by(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


def _forget(module: str) -> None:
    """Let a module be loaded anew, and all that it is part of."""
    for name in json.loads(IMPORTERS.read_text(encoding="utf-8"))[module]:
        parent, _, last = name.rpartition(".")
        sys.modules.pop(name, None)
        # `from package import module` would find it there still.
        package = sys.modules.get(parent)
        if package is not None and last in vars(package):
            delattr(package, last)


def _page_differs() -> bool:
    """Whether the page of rules is another, or the rules do not even load."""
    try:
        return bool(importlib.import_module("docs.generate_clinical_rules").main(["--check"]))
    except Exception:
        return True


def _answers_differ(tests: list[str] | None) -> bool:
    """Whether an answer is another: in the situations among these tests, or in any."""
    asked = None if tests is None else {test.partition("[")[2].rstrip("]") for test in tests}
    try:
        answers = importlib.import_module("tests.spec.grading.test_whole_answers")
        chosen = [one.values for one in answers.SITUATIONS if asked is None or one.id in asked]
        # From everywhere first: neighbors in a chart ask much the same.
        spread = [values for start in range(STRIDE) for values in chosen[start::STRIDE]]
        return any(answers.told(scale, case) != told for scale, case, told in spread)
    except Exception:
        return True


def _fails(tests: Sequence[str]) -> bool:
    """Whether a test fails, or cannot even be loaded."""
    if not tests:
        return False
    status = pytest.main([*PLAIN, *tests])
    if status not in DEAD_OR_ALIVE:
        raise RuntimeError(f"pytest ended with {status}")
    return status != pytest.ExitCode.OK


def _files_for(function: str) -> list[list[str]]:
    """The files named after the module, then the rest."""
    subject = function.split(".")[-2].split("_")[0]
    files = sorted({test.partition("::")[0] for test in _durations()} - {ANSWERS})
    near = [file for file in files if f"test_{subject}" in file]
    return [near, [file for file in files if file not in near]]


def _spread(tests: list[str]) -> list[list[str]]:
    """A few of the tests from everywhere, the quick ones first; then the others."""
    durations = _durations()
    others = sorted(test for test in tests if not test.startswith(ANSWERS))
    few = set(others[:: max(1, len(others) // FEW)])
    quick_first = sorted(others, key=lambda test: (durations.get(test, 0), test))
    return [[t for t in quick_first if t in few], [t for t in quick_first if t not in few]]


def _durations() -> dict[str, float]:
    durations: dict[str, float] = json.loads(DURATIONS.read_text(encoding="utf-8"))
    return durations
