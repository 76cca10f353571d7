"""As little as it runs with: no middleware, a database of its own."""

from environs import Env

SECRET_KEY = "not needed"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "appointment",
]
# the package brings no migrations: all tables are made from the models
MIGRATION_MODULES = dict.fromkeys(("auth", "contenttypes", "sessions"))
ROOT_URLCONF = "bench.peer_site.urls"
WSGI_APPLICATION = "bench.peer_site.wsgi.application"
DATABASES = {"default": Env().dj_db_url("PEER_URL") | {"CONN_MAX_AGE": None}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/London"
LOGGING_CONFIG = None
