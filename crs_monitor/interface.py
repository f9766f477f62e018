"""How the interface for programs is set up: who is let in, what is read, how it is described."""

from typing import Any, Final

REST_FRAMEWORK: Final[dict[str, Any]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, because its answer to nobody is 401: sign in, not 403: give up.
        "staff.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "staff.scopes.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["staff.pace.CallersPace"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["charting.json.StrictJSONParser"],
    "EXCEPTION_HANDLER": "charting.api.refusals.handle",
    "DEFAULT_SCHEMA_CLASS": "charting.api.openapi.DescribedSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS: Final[dict[str, Any]] = {
    "TITLE": "CRS Monitor",
    "DESCRIPTION": (
        "Decision support. Not a certified device, not a primary alarm, "
        "not for use as the sole basis for a decision."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
    },
    "AUTHENTICATION_WHITELIST": [],
    "ENUM_NAME_OVERRIDES": {
        "CareKind": "charting.api.care.KINDS",
        "DoseKind": "charting.api.plans.KINDS",
        "OrderKind": "alerts.models.OrderKind",
    },
}
