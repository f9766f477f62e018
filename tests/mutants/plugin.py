"""How the rules are tested against mutants of themselves: few examples, the nearest tests first.

mutmut keeps the tests collected and forks for each mutant. That is blind in two places, which
are looked after here: a table built while its module loads was built before the fork, and a
cached table is built by whichever test comes first.
"""

import functools
import gc
import importlib
import json
import os
import sys
from collections.abc import Generator, Iterable
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
LOADED_ANEW = ("grading", "docs", "tests.spec", "tests.unit")
FEW = 40
# Whatever a table says stands on the page or in an answer.
NEAR_ALL = (
    "tests/spec/grading/test_clinical_rules_page.py",
    "tests/spec/grading/test_whole_answers.py",
)
PLAIN = ("-x", "-q", "--rootdir=.", "--noconftest", "-p", "tests.plugins.published")
KILLED = int(pytest.ExitCode.TESTS_FAILED)


def pytest_collection_finish() -> None:
    """Keep what ran while loading; no test has run yet."""
    if _under_test() == "stats":
        RAN_ON_LOADING.write_text(json.dumps(sorted(_hits())), encoding="utf-8")


def pytest_runtest_setup() -> None:
    """Let each test build its own tables, so that it is known to reach what builds them."""
    if _under_test() == "stats":
        for cache in _caches():
            cache.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, int, int]:
    """Run one mutant stage by stage; the first failure kills it."""
    function, is_mutant, _ = _under_test().partition("__mutmut_")
    if not is_mutant:
        return (yield)
    if function in json.loads(RAN_ON_LOADING.read_text(encoding="utf-8")):
        _forget_modules()
        first, rest = _files_for(function)
    else:
        first, rest = _spread(config.args)
    config.args[:] = first
    status = yield
    if status == pytest.ExitCode.OK and rest:
        status = pytest.main([*PLAIN, *rest])
    # What cannot even be loaded is as dead as what fails.
    return KILLED if status == pytest.ExitCode.INTERRUPTED else status


def _under_test() -> str:
    return os.environ.get("MUTANT_UNDER_TEST", "")


def _hits() -> Iterable[str]:
    hits: Iterable[str] = importlib.import_module("mutmut.state").state()._stats
    return hits


@functools.lru_cache(maxsize=1)
def _caches() -> list[Any]:
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)
        and str(getattr(one, "__module__", "")).startswith("grading.")
    ]


def _forget_modules() -> None:
    for name in list(sys.modules):
        if any(name == root or name.startswith(f"{root}.") for root in LOADED_ANEW):
            del sys.modules[name]


def _files_for(function: str) -> tuple[list[str], list[str]]:
    """The files near to all and those named after the module; then every other file."""
    subject = function.split(".")[-2].split("_")[0]
    files = sorted({test.partition("::")[0] for test in _durations()})
    near = [file for file in files if file in NEAR_ALL or f"test_{subject}" in file]
    return near, [file for file in files if file not in near]


def _spread(tests: list[str]) -> tuple[list[str], list[str]]:
    """A few of the tests from everywhere, the quick ones first; then the others."""
    durations = _durations()
    few = set(sorted(tests)[:: max(1, len(tests) // FEW)])
    quick_first = sorted(tests, key=lambda test: (durations.get(test, 0), test))
    return [t for t in quick_first if t in few], [t for t in quick_first if t not in few]


def _durations() -> dict[str, float]:
    stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    durations: dict[str, float] = stats["duration_by_test"]
    return durations
