"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from clinic.memory import settle
from patients.queries.served import PAGES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
os.environ.setdefault("PGAPPNAME", PAGES)

application = get_wsgi_application()
settle()
