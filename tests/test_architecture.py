"""What import-linter cannot see: foreign keys and migrations run one way too."""

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

LEVELS = {"accounts": 0, "patients": 1, "clinic": 2, "treatments": 3}


@pytest.mark.parametrize("label", LEVELS)
def test_foreign_keys_point_down_the_line(label: str) -> None:
    upward = [
        f"{field} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.related_model._meta.app_label in LEVELS
        and LEVELS[field.related_model._meta.app_label] > LEVELS[label]
    ]
    assert upward == []


def test_migrations_point_down_the_line() -> None:
    loader = MigrationLoader(None)
    upward = [
        f"{app}.{name} -> {needed}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in LEVELS
        for needed, _ in migration.dependencies
        if needed in LEVELS and LEVELS[needed] > LEVELS[app]
    ]
    assert upward == []
