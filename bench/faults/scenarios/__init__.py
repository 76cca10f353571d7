"""The faults, one function each; every one answers what it saw beside what is promised.

Numbers (T7, P9, ...) are those of the clinic's list of promises. `scale` is 1 for the whole run and
less for the quick one.
"""

from bench.faults.scenarios.booking import booking_without_broker, commits_cut_off
from bench.faults.scenarios.changes import changed_at_the_last_moment
from bench.faults.scenarios.clocks import wrong_clock
from bench.faults.scenarios.dependencies import (
    broker_emptied,
    broker_gone,
    database_restarted,
)
from bench.faults.scenarios.hours import backlog, outage_longer_than_use, quiet_hours, steady
from bench.faults.scenarios.post_office import (
    server_down_for_an_hour,
    smtp_answers,
    unusable_server,
)
from bench.faults.scenarios.senders import (
    killed_at_each_point,
    killed_at_random,
    poison,
    two_clocks,
)

ALL = (
    commits_cut_off,
    booking_without_broker,
    killed_at_each_point,
    killed_at_random,
    broker_emptied,
    broker_gone,
    database_restarted,
    smtp_answers,
    unusable_server,
    server_down_for_an_hour,
    two_clocks,
    changed_at_the_last_moment,
    backlog,
    outage_longer_than_use,
    quiet_hours,
    steady,
    poison,
    wrong_clock,
)

__all__ = ["ALL", "killed_at_each_point", "poison", "two_clocks", "wrong_clock"]
