"""Whether somebody uses the pages, told by the database: it sees the servers of every machine."""

from typing import Final

from django.db import connection

# what the connections of a web server are called there (libpq reads PGAPPNAME)
PAGES: Final = "milia pages"


def pages_lately() -> bool:
    """Whether a page was asked for within the last minute.

    Of a connection that the web server has closed meanwhile nothing is known any more. Within a
    transaction the first answer stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s"
            " AND state_change > clock_timestamp() - interval '1 minute')",
            [PAGES],
        )
        answer: bool = cursor.fetchone()[0]
    return answer
