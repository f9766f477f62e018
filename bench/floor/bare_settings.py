"""The floor without sessions or any middleware, on a kept connection that nobody checks."""

from bench.floor.settings import *  # noqa: F403
from bench.floor.settings import DATABASES, MIDDLEWARE

MIDDLEWARE.clear()
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
