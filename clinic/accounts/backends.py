"""Who is signed in and what they may do, in one query per page."""

from collections.abc import Iterable
from typing import Final

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from clinic.accounts.models import User

_FIELDS: Final = User._meta.concrete_fields
_NAMES: Final = [field.attname for field in _FIELDS]
# two lists and not one: Django tells a person's own permissions from those of the groups
_USER: Final = """
WITH named AS (
  SELECT p.id, t.app_label || '.' || p.codename AS name
  FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id)
SELECT
  ARRAY(SELECT name FROM accounts_user_user_permissions o JOIN named ON named.id = o.permission_id
        WHERE o.user_id = u.id),
  ARRAY(SELECT name FROM accounts_user_groups g
        JOIN auth_group_permissions gp ON gp.group_id = g.group_id
        JOIN named ON named.id = gp.permission_id
        WHERE g.user_id = u.id),
  {columns}
FROM accounts_user u WHERE u.id = %s
""".replace("{columns}", ", ".join(f"u.{field.column}" for field in _FIELDS))


class StaffBackend(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """Signs in as allauth does. The user of a session comes with all permissions, read afresh for
    every request: a change of role holds from the next page on."""

    def get_user(self, user_id: int) -> User | None:
        """The user of a session; None when there is no such user or it may not sign in."""
        with connection.cursor() as cursor:
            cursor.execute(_USER, [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        own, of_groups, *values = row
        user = User.from_db(connection.alias, _NAMES, values)
        if not self.user_can_authenticate(user):
            return None
        _remember(user, own, of_groups)
        return user


def _remember(user: User, own: Iterable[str], of_groups: Iterable[str]) -> None:
    """Where Django's own backend keeps what it has asked: it answers everything from there.

    A superuser has every permission there is; that list is read in the rare case that it is asked.
    """
    if not user.is_superuser:
        kept = vars(user)
        kept["_user_perm_cache"], kept["_group_perm_cache"] = set(own), set(of_groups)
