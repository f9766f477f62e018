"""Import a file: upload it, say what its columns hold, try it, import it, see how far it is."""

import csv
from collections.abc import Callable
from itertools import islice
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import trail
from interop.access import user_of, wards_to_import
from interop.imports import files, form, looking, wake, work
from interop.imports.models import RUNNING, ImportJob, JobState
from interop.tables import sniffing
from interop.tables.mapping import MappingRefusedError, Shape, TableMapping
from interop.tables.rejects import ADDED
from staff import permissions

_MOST_ERRORS: Final = 50
_MOST_JOBS: Final = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Show the uploads of the person's wards; a POST takes a file."""
    user, now = user_of(request), timezone.now()
    wards = wards_to_import(user)
    problem = ""
    if request.method == "POST":
        ward = next((each for each in wards if each.code == request.POST.get("ward")), None)
        upload = request.FILES.get("file")
        if ward is None or upload is None:
            problem = "Choose a ward and a file."
        else:
            try:
                kept = files.keep(upload.chunks())
            except files.TooLargeError as error:
                problem = f"The file is too large: {error}."
            else:
                job = ImportJob.objects.create(
                    created_at=now, created_by=user, ward=ward, file_name=kept.name,
                    name=PurePath(upload.name or "file").name[:120], size_bytes=kept.size_bytes,
                )  # fmt: skip
                return redirect(f"/import/{job.pk}/")
    jobs = ImportJob.objects.filter(ward__in=wards).select_related("ward", "created_by")
    content = {"wards": wards, "jobs": jobs[:_MOST_JOBS], "problem": problem,
               "may_mend": permissions.can_mend_feeds(user),
               "largest_mb": files.LARGEST_BYTES // 2**20, "days": work.KEEP.days}  # fmt: skip
    return render(request, "interop/import_files.html", content, status=400 if problem else 200)


@never_cache
@require_safe
def job_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show where one upload stands: its mapping, its try, how far it is, or what came of it."""
    job = looking.job_of(user_of(request), job_id)
    if job.state == JobState.UPLOADED:
        return _map(request, job)
    content = _content(job)
    if content["errors"]:
        looking.rows_were_seen(job, by=user_of(request), now=timezone.now())
    return render(request, "interop/import_job.html", content)


@never_cache
@require_POST
def map_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Take the mapping a person confirmed, and try the file with it: nothing is stored yet."""
    job = looking.job_of(user_of(request), job_id)
    if job.state != JobState.UPLOADED:
        return redirect(f"/import/{job.pk}/")
    found = sniffing.sniff(files.path_of(job))
    shape = Shape.TIDY if request.POST.get("shape") == Shape.TIDY else Shape.WIDE
    asked = form.posted(found, shape, request.POST.dict())
    try:
        mapping = form.mapping_of(asked)
    except MappingRefusedError as refused:
        asked.problems = refused.problems
        return _mapping_screen(request, job, asked, status=400)
    job.registers = asked.registers
    _set_going(job, JobState.TRYING, mapping)
    return redirect(f"/import/{job.pk}/")


@never_cache
@require_POST
def start(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Import what was tried; only one of two clicks does."""
    job = looking.job_of(user_of(request), job_id)
    with transaction.atomic():
        tried = ImportJob.objects.filter(pk=job.pk, state=JobState.TRIED)
        if tried.update(state=JobState.IMPORTING, rows_done=0, finished_at=None):
            trail.record(
                action="file.import_started",
                actor=user_of(request),
                scope=f"ward:{job.ward_id}",
                subject=f"import_job:{job.pk}",
                at=timezone.now(),
                detail={"rows": (job.tried or {}).get("received", 0)},
            )
            wake.after_commit(job.pk)
    return redirect(f"/import/{job.pk}/")


@never_cache
@require_POST
def again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Go back to the mapping; what is running or imported stays as it is."""
    job = looking.job_of(user_of(request), job_id)
    back = ImportJob.objects.filter(pk=job.pk, state__in=(JobState.TRIED, JobState.FAILED))
    if not back.filter(batch=None).update(state=JobState.UPLOADED, problem=""):
        messages.warning(request, "What is running, or was imported, is not mapped anew.")
    return redirect(f"/import/{job.pk}/")


@never_cache
@require_safe
def progress(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """How far it is, from its row: whoever asks, and however often the page was loaded."""
    job = looking.job_of(user_of(request), job_id)
    return JsonResponse({"state": job.state, "done": job.rows_done, "of": job.rows_total})


@never_cache
@require_safe
def rejects(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Give the rows that were not stored, with line and reason, to be corrected."""
    job = looking.job_of(user_of(request), job_id)
    path = looking.take_rejects(job, by=user_of(request), now=timezone.now())
    name = f"not-stored-{PurePath(job.name).stem[:60]}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name,
                        content_type="text/csv")  # fmt: skip


def _map(request: HttpRequest, job: ImportJob) -> HttpResponse:
    try:
        found = sniffing.sniff(files.path_of(job))
    except OSError:
        return _failed(request, job, "The file cannot be read any more: upload it again.")
    if found.problem:
        return _failed(request, job, found.problem)
    asked = request.GET.get("shape", "")
    shape = Shape(asked) if asked in set(Shape) else form.likely_shape(found)
    suggestion = form.suggested(found, shape, zone=job.ward.time_zone)
    return _mapping_screen(request, job, suggestion)


def _mapping_screen(
    request: HttpRequest, job: ImportJob, asked: form.MappingForm, *, status: int = 200
) -> HttpResponse:
    """The columns with some of their cells."""
    looking.rows_were_seen(job, by=user_of(request), now=timezone.now())
    content = {"job": job, **form.page(asked)}
    return render(request, "interop/import_map.html", content, status=status)


def _failed(request: HttpRequest, job: ImportJob, problem: str) -> HttpResponse:
    job.problem, job.state = problem[:300], JobState.FAILED
    return render(request, "interop/import_job.html", _content(job))


def _set_going(job: ImportJob, state: JobState, mapping: TableMapping) -> None:
    with transaction.atomic():
        job.state, job.mapping = state, mapping.as_json()
        job.rows_done = job.rows_total = 0
        job.tried, job.problem = None, ""
        job.save()
        wake.after_commit(job.pk)


def _content(job: ImportJob) -> dict[str, Any]:
    summary = job.summary if job.state == JobState.DONE else job.tried
    has_rejects = looking.has_rejects(job)
    count: Callable[[str], int] = lambda name: (summary or {}).get(name, 0)  # noqa: E731
    return {
        "job": job,
        "running": job.state in RUNNING,
        "summary": summary,
        "counts": [
            ("Rows in the file", count("received")),
            ("To be stored" if job.state == JobState.TRIED else "Stored", count("stored")),
            ("Stored before", count("duplicates")),
            ("Kept for a person to judge", count("quarantined")),
            ("Rejected", count("rejected")),
        ],
        "errors": _errors(job) if has_rejects else [],
        "has_rejects": has_rejects,
        "may_map_again": job.state in {JobState.TRIED, JobState.FAILED} and job.batch_id is None
        and job.mapping is not None,
    }  # fmt: skip


def _errors(job: ImportJob) -> list[dict[str, str]]:
    """The first refused rows, as the rejects file says them: line, column, value, why."""
    mapping = TableMapping.from_json(job.mapping)
    path = work.rejects_path(job)
    with path.open(encoding=mapping.encoding, errors="replace", newline="") as stream:
        rows = csv.DictReader(stream, delimiter=mapping.delimiter)
        return [
            {
                "line": row[ADDED[0]], "outcome": row[ADDED[1]], "column": row[ADDED[2]],
                "value": (row.get(row[ADDED[2]]) or row[ADDED[5]] or "")[:60],
                "reason": row[ADDED[3]].replace("_", " "), "words": row[ADDED[4]],
            }
            for row in islice(rows, _MOST_ERRORS)
        ]  # fmt: skip
