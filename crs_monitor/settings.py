"""Every setting of CRS Monitor, read from the CRS_ environment variables and nowhere else."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crs_monitor import broker, databases, folder_transport, headers, imap, interface, logs, people
from crs_monitor.environment import Environment, SettingRefused
from grading import scales
from staff import limits

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = Environment(values=dict(os.environ))

# --- What this installation is ---------------------------------------------------------------

DEBUG = ENVIRONMENT.flag("CRS_DEBUG")
# The demo ward: invented patients, known passwords, a mailbox on a page. Never with real patients.
CRS_DEMO = ENVIRONMENT.flag("CRS_DEMO")
CRS_DATA_DIR = ENVIRONMENT.folder("CRS_DATA_DIR", default=BASE_DIR / "var")
CRS_BASE_URL = ENVIRONMENT.address(
    "CRS_BASE_URL",
    schemes=("http", "https"),
    example="https://crs.hospital.example",
    default="http://127.0.0.1:8000",
).rstrip("/")
SERVED_BY_HTTPS = CRS_BASE_URL.startswith("https://")
if DEBUG and SERVED_BY_HTTPS:
    # The page of an error would show a patient's row, and the settings, to whoever made it.
    raise SettingRefused("CRS_DEBUG", "1", "On https, where people work, write 0.")

# The edition by which laboratory results are graded; each grade keeps the one it was given by.
CRS_CTCAE_EDITION = ENVIRONMENT.one_of("CRS_CTCAE_EDITION", ("4.03", "5.0", "6.0"), default="5.0")

# What is stored for each set beside astct-crs, which is always stored and alone alerts.
CRS_SCALES = ENVIRONMENT.some_of("CRS_SCALES", (scales.CRS, *scales.OTHERS))

# From which D-dimer the laboratory calls the rise moderate, and strong; without it no DIC score.
CRS_D_DIMER_TIERS = ENVIRONMENT.d_dimer_tiers("CRS_D_DIMER_TIERS")

CRS_CONTINUITY_DIR = ENVIRONMENT.place("CRS_CONTINUITY_DIR", default=CRS_DATA_DIR / "continuity")

_DATABASE_URL = ENVIRONMENT.database(
    "CRS_DATABASE_URL", default=f"sqlite:///{CRS_DATA_DIR / 'crs.sqlite3'}"
)
SECRET_KEY = ENVIRONMENT.secret(
    "CRS_SECRET_KEY",
    kept_in=CRS_DATA_DIR / "secret-key",
    shared=not _DATABASE_URL.startswith("sqlite"),
    is_public=SERVED_BY_HTTPS,
)
CRS_AUDIT_KEYS = ENVIRONMENT.keys("CRS_AUDIT_KEY")  # none: one made of the secret key
CRS_ACCESS_REPORT_NAMES = ENVIRONMENT.flag("CRS_ACCESS_REPORT_NAMES", default=True)
CRS_AUDIT_ANCHORS_DIR = ENVIRONMENT.place("CRS_AUDIT_ANCHORS_DIR", default=CRS_DATA_DIR / "anchors")
# What seals the audit trail, the newest first; where there is none, a key made of the secret key.
CRS_AUDIT_KEYS = ENVIRONMENT.keys("CRS_AUDIT_KEY")
CRS_AUDIT_ANCHORS_DIR = ENVIRONMENT.place(
    "CRS_AUDIT_ANCHORS_DIR", default=CRS_DATA_DIR / "audit-anchors"
)
# The machine itself may always ask, so that health checks need no name.
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    str(urlsplit(CRS_BASE_URL).hostname),
    *ENVIRONMENT.hosts("CRS_ALLOWED_HOSTS"),
]

# --- What it is made of ----------------------------------------------------------------------

INSTALLED_APPS = [
    "staff",
    "audit",
    "patients",
    "vitals",
    "grading",
    "alerts",
    "charting",
    "screens",
    "interop",
    *(["demo"] if CRS_DEMO else []),
    "crs_monitor",
    "audit.admin_app.RecordedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "axes",
    *people.APPS,
]
MIDDLEWARE = [
    "crs_monitor.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages, on a ward's slow Wi-Fi; files are compressed already. What a page's length could
    # tell of its secrets is blurred by Django, and the form's token is another each time.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tablets.middleware.TabletMiddleware",
    "screens.identity.gate.SecondFactorMiddleware",
    "screens.boards.kiosk.KioskMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "crs_monitor.sessions.SlidingSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "crs_monitor.pace.PaceMiddleware",
    "audit.middleware.ReadTrailMiddleware",
]
ROOT_URLCONF = "crs_monitor.urls"
WSGI_APPLICATION = "crs_monitor.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "screens.context.chrome",
                "tablets.session.chrome",
            ],
        },
    },
]

# Stored and compared in UTC; each ward shows its own time zone.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# --- The database: the only memory -----------------------------------------------------------

CRS_DATABASE_APP_ROLE = ENVIRONMENT.text("CRS_DATABASE_APP_ROLE")
DATABASES = {"default": databases.configured(_DATABASE_URL, tests_in=CRS_DATA_DIR)}

# Public keys of age: for whom backups are encrypted. No secret, and none is on the server.
CRS_BACKUP_RECIPIENTS = ENVIRONMENT.names("CRS_BACKUP_RECIPIENTS")

# --- Celery: wakes the sender early, and is never believed ------------------------------------

_REDIS_URL = ENVIRONMENT.address(
    "CRS_REDIS_URL",
    schemes=("redis", "rediss", "unix"),
    example="redis://user:password@host:6379/0",
    default="",
)
CELERY_BROKER_URL = _REDIS_URL or f"{folder_transport.NAME}://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    broker.redis_options() if _REDIS_URL else broker.folder_options(CRS_DATA_DIR / "queue")
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = broker.LONGEST_TASK_SECONDS
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(CRS_DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = broker.BEAT_SCHEDULE
# Whether somebody meant Celery to run: then its absence is shown, as slower and no more.
CRS_HAS_BROKER = bool(_REDIS_URL)

# --- Email ------------------------------------------------------------------------------------

_MAIL = ENVIRONMENT.mail("CRS_EMAIL_URL", default_folder=CRS_DATA_DIR / "mailbox")
EMAIL_BACKEND = _MAIL.backend
EMAIL_HOST = _MAIL.host
EMAIL_PORT = _MAIL.port
EMAIL_HOST_USER = _MAIL.user
EMAIL_HOST_PASSWORD = _MAIL.password
EMAIL_USE_TLS = _MAIL.use_starttls
EMAIL_USE_SSL = _MAIL.use_tls
EMAIL_FILE_PATH = str(_MAIL.folder) if _MAIL.folder else None
EMAIL_TIMEOUT = 10  # Django would wait for ever; one silent server would stop every alert
# Ends each Message-ID; the same on every machine, so that a repeat is seen as one.
CRS_MAIL_DOMAIN = ENVIRONMENT.text("CRS_MAIL_DOMAIN", default=str(urlsplit(CRS_BASE_URL).hostname))
DEFAULT_FROM_EMAIL = ENVIRONMENT.text("CRS_EMAIL_FROM", default="CRS Monitor <crs@localhost>")

# --- Paging: the same messages, to the hospital's own system -----------------------------------

CRS_PAGING_URL = ENVIRONMENT.address(
    "CRS_PAGING_URL",
    schemes=("http", "https"),
    example="https://paging.hospital.example/crs",
    default="",
)
CRS_PAGING_SECRET = ENVIRONMENT.text("CRS_PAGING_SECRET")
# A mailbox that gets one message each shift, as proof that mail goes out.
CRS_CANARY_ADDRESS = ENVIRONMENT.text("CRS_CANARY_ADDRESS")
# Who hears by mail that somebody opened a patient of another ward, and for how long it opens.
CRS_PRIVACY_EMAIL = ENVIRONMENT.names("CRS_PRIVACY_EMAIL")
CRS_BREAK_GLASS_MINUTES = ENVIRONMENT.whole("CRS_BREAK_GLASS_MINUTES", default=60)
# The mailbox that bounces, and the canary, come back to.
CRS_BOUNCES = imap.account(ENVIRONMENT, "CRS_BOUNCES_URL")

# --- People and sessions ----------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
globals().update(people.ARRANGEMENTS)
AXES_FAILURE_LIMIT = 8
# From these no second factor is asked of clinical staff; without any, every address is the ward's.
CRS_WARD_NETWORKS = people.networks(ENVIRONMENT, "CRS_WARD_NETWORKS")
CRS_PROXY_NETWORKS = people.networks(ENVIRONMENT, "CRS_PROXY_NETWORKS")
CRS_REQUIRES_SECOND_FACTOR = not CRS_DEMO
CRS_OIDC = people.single_sign_on(ENVIRONMENT)
CRS_LOCAL_SIGN_IN = ENVIRONMENT.one_of("CRS_LOCAL_SIGN_IN", ("ALL", "EMERGENCY"), default="all")
SESSION_COOKIE_SECURE = SERVED_BY_HTTPS
CSRF_COOKIE_SECURE = SERVED_BY_HTTPS
CSRF_TRUSTED_ORIGINS = [CRS_BASE_URL] if SERVED_BY_HTTPS else []

# --- How much a form may send: what is more is answered 400, before a view sees it ---------------

DATA_UPLOAD_MAX_MEMORY_SIZE = limits.FORM_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = limits.FORM_FIELDS
DATA_UPLOAD_MAX_NUMBER_FILES = limits.FORM_FILES

# Whether costly requests and guesses of passwords are held to a pace (crs_monitor/pace.py).
CRS_KEEPS_PACE = True

# --- What the browser may do -------------------------------------------------------------------

CONTENT_SECURITY_POLICY = headers.content_policy(by_https=SERVED_BY_HTTPS)
SECURE_REFERRER_POLICY = "same-origin"
if SERVED_BY_HTTPS:
    # The proxy that ends TLS must set this header itself and drop the caller's.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
# The hospital's other hosts, and browser makers' lists, are not ours to decide for.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = ENVIRONMENT.folder("CRS_STATIC_ROOT", default=CRS_DATA_DIR / "static")
# In the demo the files are served from where they lie; elsewhere collectstatic
# gives each a name with its hash.
WHITENOISE_USE_FINDERS = CRS_DEMO or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- The API -----------------------------------------------------------------------------------

# Requests a minute of one caller to one web process; 0 is no limit. A ward's monitors send many.
CRS_API_REQUESTS_PER_MINUTE = ENVIRONMENT.whole("CRS_API_REQUESTS_PER_MINUTE", default=0)
REST_FRAMEWORK = interface.REST_FRAMEWORK
SPECTACULAR_SETTINGS = interface.SPECTACULAR_SETTINGS

# --- Logging: ids and codes, never people ------------------------------------------------------

LOGGING = logs.configuration(
    level=ENVIRONMENT.one_of("CRS_LOG_LEVEL", logs.LEVELS, default="INFO"),
    # Words of an error may repeat what was being saved: only where no patient is real.
    with_messages=CRS_DEMO or DEBUG,
)
