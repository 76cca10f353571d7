"""What a clinic says in its letters in its own words, version by version."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from patients import letter_colours, letter_words
from patients.letter_kinds import LETTERHEAD

_LINE_BREAK: Final = r"[\n\r\x0B\x0C\x85\u2028\u2029]"
# the parts of a letter of one kind, and those that stand in every letter
OWN_PARTS: Final = ("subject", "opening", "closing")
SHARED_PARTS: Final = ("clinic_name", "accent", "signature")


def _within(**lengths: int) -> Q:
    parts = (Q(LessThanOrEqual(Length(name), most)) for name, most in lengths.items())
    return Q(*parts)


class LetterTextQuerySet(models.QuerySet["LetterText"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def newest_published(self) -> Self:
        """One of each kind and language: what letters say today."""
        return (
            self.published().order_by("kind", "language", "-version").distinct("kind", "language")
        )


class LetterText(models.Model):
    """One version of the clinic's own words in letters of one kind, in one language.

    An empty part means the product's words; a version with all parts empty is the way back to
    them. Of `kind` "letterhead" are the words that stand in every letter. A draft may be changed
    and thrown away; what is published never changes, the database sees to that. Versions count
    through all languages of a kind, so that kind and version name one text.
    """

    kind = models.SlugField(max_length=40)
    language = models.CharField(max_length=10, default="en")
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(_("subject"), max_length=letter_words.SUBJECT_LENGTH, blank=True)
    opening = models.TextField(
        _("opening"),
        max_length=letter_words.PASSAGE_LENGTH,
        blank=True,
        help_text="by the greeting",
    )
    closing = models.TextField(
        _("closing"),
        max_length=letter_words.PASSAGE_LENGTH,
        blank=True,
        help_text="after the advice",
    )
    clinic_name = models.CharField(
        _("name of the clinic"), max_length=letter_words.NAME_LENGTH, blank=True
    )
    accent = models.CharField(_("colour"), max_length=7, blank=True)
    signature = models.TextField(
        _("signature"), max_length=letter_words.SIGNATURE_LENGTH, blank=True
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LetterTextQuerySet.as_manager()

    class Meta:
        permissions = [("publish_lettertext", "Can publish the clinic's words in letters")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "version"], name="patients_lettertext_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "language"],
                condition=Q(published_at__isnull=True),
                name="patients_lettertext_one_draft",
                violation_error_message=_("There is a draft of these words already."),
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="patients_lettertext_version_from_one"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="patients_lettertext_published_at_with_by",
                violation_error_message=_("Words are published by somebody."),
            ),
            models.CheckConstraint(
                condition=Q(kind=LETTERHEAD, subject="", opening="", closing="")
                | (~Q(kind=LETTERHEAD) & Q(clinic_name="", accent="", signature="")),
                name="patients_lettertext_parts_of_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=_LINE_BREAK) & ~Q(clinic_name__regex=_LINE_BREAK),
                name="patients_lettertext_subject_is_one_line",
                violation_error_message=_("A subject is one line."),
            ),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=letter_colours.PATTERN),
                name="patients_lettertext_accent_is_a_colour",
                violation_error_message=_("A colour is # and six digits, like #0E6B6B."),
            ),
            models.CheckConstraint(
                condition=_within(
                    opening=letter_words.PASSAGE_LENGTH,
                    closing=letter_words.PASSAGE_LENGTH,
                    signature=letter_words.SIGNATURE_LENGTH,
                ),
                name="patients_lettertext_not_too_long",
            ),
        ]

    def __str__(self) -> str:
        return f"words of {self.kind}, version {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def parts(self) -> dict[str, str]:
        """What may be written in a text of this kind, by name; empty: the product's words."""
        names = SHARED_PARTS if self.kind == LETTERHEAD else OWN_PARTS
        return {name: getattr(self, name) for name in names}

    @property
    def is_products(self) -> bool:
        """Whether nothing in it is the clinic's own."""
        return not any(self.parts.values())
