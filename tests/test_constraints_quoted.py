"""Every rule that the database holds is tested by its name."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

TESTS = Path(settings.BASE_DIR) / "tests"


def named(label: str) -> set[str]:
    models = apps.get_app_config(label).get_models(include_auto_created=True)
    return {constraint.name for model in models for constraint in model._meta.constraints}


def quoted() -> set[str]:
    """Whatever stands alone between quotes anywhere in the tests."""
    sources = (path.read_text() for path in TESTS.rglob("*.py"))
    return {word for source in sources for word in re.findall(r'"(\w+)"', source)}


@pytest.mark.parametrize("label", ["accounts", "patients", "clinic", "treatments"])
def test_every_named_constraint_is_tested_by_its_name(label: str) -> None:
    assert named(label)
    assert named(label) - quoted() == set()
