"""What the pages of photographs say."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import Photo, PhotoUse
from patients.queries.photos import Album


def purpose_choices(current: str) -> list[dict[str, object]]:
    """The segmented control above the photos: for which purpose they are looked at."""
    named = [("", _("Record")), *((each.value, each.label) for each in PhotoUse.Purpose)]
    return [
        {"url": f"?use={name}" if name else "?", "label": label, "current": name == current}
        for name, label in named
    ]


def withheld_words(album: Album, purpose: str) -> str:
    """Why there are more photos than are shown; empty when there are not."""
    if not album.withheld:
        return ""
    if not album.may_be_photographed:
        text = ngettext(
            "%(n)d photo is kept with the record and not shown.",
            "%(n)d photos are kept with the record and not shown.",
            album.withheld,
        )
    elif purpose:
        text = ngettext(
            "%(n)d more photo is for the record only.",
            "%(n)d more photos are not for this use.",
            album.withheld,
        )
    return text % {"n": album.withheld}


def stored_words(stored: list[Photo]) -> str:
    """ "Frontal is stored.", "5 photos are stored." """
    if len(stored) == 1:
        return _("The photo “%(pose)s” is stored.") % {"pose": stored[0].get_pose_display()}
    return ngettext("%(n)d photo is stored.", "%(n)d photos are stored.", len(stored)) % {
        "n": len(stored)
    }


def called(photo: Photo) -> str:
    """ "Frontal, 12 Jan 2027": tells one photo from the others in a sentence."""
    return f"{photo.get_pose_display()}, {date_format(photo.taken_at, 'j M Y')}"
