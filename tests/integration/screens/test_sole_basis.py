"""Every page that shows a grade, a window, an alert or a fact says that it is no basis alone."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Engine
from django.template.loader_tags import BlockNode, ExtendsNode
from django.urls import URLPattern, URLResolver, get_resolver

from alerts.models import Alert
from grading.models import Assessment
from tests.factories.ward import GRADE_2, GRADE_3, chart_set, check_neuro, give

pytestmark = pytest.mark.django_db
SENTENCE = "not for use as the sole basis for a decision"
ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
STYLES = sorted((ROOT / "static/crs_monitor/css").glob("*.css"))
# Parts of pages, and pages of the server itself that show nothing of a patient.
NO_PAGES = {"components", "500.html", "alerts/twin.html", "base.html"}
# What stands in for a name in an address; a page reached with nothing of this is looked at as a
# template alone.
STANDS_FOR = {"kind": ("treatment", "infusion", "lab", "neuro")}
AT_LEAST_PAGES = 25


def whole_pages():
    named = (path.relative_to(TEMPLATES) for path in sorted(TEMPLATES.rglob("*.html")))
    return [
        str(path)
        for path in named
        if not path.name.startswith("_") and not NO_PAGES & {path.parts[0], str(path)}
    ]


def is_part(name):
    """Whether other templates include it, so that it is no page."""
    return any(
        f'include "{name}"' in path.read_text() or f"include '{name}'" in path.read_text()
        for path in TEMPLATES.rglob("*.html")
    )


PAGES = [name for name in whole_pages() if not is_part(name)]


def shown_of(name):
    """The source that a page shows, with blocks it overrides in place of those it inherits."""
    template = Engine.get_default().get_template(name)
    extends: list[Any] = template.nodelist.get_nodes_by_type(ExtendsNode)
    if not extends:
        return template.source
    parent = extends[0]
    own = {block.name for block in parent.nodelist.get_nodes_by_type(BlockNode)}
    inherited = shown_of(str(parent.parent_name.var))
    for block in own:
        inherited = re.sub(
            rf"{{% block {block} %}}.*?{{% endblock %}}", "", inherited, flags=re.DOTALL
        )
    return inherited + template.source


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_written_with_the_sentence(name):
    source = shown_of(name)
    assert "components/disclaimer.html" in source or SENTENCE in source.lower()


def test_a_page_that_empties_its_foot_is_noticed(tmp_path, settings):
    empty = '{% extends "base.html" %}{% block footer %}{% endblock %}'
    (tmp_path / "bare.html").write_text(empty)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, TEMPLATES]}]
    assert "components/disclaimer.html" not in shown_of("bare.html")
    (tmp_path / "whole.html").write_text('{% extends "base.html" %}')
    assert "components/disclaimer.html" in shown_of("whole.html")


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_hides_the_sentence_on_screen_or_on_paper(path):
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text())
    hidden = [
        selector.strip()
        for selector, body in rules
        if re.search(r"\.disclaimer|(?:^|[\s,>])footer\b", selector)
        and re.search(r"display:\s*none|visibility:\s*hidden|font-size:\s*0|opacity:\s*0\b", body)
    ]
    assert hidden == []


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


@pytest.fixture
def addresses(patient):
    """Every address of a page with what is in the ward, and those that cannot be filled."""
    charted = chart_set(patient, GRADE_2, minutes_ago=30)
    chart_set(patient, GRADE_3)
    check = check_neuro(patient, ice_score=8, consciousness="alert")
    running = give(patient, "norepinephrine", minutes_ago=10)
    known = STANDS_FOR | {
        "patient_id": (patient.pk,),
        "set_id": (charted.observations.pk,),
        "assessment_id": (Assessment.objects.filter(patient=patient).in_force().first().pk,),
        "check_id": (check.pk,),
        "treatment_id": (running.pk,),
    }
    found = []
    for route in routes(get_resolver().url_patterns):
        if route.startswith(("admin/", "api/", "fhir/", "health/")) or set("^$?\\") & set(route):
            continue
        codes = (Alert.objects.first().code,) if route.startswith("alerts/") else ("7b",)
        found += _filled(route, known | {"code": codes})
    return found


def _filled(route, known):
    named = re.search(r"<\w+:(\w+)>", route)
    if named is None:
        return [f"/{route}"]
    values = known.get(named.group(1), ())
    return [
        each
        for value in values
        for each in _filled(route.replace(named.group(), str(value), 1), known)
    ]


def test_every_page_that_opens_shows_the_sentence(addresses, patient, charge_nurse, signed_in):
    client = signed_in(charge_nurse)
    asked = [*addresses, f"/compare/?patients={patient.pk}", "/reference/?grade=2"]
    opened, silent = [], []
    for address in asked:
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        opened.append(address)
        words = re.sub(r"<script.*?</script>|<template.*?</template>", "", answer.content.decode(),
                       flags=re.DOTALL)  # fmt: skip
        if SENTENCE not in words:
            silent.append(address)
    assert silent == []
    here = f"/patients/{patient.pk}"
    for page in ("timeline/", "course/", "chart/", "record/treatment/", "body-systems/"):
        assert f"{here}/{page}" in opened
    assert len(opened) >= AT_LEAST_PAGES
