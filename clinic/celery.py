"""The Celery application and the one table of what runs when.

Celery only executes: rows in PostgreSQL say what is due, tasks carry ids, nothing waits in the
broker. Emptying the broker therefore loses nothing.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "deliver due messages": {
        "task": "patients.deliver_due_messages",
        "schedule": 15.0,
        # a tick that nobody took within its interval is stale: the next one does its work
        "options": {"expires": 15},
    },
    "recover messages of dead workers": {
        "task": "patients.recover_messages",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "replan messages of every course": {
        "task": "treatments.replan_all_messages",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
}
