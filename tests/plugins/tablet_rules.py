"""The tablet's grading in real Chromium: modules and table, without a server behind them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page

_CALL = """
async ([name, cases]) => {
  const rules = await import("/static/crs_monitor/js/rules/index.js");
  const table = await (await fetch("/static/crs_monitor/rules/grades.json")).json();
  const follow = (situation, earlier) =>
    earlier.reduce((now, values) => rules.followSet(values, now, table), situation);
  return cases.map(([values, situation, earlier = []]) =>
    rules[name](values, follow(situation, earlier), table));
}
"""

# The name of a function of index.js; the values, the situation, and sets charted in between.
Asked = Callable[[str, Sequence[Sequence[Any]]], list[dict[str, Any]]]


@pytest.fixture
def on_tablet(page: Page, static_pages: str) -> Asked:
    """Ask the modules for many answers at once."""
    page.goto(f"{static_pages}/")

    def asked(name: str, cases: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        plain = json.loads(json.dumps(cases, default=str))
        answers: list[dict[str, Any]] = page.evaluate(_CALL, [name, plain])
        return answers

    return asked
