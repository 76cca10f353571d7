"""The project, and everything about time, people, rooms and devices."""

from clinic.celery import app as celery_app

__all__ = ["celery_app"]
