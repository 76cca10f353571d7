"""The user of a session with all permissions, in one query and by Django's own rules."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from clinic.accounts.backends import StaffBackend
from clinic.accounts.models import User
from clinic.accounts.roles import ROLES
from tests.conftest import Cast, staff

As = Callable[[User], Client]


def loaded(user: User) -> User:
    found = StaffBackend().get_user(user.pk)
    assert found is not None
    return found


def same_as_django(user: User) -> None:
    """Everything that can be asked is answered as by Django's backend for a fresh user."""
    plain, django, our = User.objects.get(pk=user.pk), ModelBackend(), StaffBackend()
    fresh = loaded(user)
    assert our.get_all_permissions(fresh) == django.get_all_permissions(plain)
    assert our.get_group_permissions(fresh) == django.get_group_permissions(plain)
    assert our.get_user_permissions(fresh) == django.get_user_permissions(plain)
    for app in ("patients", "clinic", "treatments", "accounts", "nowhere"):
        assert our.has_module_perms(fresh, app) == django.has_module_perms(plain, app)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_what_django_says(cast: Cast, role: str) -> None:
    user = staff("some@clinic.example", "Some", role)
    same_as_django(user)
    assert loaded(user).get_all_permissions() == ROLES[role]


def test_own_permissions_and_several_roles_add_up(cast: Cast) -> None:
    cast.fern.groups.add(Group.objects.get(name="manager"))
    cast.fern.user_permissions.add(Permission.objects.get(codename="view_recordaccess"))
    cast.fern.user_permissions.add(Permission.objects.get(codename="delete_patient"))
    same_as_django(cast.fern)
    assert loaded(cast.fern).get_user_permissions() == {
        "accounts.view_recordaccess",
        "patients.delete_patient",
    }


def test_a_superuser_may_everything_as_with_django(cast: Cast) -> None:
    root = User.objects.create_superuser("root@clinic.example", "a long enough password")
    same_as_django(root)
    assert loaded(root).has_perm("clinic.no_such_thing")


def test_nobody_may_anything_about_one_object(cast: Cast) -> None:
    assert loaded(cast.mina).has_perm("clinic.change_location")
    assert not loaded(cast.mina).has_perm("clinic.change_location", cast.harbour)


def test_whoever_may_not_sign_in_is_not_found(cast: Cast) -> None:
    User.objects.filter(pk=cast.fern.pk).update(is_active=False)
    assert StaffBackend().get_user(cast.fern.pk) is None
    assert StaffBackend().get_user(0) is None


def test_user_and_permissions_cost_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        user = loaded(cast.mina)
        assert user.has_perms(ROLES["manager"])
        assert not user.has_perm("treatments.override_spacing")
        assert user.name == "Mina"


def test_a_change_of_role_holds_on_the_next_request(cast: Cast, as_: As) -> None:
    client, page = as_(cast.fern), reverse("message-list")
    assert client.get(page).status_code == 200
    cast.fern.groups.clear()
    assert client.get(page).status_code == 403
    cast.fern.user_permissions.add(Permission.objects.get(codename="view_message"))
    assert client.get(page).status_code == 200


def test_sign_in_goes_through_this_backend(cast: Cast, client: Client) -> None:
    client.post(
        reverse("account_login"),
        {"login": "fern@clinic.example", "password": "a long enough password"},
    )
    assert client.session[BACKEND_SESSION_KEY] == "clinic.accounts.backends.StaffBackend"
    assert client.get(reverse("message-list")).status_code == 200
