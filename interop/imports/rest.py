"""Histories over HTTP: a program sends a CSV file and asks what became of every row of it."""

import json
import uuid
from typing import Any, Final

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from charting.api.access import user_of
from charting.api.problems import problem, row
from charting.api.resource import Resource
from charting.api.schema import answers_of, moment, serializer
from charting.entry import EntryRefusedError, FieldError
from interop.imports import files, looking, sent
from interop.imports.models import ImportJob, JobState
from interop.tables.mapping import MappingRefusedError, Shape, TableMapping
from staff import permissions
from staff.models import User, Ward
from staff.tokens import Scope

_CSV: Final = "text/csv"
_YES: Final = {"true": True, "false": False, "": False}
_PARAMETERS: Final = [
    OpenApiParameter("ward", str, description="code; may be left out by who has one ward"),
    OpenApiParameter("shape", str, enum=[*Shape], description="of a file in our own headings"),
    OpenApiParameter("zone", str, description="IANA zone of times without an offset; the ward's"),
    OpenApiParameter(
        "mapping", str, description="JSON of what each column holds, or the id of an import of "
        "this ward whose mapping holds for this file as well; it brings its own shape and zone",
    ),
    OpenApiParameter("dry_run", bool, description="say what would become of it; store nothing"),
    OpenApiParameter("registers", bool, description="take patients that are not known here"),
    OpenApiParameter("client_id", uuid.UUID, description="a repeat under it is only answered"),
]  # fmt: skip
_ACCOUNT = serializer(
    "ImportAccount",
    received=s.IntegerField(help_text="rows; always the sum of the next four"),
    stored=s.IntegerField(),
    duplicates=s.IntegerField(),
    quarantined=s.IntegerField(),
    rejected=s.IntegerField(),
    patients_registered=s.IntegerField(),
    sets=s.IntegerField(),
    reasons=s.DictField(child=s.IntegerField()),
    warnings=s.ListField(child=s.CharField()),
)
_IMPORT = serializer(
    "Import",
    id=s.UUIDField(),
    ward=s.CharField(),
    state=s.ChoiceField(choices=JobState.choices),
    created_at=moment(),
    finished_at=s.DateTimeField(allow_null=True),
    rows_done=s.IntegerField(),
    rows_total=s.IntegerField(),
    problem=s.CharField(allow_blank=True),
    stores=s.BooleanField(help_text="false: the account says what would become of it"),
    account=_ACCOUNT(allow_null=True),
    rejects=s.CharField(allow_null=True, help_text="where the rows that were not stored are"),
)
_FILE = OpenApiResponse(OpenApiTypes.STR, "The rows that were not stored, with line and reason.")


class _CsvParser(BaseParser):
    """The body is read piece by piece, and not here."""

    media_type = _CSV

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Nothing is parsed here."""
        return {}


class _CsvRenderer(JSONRenderer):
    """Who asks for CSV gets it; a refusal stays JSON."""

    media_type = _CSV


class Imports(Resource):
    """Files of history, which never page anybody."""

    scopes = {"POST": Scope.IMPORT}
    parser_classes = [_CsvParser]

    @extend_schema(
        request={_CSV: OpenApiTypes.STR},
        parameters=_PARAMETERS,
        responses=answers_of(_200=_IMPORT, _202=_IMPORT),
        operation_id="import_history",
    )
    def post(self, request: Request) -> Response:
        """Take a CSV file as the body, and import it behind the answer: 202 and its place."""
        user = user_of(request)
        ward = _ward(user, request.GET.get("ward", ""))
        kind = (request.content_type or "").partition(";")[0].strip().casefold()
        if kind != _CSV:
            wrong = row("Content-Type", f"must be {_CSV}, with the file as the body", kind[:60])
            return problem(415, [wrong], slug="no-csv", title="The body must be CSV")
        asked = _asked(request, ward)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > files.LARGEST_BYTES:
            return _too_large(int(length))
        try:
            job, is_new = sent.take(request._request, asked, by=user, now=timezone.now())  # type: ignore[arg-type]
        except files.TooLargeError:
            return _too_large(None)
        place = {"Location": f"/api/v1/imports/{job.pk}/"}
        return Response(_reply(job), status=202 if is_new else 200, headers=place)


class OneImport(Resource):
    """One file of history."""

    scopes = {"GET": Scope.IMPORT}

    @extend_schema(responses=answers_of(_200=_IMPORT), operation_id="read_import")
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Return how far it is, and then what became of every row."""
        return Response(_reply(looking.job_of(user_of(request), job_id)))


class ImportRejects(Resource):
    """What an import did not store."""

    scopes = {"GET": Scope.IMPORT}
    renderer_classes = [_CsvRenderer, JSONRenderer]

    @extend_schema(responses={(200, _CSV): _FILE}, operation_id="read_import_rejects")
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponseBase:
        """Return the rows that were not stored, to be corrected and sent again; 404 for none."""
        user = user_of(request)
        job = looking.job_of(user, job_id)
        path = looking.take_rejects(job, by=user, now=timezone.now())
        return FileResponse(path.open("rb"), content_type=_CSV)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a file as it is: it has no tag, and no cache keeps it."""
        if isinstance(response, Response):
            return super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response


def _ward(user: User, code: str) -> Ward:
    """The ward named, or the only one; one into which the caller may not is like none at all."""
    wards = Ward.objects.filter(pk__in=permissions.ward_ids(user)).order_by("pk")
    mine = [each for each in wards if permissions.can_import_files(user, each)]
    if not code and len(mine) > 1:
        raise EntryRefusedError([FieldError("ward", None, "is required: you have several")])
    for each in mine:
        if code in {"", each.code}:
            return each
    raise NotFound("There is no such ward of yours.")


def _asked(request: Request, ward: Ward) -> sent.Asked:
    """What the query says; raises EntryRefusedError with everything that is wrong in it."""
    errors: list[FieldError] = []
    said = request.GET
    known = {each.name for each in _PARAMETERS}
    errors += [FieldError(name[:60], None, "is not known here") for name in said.keys() - known]
    shape = said.get("shape", "") or Shape.WIDE
    if shape not in set(Shape):
        errors.append(FieldError("shape", shape[:60], f"must be one of {', '.join(Shape)}"))
    truths = {}
    for name in ("dry_run", "registers"):
        text = said.get(name, "").casefold()
        truths[name] = _YES.get(text, False)
        if text not in _YES:
            errors.append(FieldError(name, text[:60], "must be true or false"))
    mapping = client_id = None
    try:
        mapping = _mapping(said.get("mapping", ""), ward)
    except MappingRefusedError as refused:
        errors += [FieldError("mapping", None, words) for words in refused.problems]
    try:
        client_id = uuid.UUID(said["client_id"]) if said.get("client_id") else None
    except ValueError:
        errors.append(FieldError("client_id", said["client_id"][:60], "must be a UUID"))
    if errors:
        raise EntryRefusedError(errors)
    zone = said.get("zone", "") or ward.time_zone
    return sent.Asked(ward, Shape(shape), zone, mapping, truths["dry_run"], truths["registers"],
                      client_id)  # fmt: skip


def _mapping(said: str, ward: Ward) -> TableMapping | None:
    """The mapping sent, or the one kept with an earlier import of this ward."""
    if not said:
        return None
    try:
        earlier = uuid.UUID(said)
    except ValueError:
        try:
            return TableMapping.from_json(json.loads(said))
        except (json.JSONDecodeError, RecursionError):
            raise MappingRefusedError(["must be JSON, or the id of an import"]) from None
    kept = ImportJob.objects.filter(pk=earlier, ward=ward).exclude(mapping=None).first()
    if kept is None:
        raise MappingRefusedError(["no import of this ward with a mapping has this id"])
    return TableMapping.from_json(kept.mapping)


def _too_large(size: int | None) -> Response:
    most = files.LARGEST_BYTES
    wrong = row("body", f"is over {most} bytes: send the file in parts, in any order", size)
    return problem(413, [wrong | {"bound": {"low": 1, "high": most, "unit": "bytes"}}])


def _reply(job: ImportJob) -> dict[str, Any]:
    account = job.summary if job.state == JobState.DONE else job.tried
    return {
        "id": job.pk,
        "ward": job.ward.code,
        "state": job.state,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "rows_done": job.rows_done,
        "rows_total": job.rows_total,
        "problem": job.problem,
        "stores": job.state in {JobState.IMPORTING, JobState.DONE},
        "account": {name: account[name] for name in _ACCOUNT().fields} if account else None,
        "rejects": f"/api/v1/imports/{job.pk}/rejects/" if looking.has_rejects(job) else None,
    }
