"""As little as it runs with: a database of its own, and one process."""

from environs import Env

_env = Env()

SECRET_KEY = "not needed"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "post_office",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates"},
    {
        "BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates",
        "OPTIONS": {"context_processors": []},
    },
]
DATABASES = {"default": _env.dj_db_url("PEER_URL") | {"CONN_MAX_AGE": None}}
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", _env.int("SMTP_PORT")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
POST_OFFICE = {
    "BACKENDS": {"default": EMAIL_BACKEND},
    "LOG_LEVEL": 0,
    # each with a connection of its own
    "THREADS_PER_PROCESS": _env.int("SMTP_CONNECTIONS"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
