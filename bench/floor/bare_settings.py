"""The floor without sessions or any middleware, on a kept connection that nobody checks."""

from bench.floor.settings import *  # noqa: F403
from bench.floor.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

MIDDLEWARE.clear()
INSTALLED_APPS.clear()  # some refuse to start without their middleware; the floor asks none of them
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
