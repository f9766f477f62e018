"""The web server's worker: its threads compute answers and never wait for a client."""

from typing import Final

# As gunicorn is told with --worker-class.
WORKER: Final = "crs_monitor.webserver.worker.BufferingWorker"
