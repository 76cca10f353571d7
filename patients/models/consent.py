"""What the patient has agreed to, and the texts that are agreed to."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from patients import documents, signatures
from patients.models.patient import Patient

TEXT_LENGTH: Final = 20_000


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def current(self) -> Self:
        """The newest published version of each scope and language."""
        same = ConsentText.objects.published().filter(
            scope=OuterRef("scope"), language=OuterRef("language")
        )
        newest = same.order_by("-version").values("pk")[:1]
        return self.filter(pk=Subquery(newest))


class ConsentText(models.Model):
    """One version, in one language, of what patients are asked to agree to.

    `scope` says to what: "photos" is this app's own; apps above add theirs ("glycolic"). A draft
    may be changed and thrown away. A published text never changes, the database sees to that; a
    correction is the next version. Versions count through all languages of a scope.
    """

    scope = models.SlugField(max_length=30)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, default="en")
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=TEXT_LENGTH)
    sources = models.TextField(
        _("where it comes from"), max_length=5_000, blank=True, help_text="not shown to patients"
    )
    ends_earlier = models.BooleanField(
        _("signatures of earlier versions no longer count"), default=False
    )
    is_shipped = models.BooleanField(default=False, help_text="came with the product")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        permissions = [("publish_consenttext", "Can publish a consent text")]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "version", "language"], name="patients_consenttext_version_once"
            ),
            models.UniqueConstraint(
                fields=["scope", "language"],
                condition=Q(published_at__isnull=True),
                name="patients_consenttext_one_draft",
                violation_error_message=_("There is a draft of this text already."),
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="patients_consenttext_version_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""),
                name="patients_consenttext_says_something",
                violation_error_message=_("A text needs a title and words."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | (
                    Q(published_at__isnull=False)
                    & (Q(published_by__isnull=False) | Q(is_shipped=True))
                ),
                name="patients_consenttext_published_at_with_by",
                violation_error_message=_("A text is published by somebody."),
            ),
            models.CheckConstraint(
                condition=Q(saved_by__isnull=False) | Q(is_shipped=True),
                name="patients_consenttext_saved_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        """Neither withdrawn nor replaced, each with what there is of versions by now."""
        texts = ConsentText.objects.published().filter(scope=OuterRef("scope"))
        return self.filter(withdrawn_at=None).annotate(
            newest_version=_highest(texts), least_version=_highest(texts.filter(ends_earlier=True))
        )


def _highest(texts: models.QuerySet[ConsentText]) -> Subquery:
    return Subquery(texts.values("scope").annotate(highest=Max("version")).values("highest"))


class Consent(models.Model):
    """One agreement. It stands until it is withdrawn; a new one is a new row, never the old one
    again. What was signed on a screen stays as it was signed, the database sees to that."""

    class Scope(models.TextChoices):
        """What this app itself asks for; apps above have scopes of their own."""

        PHOTOS = "photos", _("Photos")

    class Way(models.TextChoices):
        PAPER = "paper", _("On paper")
        DRAWN = "drawn", _("Signed by hand on the screen")
        TYPED = "typed", _("Signed by name on the screen")

    class Signer(models.TextChoices):
        PATIENT = "patient", _("The patient")
        PARENT = "parent", _("A parent or guardian")
        PROXY = "proxy", _("A legal representative")

    class End(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn by the patient")
        RENEWED = "renewed", _("Replaced by a newer signature")
        MISTAKE = "mistake", _("Recorded by mistake")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    scope = models.SlugField(max_length=30)
    way = models.CharField(max_length=5, choices=Way, default=Way.PAPER)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    signer = models.CharField(max_length=7, choices=Signer, default=Signer.PATIENT)
    signer_name = models.CharField(max_length=200, blank=True)
    strokes = models.TextField(blank=True, help_text="see patients.signatures")
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    questions_answered = models.BooleanField(default=False)
    place = models.CharField(max_length=100, blank=True)
    request_key = models.UUIDField(null=True, blank=True, help_text="a repeat writes once")
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end = models.CharField(max_length=9, choices=End, blank=True)

    objects = ConsentQuerySet.as_manager()

    # filled in by `standing`: the newest version there is, the oldest whose signatures count
    newest_version: int | None = None
    least_version: int | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "scope"],
                condition=Q(withdrawn_at__isnull=True),
                name="patients_consent_stands_once",
            ),
            models.UniqueConstraint(
                fields=["recorded_by", "request_key"], name="patients_consent_request_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, end="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(end="")),
                name="patients_consent_withdrawn_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="patients_consent_given_before_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(way="paper", strokes="")
                | (
                    Q(way__in=["drawn", "typed"], text__isnull=False, explained_by__isnull=False)
                    & Q(questions_answered=True)
                    & ~Q(signer_name="")
                ),
                name="patients_consent_signed_in_full",
                violation_error_message=_(
                    "A signature needs its text, a name, who explained it, and no open question."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(way="drawn") & ~Q(strokes="")) | (~Q(way="drawn") & Q(strokes="")),
                name="patients_consent_drawn_with_strokes",
            ),
            models.CheckConstraint(
                condition=Q(strokes="")
                | (
                    Q(strokes__regex=signatures.PATTERN)
                    & Q(LessThanOrEqual(Length("strokes"), signatures.MAX_LENGTH))
                ),
                name="patients_consent_strokes_are_lines",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk} to {self.scope}"

    @property
    def is_signed_here(self) -> bool:
        """On this screen, so that text and signature can be shown."""
        return self.way != self.Way.PAPER

    @property
    def counts(self) -> bool:
        """Whether it still holds: a version may end the signatures of those before it."""
        version = self.text.version if self.text else None
        return version is None or self.least_version is None or version >= self.least_version

    @property
    def is_of_older_version(self) -> bool:
        version = self.text.version if self.text else None
        return version is not None and version < (self.newest_version or 0)


class ConsentDocument(models.Model):
    """The PDF of a consent, made when it was signed. Rows are added and then stay."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="document")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    is_accessible = models.BooleanField(help_text="keeps to PDF/UA-1")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("pdf"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="patients_consentdocument_hash_is_of_the_file",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("pdf"), function="octet_length", output_field=models.IntegerField()),
                    documents.MAX_BYTES,
                ),
                name="patients_consentdocument_not_too_large",
            ),
        ]

    def __str__(self) -> str:
        return f"document of consent {self.consent_id}"
