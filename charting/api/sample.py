"""Make up a value that fits a schema of the OpenAPI document, the same each time."""

from typing import Any, Final

_WORDS: Final = {
    "date-time": "2026-03-10T12:00:00Z",
    "date": "2026-03-10",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "email": "ward@example.org",
}
_DEEPEST: Final = 8


def of(schema: dict[str, Any], registry: Any, depth: int = 0) -> Any:
    """Return a value of this schema; references are looked up among the components."""
    if depth > _DEEPEST:
        return None
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return of(registry[(name, "schemas")].schema, registry, depth + 1)
    for joined in ("allOf", "oneOf", "anyOf"):
        if joined in schema:
            return of(schema[joined][0], registry, depth + 1)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return _object(schema, registry, depth)
    if schema.get("type") == "array":
        return [of(schema["items"], registry, depth + 1)]
    return _plain(schema)


def _object(schema: dict[str, Any], registry: Any, depth: int) -> dict[str, Any]:
    if "properties" in schema:
        inner = schema["properties"].items()
        return {name: of(each, registry, depth + 1) for name, each in inner}
    named = schema.get("additionalProperties")
    return {"name": of(named, registry, depth + 1)} if isinstance(named, dict) and named else {}


def _plain(schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "string":
        return _WORDS.get(schema.get("format", ""), "text")
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return True if kind == "boolean" else None
