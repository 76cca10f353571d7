"""Things that are easy to forget, so that nobody has to remember them."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.actions import arrivals, claims
from clinic.celery import app as celery_app
from clinic.queries import consents, lights
from patients import subjects
from patients.actions import nudge

ROOT = Path(settings.BASE_DIR)
OWN = ("accounts", "patients", "clinic", "treatments")
OPEN_TO_EVERYBODY = {
    "health-live",
    "health-messages",
    "health-ready",
    "link-aftercare",
    "link-preferences",
    "link-stop",
    "link-visit",
    "my-aftercare",
    "my-visit",
    "offer",
    "offer-link",
    "preferences",
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        yield from patterns(each) if isinstance(each, URLResolver) else [each]


def own_views() -> list[URLPattern]:
    return [
        each
        for each in patterns(get_resolver())
        if each.callback.__module__.startswith(("clinic.", "patients.", "treatments."))
    ]


def test_every_view_names_its_permission_or_is_listed_as_open() -> None:
    undeclared = {
        str(each.name) for each in own_views() if not hasattr(each.callback, "required_permission")
    }
    assert undeclared == OPEN_TO_EVERYBODY


def test_every_permission_asked_for_exists(db: None) -> None:
    permission = apps.get_model("auth", "Permission")
    known = {
        f"{each.content_type.app_label}.{each.codename}"
        for each in permission.objects.select_related("content_type")
    }
    asked = {getattr(each.callback, "required_permission", None) for each in own_views()} - {None}
    assert asked - known == set()


def test_every_view_refuses_other_methods_than_its_own() -> None:
    """A view without a stated method would act on any."""
    unstated = [
        each.name
        for each in own_views()
        if "require_http_methods" not in repr(_chain(each.callback))
    ]
    assert unstated == []


def _chain(view: Any) -> list[str]:
    """The names of a view's wrappers' code, outermost first."""
    names = []
    while view is not None:
        names.append(f"{view.__code__.co_qualname}" if hasattr(view, "__code__") else "")
        closure = getattr(view, "__closure__", None) or ()
        names += [
            cell.cell_contents.__code__.co_qualname
            for cell in closure
            if hasattr(cell.cell_contents, "__code__")
        ]
        view = getattr(view, "__wrapped__", None)
    return names


def test_exactly_these_rules_and_followers_are_registered() -> None:
    def named(functions: list[Any]) -> set[str]:
        return {f"{each.__module__}.{each.__name__}" for each in functions}

    assert named(claims.registry.rules) == {
        "treatments.booking_rules.distances",
        "treatments.booking_rules.one_visit_a_session",
    }
    assert named(claims.registry.followers) == {
        "clinic.actions.tightening.tighten_behind",
        "clinic.actions.offers.follow",
        "clinic.letters.plan_answers",
        "treatments.actions.course_messages.follow_alone",
        "treatments.actions.courses.follow",
        "treatments.actions.holds.follow",
    }
    assert named(arrivals.rules) == {"treatments.readiness.screening"}
    assert named(arrivals.start_rules) == {"treatments.readiness.consent"}
    assert named(consents.sources) == {"treatments.readiness.consents_needed"}
    assert named(lights.sources) == {"treatments.readiness.lights"}
    assert subjects.registered() >= {"booking", "rearrangement", "session", "course"}


def test_what_runs_when_names_real_tasks() -> None:
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert scheduled | {nudge.DELIVER} <= set(celery_app.tasks)


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.*")), ids=lambda path: path.name)
def test_every_template_compiles(path: Path) -> None:
    source = path.read_text()
    assert engines["django"].from_string(source) is not None


# letters carry a style block of their own: e-mail programs know no style sheets
PAGES = sorted(set(ROOT.glob("templates/**/*.html")) - set(ROOT.glob("templates/messages/**/*")))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_has_inline_script_or_style(path: Path) -> None:
    source = path.read_text()
    assert re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", source) is None


def constrained_pairs(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(`x_at`, `x_by`) for each nullable pair of columns of one model."""
    names = {field.name: field for field in model._meta.get_fields() if field.concrete}
    for name, field in names.items():
        partner = f"{name[:-3]}_by"
        if name.endswith("_at") and partner in names and field.null:
            yield name, partner


@pytest.mark.parametrize("label", OWN)
def test_who_and_when_are_constrained_to_come_together(label: str) -> None:
    loose = [
        f"{model.__name__}.{at}/{by}"
        for model in apps.get_app_config(label).get_models()
        for at, by in constrained_pairs(model)
        if not any(
            at in str(constraint.deconstruct()) and by in str(constraint.deconstruct())
            for constraint in model._meta.constraints
        )
    ]
    assert loose == []
