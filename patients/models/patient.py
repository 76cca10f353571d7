"""The patient, known by any of their names, their telephone or their birth date."""

from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST_BIRTH = date(1900, 1, 1)


class Fold(Func):
    """A text as search compares it: lower case, without accents and apostrophes.

    `patients_fold` is made by the first migration; it is immutable, so an index can hold it.
    """

    function = "patients_fold"
    arity = 1
    output_field = models.TextField()


def folded_name() -> models.GeneratedField:
    """The searchable form of `given_name family_name`, kept by the database."""
    return models.GeneratedField(
        expression=Fold(Concat(F("given_name"), Value(" "), F("family_name"))),
        output_field=models.TextField(),
        db_persist=True,
    )


def check_time_zone(name: str) -> None:
    """Accept names of the IANA time zone database only."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Patient(models.Model):
    """A person treated here. Rows are corrected or marked deceased, never deleted."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Not recorded")

    class EmailConsent(models.TextChoices):
        NOT_ASKED = "not_asked", _("Not asked")
        GIVEN = "given", _("May be e-mailed")
        REFUSED = "refused", _("Does not want e-mail")

    class SkinType(models.IntegerChoices):
        I = 1, "I"  # noqa: E741 - Fitzpatrick skin types are Roman numerals
        II = 2, "II"
        III = 3, "III"
        IV = 4, "IV"
        V = 5, "V"
        VI = 6, "VI"

    prefix = models.CharField(_("title"), max_length=20, blank=True)
    given_name = models.CharField(_("first name"), max_length=100, blank=True)
    family_name = models.CharField(_("last name"), max_length=100)
    search_name = folded_name()
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    skin_type = models.PositiveSmallIntegerField(
        _("Fitzpatrick skin type"), choices=SkinType, null=True, blank=True
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    phone_digits = models.GeneratedField(
        expression=Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"),
        output_field=models.TextField(),
        db_persist=True,
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_consent = models.CharField(
        _("e-mail consent"),
        max_length=10,
        choices=EmailConsent,
        default=EmailConsent.NOT_ASKED,
    )
    email_consent_at = models.DateTimeField(null=True, blank=True)
    email_consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    email_refused = models.EmailField(
        max_length=254, blank=True, help_text="the address that the mail server refused for good"
    )
    email_refused_at = models.DateTimeField(null=True, blank=True)
    email_refused_answer = models.CharField(max_length=300, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/London", validators=[check_time_zone]
    )
    deceased = models.BooleanField(_("deceased"), default=False)
    deceased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(
        null=True, blank=True, help_text="registered or corrected here: an import leaves it alone"
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        indexes = [
            GinIndex(
                fields=["search_name"], opclasses=["gin_trgm_ops"], name="patients_patient_by_name"
            ),
            GinIndex(
                fields=["phone_digits"],
                opclasses=["gin_trgm_ops"],
                name="patients_patient_by_phone",
            ),
            models.Index(fields=["birth_date"], name="patients_patient_by_birth"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date__gte=EARLIEST_BIRTH),
                name="patients_patient_birth_date_plausible",
                violation_error_message=_("The date of birth is before 1900."),
            ),
            models.CheckConstraint(
                condition=Q(skin_type__isnull=True) | Q(skin_type__range=(1, 6)),
                name="patients_patient_skin_type_one_to_six",
                violation_error_message=_("Fitzpatrick skin types run from I to VI."),
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(email__regex=r"^[^\s@<>,;]+@[^\s@<>,;]+$"),
                name="patients_patient_email_one_address",
                violation_error_message=_("This is not one e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(deceased=True) | Q(deceased_at__isnull=True),
                name="patients_patient_death_date_only_if_deceased",
                violation_error_message=_("A date of death needs “deceased”."),
            ),
            models.CheckConstraint(
                condition=Q(email_consent_at__isnull=True, email_consent_by__isnull=True)
                | Q(email_consent_at__isnull=False, email_consent_by__isnull=False),
                name="patients_patient_email_consent_at_with_by",
                violation_error_message=_("Consent needs who recorded it and when."),
            ),
            models.CheckConstraint(
                condition=Q(email_refused="", email_refused_at__isnull=True)
                | (~Q(email_refused="") & Q(email_refused_at__isnull=False)),
                name="patients_patient_address_refused_at",
            ),
            models.CheckConstraint(
                condition=Q(edited_at__isnull=True, edited_by__isnull=True)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
                name="patients_patient_edited_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def letter_language(self) -> str:
        """What letters and the pages behind their links are in: the patient's own language where
        they exist in it. One language at a time, dates and all."""
        known = self.language in settings.LETTER_LANGUAGES
        return self.language if known else settings.LANGUAGE_CODE

    @property
    def address_is_refused(self) -> bool:
        """Whether nothing reaches the present address; another one is a new chance."""
        return bool(self.email) and self.email == self.email_refused

    @property
    def may_be_emailed(self) -> bool:
        return self.why_not_emailed == ""

    @property
    def why_not_emailed(self) -> str:
        """The reason why nothing may be e-mailed, empty when it may."""
        if self.deceased:
            return "deceased"
        if not self.email:
            return "no e-mail address"
        if self.address_is_refused:
            return "the mail server refused this address"
        if self.email_consent != self.EmailConsent.GIVEN:
            return "no consent to e-mail"
        return ""

    def age_on(self, day: date) -> int:
        """Completed years of life on this day."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (not had_birthday)


class PatientName(models.Model):
    """Another name of the patient: maiden name, earlier name, nickname. Searched like the first."""

    class Use(models.TextChoices):
        OFFICIAL = "official", _("Official")
        USUAL = "usual", _("Usual")
        MAIDEN = "maiden", _("Maiden name")
        OLD = "old", _("Earlier name")
        NICKNAME = "nickname", _("Nickname")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="other_names")
    use = models.CharField(max_length=10, choices=Use, default=Use.USUAL)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    search_name = folded_name()

    class Meta:
        indexes = [
            GinIndex(
                fields=["search_name"], opclasses=["gin_trgm_ops"], name="patients_name_by_name"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "use", "given_name", "family_name"],
                name="patients_patientname_once_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class PatientAddress(models.Model):
    """A postal address; the first one is used on paper."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="addresses")
    position = models.PositiveSmallIntegerField(default=1)
    lines = models.TextField(blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "position"], name="patients_patientaddress_position_unique"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.lines, self.city, self.postal_code) if part)


class PatientIdentifier(models.Model):
    """A number that somebody else knows the patient by; an import finds its patient by it."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"], name="patients_patientidentifier_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system}|{self.value}"
