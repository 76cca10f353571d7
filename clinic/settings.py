"""Settings, read from the environment; one file for every place the product runs.

DATABASE_URL, REDIS_URL and EMAIL_URL say where the services are. LOCAL=true relaxes exactly three
things for plain http on the own machine: secure cookies, the redirect to https and HSTS.
"""

from datetime import time
from email.utils import parseaddr
from pathlib import Path

from csp.constants import NONE, SELF
from environs import FileAwareEnv

env = FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parent.parent

# Where and how it runs ---------------------------------------------------------------------------

LOCAL: bool = env.bool("LOCAL", False)
DEBUG: bool = env.bool("DEBUG", False)
SECRET_KEY: str = env.str("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
# links in e-mails start with this, never with what a request claims
BASE_URL: str = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

WSGI_APPLICATION = "clinic.wsgi.application"
ROOT_URLCONF = "clinic.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The clinic --------------------------------------------------------------------------------------

CLINIC_NAME: str = env.str("CLINIC_NAME", "Milia Clinic")
# no planned message is sent between these, on the patient's own clock; 00:00-00:00 for always
_begin, _end = env.str("QUIET_HOURS", "20:00-08:00").split("-")
QUIET_HOURS: tuple[time, time] = (time.fromisoformat(_begin), time.fromisoformat(_end))
# how long a change of visits can be taken back before the patient is told of it
UNDO_SECONDS: int = env.int("UNDO_SECONDS", 120)
# how long a time is kept for a patient who is on the telephone
HOLD_MINUTES: int = env.int("HOLD_MINUTES", 10)
# how long a time offered by e-mail is kept: minutes while the clinic is open, and hours in all
OFFER_MINUTES: int = env.int("OFFER_MINUTES", 120)
OFFER_HOURS: int = env.int("OFFER_HOURS", 24)
# how far ahead a series is searched
SERIES_HORIZON_WEEKS: int = env.int("SERIES_HORIZON_WEEKS", 26)
# how long the answers to the health questions hold: the clinical fact base, sections 3 and 5.1,
# asks before every session, and not again whoever answered when the reminder of day -7 came
SCREENING_VALID_DAYS: int = env.int("SCREENING_VALID_DAYS", 7)

# Applications ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
    "clinic.accounts",
    "patients",
    "clinic",
    "treatments",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.accounts.middleware.IdleSessionMiddleware",
    "clinic.accounts.middleware.FragmentSignInMiddleware",
    "clinic.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.accounts.middleware.PrivacyHeadersMiddleware",
    "clinic.accounts.middleware.MethodNotAllowedMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.LocationMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context_processors.clinic",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Services ----------------------------------------------------------------------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
DATABASES["default"].setdefault("OPTIONS", {})
# a browser never waits on a lock for long: the booking door retries, then asks to try again;
# DATABASE_OPTIONS= lifts that for migrations.
# Pages join a row with what it names, a dozen tables in the right order already: weighing eight of
# them against each other (PostgreSQL's own choice) takes up to 0.1 s, finding the rows 0.2 ms.
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    env.str(
        "DATABASE_OPTIONS",
        "-c lock_timeout=2s -c statement_timeout=15s -c join_collapse_limit=5",
    ),
)
# values go apart from their statement, which is planned once when it comes this often (ADR 22)
DATABASES["default"]["OPTIONS"].setdefault("server_side_binding", True)
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Throttles live in the database: signing in works while the broker is down or emptied.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
    }
}

CELERY_BROKER_URL: str = env.str("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 0.2,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

_email = env.dj_email_url("EMAIL_URL", "smtp://127.0.0.1:1025")
EMAIL_BACKEND: str = _email["EMAIL_BACKEND"]
EMAIL_HOST: str = _email["EMAIL_HOST"]
EMAIL_PORT: int = _email["EMAIL_PORT"]
EMAIL_HOST_USER: str = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD: str = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS: bool = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL: bool = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "Milia Clinic <reception@milia.example>")
# the same without the name: envelope sender, organiser of calendar entries
RECEPTION_ADDRESS: str = parseaddr(DEFAULT_FROM_EMAIL)[1]
# how many letters a minute the provider takes, from all workers together; 0: as many as there are
MAIL_PER_MINUTE: int = env.int("MAIL_PER_MINUTE", 0)
# the domain of Message-IDs and calendar UIDs: fixed, whatever host renders them
MESSAGE_DOMAIN: str = env.str("MESSAGE_DOMAIN", "milia.example")

# People ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# the address is unique whatever its case, by a constraint on lower(email) that the check overlooks
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["clinic.accounts.backends.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "clinic.accounts.adapter.StaffAccountAdapter"
ACCOUNT_FORMS = {
    "login": "clinic.accounts.forms.StaffLoginForm",
    "reset_password": "clinic.accounts.forms.StaffResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# the clinic writes to no stranger whose address somebody types
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "clinic.accounts.sessions"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Headers -----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
# the __Host- prefix binds a cookie to https and this host; browsers refuse it on plain http
SESSION_COOKIE_NAME = "sessionid" if LOCAL else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Files, languages, time --------------------------------------------------------------------------

STATIC_URL = "/static/"
# on the own machine files are served from where they lie, nothing is collected
STATIC_ROOT = None if LOCAL else BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# a clone that never ran collectstatic still serves its files
WHITENOISE_USE_FINDERS = LOCAL or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL or DEBUG
        else "clinic.static_files.HashedStaticFiles"
    },
}
LANGUAGE_CODE = "en-gb"
# what patients may prefer; pages for staff are in LANGUAGE_CODE whatever the browser asks for
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("es", "Español")]
# what letters and the pages behind their links are written in: docs/messages.md, "Languages"
LETTER_LANGUAGES = ["en-gb", "de", "es"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
# the fields of a form; files are counted apart, by the handler
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["clinic.uploads.UnnamedUploadHandler"]
# photographs: outside of everything that is served, under names that say nothing
PHOTO_ROOT: Path = env.path(
    "PHOTO_ROOT", Path(env.str("CLINIC_VAR", "") or BASE_DIR / "var") / "photos"
)
# the address under which the proxy knows that folder, for example /stored-photos/ (nginx: internal,
# alias); empty: the files come from the web process itself
PHOTO_ACCEL: str = env.str("PHOTO_ACCEL", "")
# an assessment with 60 entries on its face chart has about 550
DATA_UPLOAD_MAX_NUMBER_FIELDS = 700

# Watching ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "clinic.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
