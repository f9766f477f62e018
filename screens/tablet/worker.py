"""The service worker and the web manifest: what makes a tablet open the pages without a network."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from screens.tablet.shell import SHELL_URL, shell_text

_OURS: Final = "crs_monitor"
_KINDS: Final = frozenset({".css", ".js", ".json", ".svg", ".png"})
_WORKER: Final = f"{_OURS}/js/offline/worker.js"


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer the worker with the list of files it keeps; it holds for the whole site.

    Never from a cache without asking: an old worker would go on serving old pages.
    """
    body = worker_text(_signature())
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()}"'
    whole = HttpResponse(
        body,
        content_type="text/javascript",
        headers={"ETag": etag, "Service-Worker-Allowed": "/"},
    )
    response = get_conditional_response(request, etag=etag, response=whole) or whole
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def web_manifest(_request: HttpRequest) -> JsonResponse:
    """Answer what a browser needs to install the pages as an app."""
    return JsonResponse(
        {
            "id": "/",
            "name": "CRS Monitor",
            "short_name": "CRS Monitor",
            "description": "Decision support. Not a certified device, not a primary alarm.",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f7f7",
            "theme_color": "#0a5c60",
            "icons": [_icon("any", 192), _icon("any", 512), _icon("maskable", 512)],
        },
        content_type="application/manifest+json",
    )


@lru_cache(maxsize=2)
def worker_text(_signature: str) -> str:
    """Return the worker: its list, and what it does with it. Any changed file changes it."""
    files = sorted({url for name in names() for url in _urls(name)})
    kept = {"version": _version(), "shell": SHELL_URL, "files": files}
    code = _path(_WORKER).read_text()
    return f"const KEPT = {json.dumps(kept)};\n{code}"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every file of our own that a page without a network may need; no vendored one."""
    found = (
        name
        for finder in finders.get_finders()
        for name, _storage in finder.list(["admin/*", "rest_framework/*", "vendor/*"])
        if name.startswith(f"{_OURS}/") and Path(name).suffix in _KINDS and name != _WORKER
    )
    return tuple(sorted(found))


def _urls(name: str) -> Iterator[str]:
    yield staticfiles_storage.url(name)
    if name.endswith((".js", ".json")):
        # One module imports another by its plain name.
        yield f"{settings.STATIC_URL}{name}"


def _version() -> str:
    digest = hashlib.sha256(shell_text().encode())
    for name in (_WORKER, *names()):
        digest.update(name.encode())
        digest.update(_path(name).read_bytes())
    return digest.hexdigest()[:16]


def _signature() -> str:
    """Changes with the files while they are being worked on; elsewhere they stand still."""
    if not settings.WHITENOISE_USE_FINDERS:
        return ""
    names.cache_clear()
    times = [_path(name).stat().st_mtime_ns for name in (_WORKER, *names())]
    pages = [path.stat().st_mtime_ns for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    return hashlib.sha256(repr((times, pages)).encode()).hexdigest()


def _path(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found)


def _icon(purpose: str, size: int) -> dict[str, Any]:
    name = f"{_OURS}/icons/app-{purpose}-{size}.png"
    return {
        "src": staticfiles_storage.url(name),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
