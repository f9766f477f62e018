"""Every answer tells the browser what it may do, and a stranger gets no page."""

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

# Open to a stranger: health, and the way in.
OPEN = {"health/live", "health/ready", "health/alerting", "sign-in/"}
# What the server can do, which a client asks before it signs in.
OPEN |= {"fhir/metadata"}
# The same for everybody, and without anybody: what a tablet opens when there is no network.
OPEN |= {"service-worker.js", "app.webmanifest", "tablet/shell/", "tablet/unsent/"}
WORD_FOR = {
    "int": "1",
    "row": "1",
    "chart": "1",
    "str": "x",
    "slug": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "x",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Return every address as it is written, below `before`."""
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, route)
        else:
            found.append(route)
    return found


def with_words(route: str) -> str:
    """Put a word for each part a route leaves open."""
    for kind, word in WORD_FOR.items():
        while f"<{kind}:" in route:
            start = route.index(f"<{kind}:")
            route = route[:start] + word + route[route.index(">", start) + 1 :]
    return route


ALL = [
    route
    for route in addresses(get_resolver().url_patterns)
    if not route.startswith("admin/") and not set("^$?\\") & set(route)
]


def test_the_browser_runs_only_what_we_serve(client):
    policy = client.get("/health/live")["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "frame-src 'none'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
    ]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_its_headers(client, header, value):
    assert client.get("/health/live")[header] == value


@pytest.mark.parametrize("route", ALL)
def test_a_stranger_is_shown_the_way_in_and_nothing_else(client, route):
    answer = client.get("/" + with_words(route))
    if route in OPEN:
        assert answer.status_code in (200, 503)
    elif answer.status_code == 302:
        assert answer["Location"].startswith(settings.LOGIN_URL)
    else:
        assert answer.status_code in (401, 403, 405)


def test_no_open_address_is_forgotten_when_it_goes():
    assert set(ALL) >= OPEN
