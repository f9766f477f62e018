"""Answer whether this process lives, whether it is ready, and whether alerts get out."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alerts import health as alerting_health
from alerts import ward_notes
from crs_monitor.backups import newest


@never_cache
@require_safe
@login_not_required
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 whenever this process can answer at all; the database is not asked."""
    return _answer([])


@never_cache
@require_safe
@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and holds every migration this code needs.

    That the newest backup is old stands beside it: somebody must see to it, but taking
    the server away would help nobody.
    """
    reasons = reasons_not_ready()
    return _answer(reasons, [] if reasons or settings.CRS_DEMO else worries())


@never_cache
@require_safe
@login_not_required
def alerting(request: HttpRequest) -> JsonResponse:
    """Answer 200 when alerts are getting out, judged from the rows and never by the sender."""
    try:
        now = timezone.now()
        judgement = alerting_health.judge(now)
        arrangements = [str(note) for note in ward_notes.everywhere(now=now)]
    except DatabaseError as error:
        # Not knowing whether alerts get out is an answer: no.
        return _answer([f"The database refused: {type(error).__name__}."])
    reasons = [str(reason) for reason in judgement.reasons]
    degraded = [str(reason) for reason in judgement.degraded] + arrangements
    if judgement.ok:
        return _answer([], degraded)
    return _answer(reasons or ["Alerting is not well, and gave no reason."], degraded)


def worries() -> list[str]:
    """Return what somebody must see to, though the server works."""
    worry = newest.worry(now=timezone.now())
    return [worry] if worry else []


def reasons_not_ready() -> list[str]:
    """Return why this process cannot serve: the database is silent, or lacks a migration."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [f"The database refused: {type(error).__name__}."]
    return [f"Migration {m.app_label}.{m.name} is not applied." for m, _ in pending]


def _answer(reasons: list[str], degraded: list[str] | None = None) -> JsonResponse:
    said: dict[str, object] = {"ok": not reasons, "reasons": reasons}
    if degraded:
        said["degraded"] = degraded
    return JsonResponse(said, status=503 if reasons else 200)
