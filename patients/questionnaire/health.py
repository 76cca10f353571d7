"""Medicines, pregnancy, and what the patient plans."""

from typing import Final

from patients.marked_text import gettext_noop as _
from patients.questionnaire.shape import Group, Question, date_of

HEALTH: Final = Group(
    "medicines",
    _("Medicines and health"),
    (
        Question(
            "isotretinoin",
            (1,),
            _("Isotretinoin capsules"),
            _("Do you take isotretinoin capsules, or did you in the last year?"),
            help=_("For acne; for example Roaccutane or Accutane."),
        ),
        date_of(
            "isotretinoin",
            1,
            _("Last isotretinoin"),
            _("When was the last capsule?"),
            still=_("Still taking it"),
        ),
        Question(
            "photosensitiser",
            (18,),
            _("Medicine that makes skin sensitive to light"),
            _("Do you take a medicine that makes skin sensitive to light?"),
            help=_("For example doxycycline, some water tablets, St John's wort."),
            detail=_("Which one?"),
        ),
        Question(
            "anticoagulant",
            (26,),
            _("Blood thinner"),
            _("Do you take a blood thinner?"),
            help=_("Go on taking it: nobody stops it for this."),
            detail=_("Which one?"),
        ),
        Question(
            "antiarrhythmic",
            (17,),
            _("Heart-rhythm medicine"),
            _("Do you take a heart-rhythm medicine such as amiodarone or sotalol?"),
            detail=_("Which one?"),
        ),
        Question(
            "immune",
            (29,),
            _("Weak defences, diabetes, poor healing"),
            _("Weakened defences, diabetes out of balance, or wounds that heal badly?"),
            detail=_("What is it?"),
        ),
        Question(
            "pregnant",
            (2,),
            _("Pregnant"),
            _("Are you pregnant, or could you be?"),
            pregnancy=True,
        ),
        Question(
            "planning_pregnancy",
            (4,),
            _("Planning a pregnancy"),
            _("Are you planning a pregnancy?"),
            pregnancy=True,
        ),
        Question(
            "breastfeeding",
            (3,),
            _("Breastfeeding"),
            _("Are you breastfeeding?"),
            pregnancy=True,
        ),
    ),
)

WISHES: Final = Group(
    "wishes",
    _("Your plans"),
    (
        Question(
            "event",
            (36,),
            _("A big occasion soon"),
            _("Is there a big occasion in the next four weeks?"),
        ),
        date_of("event", 36, _("Day of the occasion"), _("On what day?"), ahead=True),
        Question(
            "sun",
            (38,),
            _("Cannot avoid the sun"),
            _("Will it be hard to keep your face out of the sun in the four weeks after?"),
        ),
        Question(
            "expectation",
            (38,),
            _("Needs a perfect result"),
            _("Does the result have to be perfect, with no trace left?"),
        ),
        Question(
            "body_image",
            (40,),
            _("Much distress about looks"),
            _("Do worries about how your skin looks take up an hour or more of most days?"),
            lifelong=True,
        ),
    ),
)
