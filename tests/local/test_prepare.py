"""A database from before the first release: as it is when whole, one sentence when it is not."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from clinic.local import prepare

LAST_STEP = ("patients", "0008_index_what_is_planned")
AT_ONCE = ("patients", "0001_release_0_1")


def test_a_database_that_took_every_step_needs_nothing(db: None) -> None:
    MigrationRecorder(connection).record_unapplied(*AT_ONCE)
    assert not prepare.is_half_built()
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_a_database_that_stopped_between_the_steps_is_told_so(db: None) -> None:
    MigrationRecorder(connection).record_unapplied(*LAST_STEP)
    with pytest.raises(SystemExit, match=r"move its folder \(var/\) away"):
        prepare.main()


def test_a_new_database_may_take_all_at_once(db: None) -> None:
    recorder = MigrationRecorder(connection)
    for app, name in recorder.applied_migrations():
        recorder.record_unapplied(app, name)
    assert not prepare.is_half_built()
