#!/usr/bin/env python
"""The door to every command of CRS Monitor."""

import os
import sys


def main() -> None:
    """Run one management command with the project's settings."""
    from crs_monitor import environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")
    from django.core.management import execute_from_command_line

    try:
        if sys.argv[1:2] == ["run"]:
            # Before the settings load: which apps exist depends on CRS_DEMO.
            environment.prepare_for_run(os.environ)
        execute_from_command_line(sys.argv)
    except environment.SettingRefused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
