"""The answers to the health questions before a treatment, and who found them safe.

Rows are only ever added, and the columns of a clearance filled in once. The newest asking that was
not taken back is the one that counts.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient
from patients.questionnaire import TREATMENTS, VALUES, Answer


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def standing(self) -> Self:
        """All but those recorded by mistake and the rows that say so."""
        return self.exclude(outcome=Screening.Outcome.TAKEN_BACK).filter(taken_back_by=None)


class Screening(models.Model):
    """The health questions of one patient, asked once and answered as a whole.

    `answered`: the questionnaire was, its answers are rows of their own, and what they mean depends
    on the treatment. `clear` and `to_check` is what the desk hears on the telephone; something to
    check that stands when the questionnaire is answered goes on standing, with its answers.
    """

    class Outcome(models.TextChoices):
        CLEAR = "clear", _("All clear")
        ANSWERED = "answered", _("Questions answered")
        TO_CHECK = "to_check", _("Something to check")
        TAKEN_BACK = "taken_back", _("Recorded by mistake")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="screenings")
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=200, blank=True, help_text="what is to be checked")
    valid_until = models.DateField(
        null=True, blank=True, help_text="the last day on which the answers hold"
    )
    key = models.UUIDField(
        null=True, blank=True, unique=True, help_text="of the form: sent twice, it writes once"
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    clear_reason = models.CharField(max_length=200, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        permissions = [("clear_screening", "Can clear health answers that are to be checked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["clear", "answered"], note="", valid_until__isnull=False)
                | (Q(outcome="to_check", valid_until__isnull=False) & ~Q(note=""))
                | Q(outcome="taken_back", note="", valid_until__isnull=True),
                name="patients_screening_says_what_and_how_long",
                violation_error_message=_("Say what is to be checked."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="taken_back", takes_back__isnull=False)
                | (~Q(outcome="taken_back") & Q(takes_back__isnull=True)),
                name="patients_screening_takes_one_back",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, clear_reason="")
                | (
                    Q(outcome="to_check", cleared_at__isnull=False, cleared_by__isnull=False)
                    & ~Q(clear_reason="")
                ),
                name="patients_screening_cleared_at_with_by_and_reason",
                violation_error_message=_("Clearing needs a name and a reason."),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-id"], name="patients_screening_newest")]

    def __str__(self) -> str:
        return f"screening {self.pk}: {self.outcome}"

    @property
    def stops(self) -> bool:
        """Whether somebody who may must look at the answers before a treatment."""
        return self.outcome == self.Outcome.TO_CHECK and self.cleared_at is None

    def holds_on(self, day: date) -> bool:
        return self.valid_until is not None and day <= self.valid_until


class ScreeningAnswer(models.Model):
    """One answer of an asking. `question` is a key of `screening_rules.QUESTIONS`; `detail` what
    the patient named: a medicine, a disease. `taken_over`: the patient said that nothing has
    changed since an earlier asking. Only ever added."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=24)
    value = models.CharField(max_length=10)
    on = models.DateField(null=True, blank=True, help_text="the day, where the answer is one")
    detail = models.CharField(max_length=200, blank=True)
    holds_until = models.DateField(help_text="the last day on which the answer holds")
    taken_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "question"], name="patients_screeninganswer_question_once"
            ),
            models.CheckConstraint(
                condition=Q(value__in=VALUES) & ~Q(question=""),
                name="patients_screeninganswer_value_known",
                violation_error_message=_("Choose one of the answers."),
            ),
            models.CheckConstraint(
                condition=Q(value="on", on__isnull=False) | (~Q(value="on") & Q(on__isnull=True)),
                name="patients_screeninganswer_day_if_it_is_one",
                violation_error_message=_("Give the day, or say that it is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.on or self.value}"

    @property
    def as_answer(self) -> Answer:
        return Answer(self.value, self.on, self.detail)


class Clearance(models.Model):
    """Somebody who may has looked at one row of the screening matrix, for one treatment: a block
    was found safe, or a caution taken note of. Holds for its asking; where the answers behind it
    stay the same for good it is `carried` on to the next, in the name of whoever cleared. Only
    ever added."""

    class Level(models.TextChoices):
        BLOCK = "B", _("Block")
        CAUTION = "C", _("Caution")

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="clearances")
    row = models.PositiveSmallIntegerField(help_text="of the clinical fact base, section 3")
    modality = models.CharField(max_length=12)
    level = models.CharField(max_length=1, choices=Level)
    reason = models.CharField(max_length=200, blank=True)
    cleared_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    carried = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        permissions = [("acknowledge_caution", "Can take note of cautions of the health answers")]
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "row", "modality"], name="patients_clearance_once"
            ),
            models.CheckConstraint(
                condition=Q(row__range=(1, 40)) & Q(modality__in=TREATMENTS),
                name="patients_clearance_of_a_row_and_treatment",
            ),
            models.CheckConstraint(
                condition=Q(level="C") | (Q(level="B") & ~Q(reason="")),
                name="patients_clearance_of_a_block_has_a_reason",
                violation_error_message=_("Write why it is safe."),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row} for {self.modality}, {self.cleared_by}"
