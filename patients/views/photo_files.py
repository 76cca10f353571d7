"""The files of photographs: the only way to them, with a check and a note for each."""

import logging

from csp.constants import NONE
from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions import photo_store
from patients.queries import photos

logger = logging.getLogger(__name__)

RECORD = "patients.photo"


@requires("patients.view_photo")
@require_safe
def picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _file(request, pk, photo_store.PICTURE)


@requires("patients.view_photo")
@require_safe
def thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _file(request, pk, photo_store.THUMBNAIL)


def _file(request: StaffRequest, pk: int, ending: str) -> HttpResponseBase:
    """One file of a photo that may be shown; from the proxy when one is configured."""
    photo = get_object_or_404(photos.visible(), pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    if settings.PHOTO_ACCEL:
        inside = photo_store.relative(photo.stored_name, ending)
        return _guarded(HttpResponse(headers={"X-Accel-Redirect": settings.PHOTO_ACCEL + inside}))
    try:
        file = photo_store.path(photo.stored_name, ending).open("rb")
    except FileNotFoundError:
        # the nightly sweep reports it as well
        logger.error("photo %d has no file", pk)
        raise Http404 from None
    return _guarded(FileResponse(file))


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    """A picture and nothing else: never a page, never kept, for our own pages only."""
    for name, value in {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="photo.jpg"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        response.headers[name] = value
    # how django-csp takes a policy of one response's own
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": [NONE],
        "frame-ancestors": [NONE],
        "sandbox": [True],
    }
    return response
