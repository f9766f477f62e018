"""The product's settings, middlewares and sessions, with the floor's addresses."""

from crs_monitor.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor.urls"
