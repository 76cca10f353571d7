"""What time it is for everybody who works on the same rows."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's clock, aware. Workers go by it: what is due, leased, held or too late means
    the same on every machine, also on one whose own clock is wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
