"""The Celery application and the one table of what runs when.

Celery only executes: rows in PostgreSQL say what is due, tasks carry ids, nothing waits in the
broker. Emptying the broker therefore loses nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

from clinic import memory
from patients.actions import priority

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect  # before the processes that do the work are forked, which inherit it
def settle(**_signal: object) -> None:
    priority.behind_pages()
    memory.settle()


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
    "give back lapsed holds": {
        "task": "clinic.sweep_lapsed_holds",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "take off the wait list what is over": {
        "task": "clinic.close_past_waits",
        "schedule": crontab(hour="2", minute="45"),
        "options": {"expires": 3600},
    },
    "compare stored photos with their rows": {
        "task": "patients.sweep_photos",
        "schedule": crontab(hour="3", minute="15"),
        "options": {"expires": 3600},
    },
    "replan messages of every course": {
        "task": "treatments.replan_all_messages",
        # by the clock: a beat that is restarted daily would never reach an interval of a day
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": 3600},
    },
}
