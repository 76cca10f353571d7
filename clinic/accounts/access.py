"""The first line of every view: who may come in, and the note that they did."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from clinic.accounts.models import RecordAccess, User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    user: User
    htmx: HtmxDetails


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def requires(permission: str) -> Callable[[StaffView[P]], StaffView[P]]:
    """Let only staff with this permission in; others get 403.

    The permission is also noted on the view: a test walks all URLs and fails on one without.
    """

    def decorate(view: StaffView[P]) -> StaffView[P]:
        @wraps(view)
        def checked(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        cast(Any, checked).required_permission = permission
        return cast(StaffView[P], checked)

    return decorate


def poll(view: StaffView[P]) -> StaffView[P]:
    """A page asks for this by itself, again and again: that is no sign that somebody is there.

    `IdleSessionMiddleware` counts it only with `active=1`, which the page adds when a person has
    touched it since it last asked.
    """
    cast(Any, view).is_poll = True
    return view


def note_access(
    request: StaffRequest, record: str, record_id: int, action: RecordAccess.Action
) -> None:
    """Write down that this member of staff touched this record."""
    RecordAccess.objects.create(
        user=request.user, record=record, record_id=record_id, action=action
    )
