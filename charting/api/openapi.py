"""What the OpenAPI document says of every operation: its scope, its refusals and examples."""

from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers as s

from charting.api import problems, sample
from charting.api.examples import REQUESTS
from charting.api.schema import serializer
from staff.scopes import scope_for

_ANY: Final = (400, 401, 403, 404, 405, 406, 429, 500, 503)
_OF_A_WRITE: Final = (409, 413, 415)
_RETRY: Final[Mapping[str, Any]] = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
}
_EXAMPLES: Final[Mapping[int, Mapping[str, Any]]] = {
    400: problems.row("spo2_percent", "140 is outside 30 to 100 %", 140),
    401: problems.row("", "Authentication credentials were not provided."),
    403: problems.row("", "This token lacks the scope write:observations."),
    404: problems.row("", "There is no such patient on your wards."),
    409: problems.row("conflict", "client_id … belongs to another entry"),
    413: problems.row("", "The body is over 65536 bytes."),
}

Problem = serializer(
    "Problem",
    type=s.CharField(help_text="a URN; the same for the same kind of refusal"),
    title=s.CharField(),
    status=s.IntegerField(),
    detail=s.CharField(),
    errors=serializer(
        "ProblemField",
        field=s.CharField(allow_blank=True, help_text="empty: the request as a whole"),
        value=s.JSONField(allow_null=True),
        message=s.CharField(),
        bound=s.JSONField(allow_null=True, help_text="low, high and unit, where there are any"),
    )(many=True),
)


class DescribedSchema(AutoSchema):
    """Add to each operation what is the same for all of them."""

    def get_operation(self, *args: Any) -> Any:
        """Describe one operation."""
        operation = super().get_operation(*args)
        if operation is None or not self.path.startswith("/api/v1/"):
            return operation
        self._say_scope(operation)
        self._say_refusals(operation)
        self._show_request(operation)
        self._show_answers(operation)
        return operation

    def _say_scope(self, operation: dict[str, Any]) -> None:
        scope = scope_for(self.view, self.method)
        words = f"Scope of a token: `{scope}`." if scope else "Open to a token of any scope."
        operation["description"] = f"{operation.get('description', '')}\n\n{words}".strip()
        operation["x-scope"] = str(scope) if scope else None
        operation["security"] = [{"bearer": []}, {"session": []}]

    def _say_refusals(self, operation: dict[str, Any]) -> None:
        codes = _ANY if self.method == "GET" else _ANY + _OF_A_WRITE
        respond: Any = self._get_response_for_code
        shape = respond(OpenApiResponse(Problem), "400")
        schema = shape["content"]["application/json"]["schema"]
        kept = {code: each for code, each in operation["responses"].items() if code < "400"}
        for code in sorted(codes):
            example = problems.document(code, [_EXAMPLES.get(code) or problems.row("", "…")])
            content = {problems.CONTENT_TYPE: {"schema": schema, "example": example}}
            kept[str(code)] = {"description": example["title"], "content": content}
            if code in (429, 503):
                kept[str(code)]["headers"] = _RETRY
        operation["responses"] = kept

    def _show_request(self, operation: dict[str, Any]) -> None:
        body = operation.get("requestBody")
        if body is not None:
            for media in body["content"].values():
                media["example"] = REQUESTS[operation["operationId"]]

    def _show_answers(self, operation: dict[str, Any]) -> None:
        """An answer made up from its own schema, so that it can never say another thing."""
        for code, answer in operation["responses"].items():
            if code < "300" and "content" in answer:
                for media in answer["content"].values():
                    media["example"] = sample.of(media["schema"], self.registry)
