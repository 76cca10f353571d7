"""The least that can book a time in Django: no middleware, one view, one INSERT.

It is measured beside the product. It knows no patient, no opening hours, no rule, no letter and no
session; what it shares with the product is the database and the exclusion constraint that keeps a
resource from being held twice.
"""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

TABLE = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
DROP TABLE IF EXISTS bench_bare;
CREATE TABLE bench_bare (
  id bigserial PRIMARY KEY, resource int NOT NULL, during tstzrange NOT NULL,
  EXCLUDE USING gist (resource WITH =, during WITH &&))
"""


def book(request: HttpRequest) -> JsonResponse:
    """POST resource, start and end: 201, or 409 when it is taken."""
    form = request.POST
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_bare (resource, during)"
                " VALUES (%s, tstzrange(%s, %s)) RETURNING id",
                [int(form["resource"]), form["start"], form["end"]],
            )
            row = cursor.fetchone()
    except IntegrityError:
        return JsonResponse({"refused": "taken"}, status=409)
    return JsonResponse({"id": row and row[0]}, status=201)


urlpatterns = [path("book", book)]


def application() -> WSGIHandler:
    """For gunicorn, which calls it once in each worker."""
    from environs import Env  # noqa: PLC0415 - only where this file is the application

    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.bare_site",
        MIDDLEWARE=[],
        DATABASES={"default": {**Env().dj_db_url("DATABASE_URL"), "CONN_MAX_AGE": None}},
        USE_TZ=True,
    )
    django.setup()
    return WSGIHandler()
