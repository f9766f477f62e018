"""The Celery application: an alarm clock for work whose memory is the database."""

import contextlib
import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_shutdown

from crs_monitor import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")

app = Celery("crs_monitor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def be_patient_with_the_broker(conf: Any = None, **_kwargs: object) -> None:
    """Give this worker longer socket time-outs than the pages that publish to it."""
    conf.broker_transport_options = broker.patient(conf.broker_transport_options)


@worker_shutdown.connect
def say_that_the_end_was_meant(sender: Any = None, **_kwargs: object) -> None:
    """Take this worker's proof of life away, so that nobody looks for it."""
    from django.db import DatabaseError

    from alerts import pulse

    # At the end there may be no database; then the row is late for a while, and forgotten.
    with contextlib.suppress(DatabaseError):
        pulse.forget(pulse.worker_name(str(getattr(sender, "hostname", ""))))
