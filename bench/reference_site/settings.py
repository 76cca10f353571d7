"""Nothing that is not needed to read from the same database."""

from environs import Env

SECRET_KEY = "not needed"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.reference_site.urls"
WSGI_APPLICATION = "bench.reference_site.wsgi.application"
DATABASES = {"default": Env().dj_db_url("DATABASE_URL") | {"CONN_MAX_AGE": None}}
USE_TZ = True
LOGGING_CONFIG = None
