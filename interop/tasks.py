"""Where Celery looks for this app's doors."""

from interop.imports.tasks import run_import

__all__ = ["run_import"]
