"""What the face is like today, and what was done to it lately."""

from typing import Final

from patients.marked_text import gettext_noop as _
from patients.questionnaire.shape import NO, Group, Question, date_of

TODAY: Final = Group(
    "skin",
    _("Your face today"),
    (
        Question(
            "cold_sore",
            (7, 8),
            _("Cold sore"),
            _("Do you have a cold sore, or did one heal in the last two weeks?"),
        ),
        date_of(
            "cold_sore",
            7,
            _("Cold sore healed"),
            _("When had it healed?"),
            still=_("Still there"),
        ),
        Question(
            "herpes",
            (8,),
            _("Cold sores before"),
            _("Have you ever had a cold sore or herpes on the face?"),
            after="cold_sore",
            when=(NO,),
            lifelong=True,
        ),
        Question(
            "wound",
            (25,),
            _("Wound, infection or rash"),
            _("Is there a wound, an infection or inflamed skin on your face?"),
            detail=_("What is it?"),
        ),
        Question(
            "sunburn",
            (19,),
            _("Sunburn"),
            _("Is your face sunburnt, or was it in the last two weeks?"),
        ),
        date_of(
            "sunburn",
            19,
            _("Day of the sunburn"),
            _("On what day, if it has gone?"),
            still=_("Still red or sore"),
        ),
        Question(
            "tan",
            (20,),
            _("Tan, sunbed, self-tan"),
            _("Have you tanned in the last six weeks: sun, sunbed or self-tanner?"),
        ),
        date_of("tan", 20, _("Last tanned"), _("When was the last time?")),
        Question(
            "skin_disease",
            (31,),
            _("Rosacea, eczema, psoriasis, vitiligo"),
            _("Is rosacea, eczema, psoriasis, vitiligo or dandruff of the face active now?"),
            detail=_("Which one, and where?"),
        ),
    ),
)

LATELY: Final = Group(
    "lately",
    _("On your face lately"),
    (
        Question(
            "retinoid",
            (5,),
            _("Retinoid cream"),
            _("Do you use a retinoid cream or gel, or did you in the last two weeks?"),
            help=_("Tretinoin, adapalene, tazarotene, retinal or retinol."),
        ),
        date_of("retinoid", 5, _("Last retinoid night"), _("When was the last night?")),
        Question(
            "acids",
            (6,),
            _("Acids, benzoyl peroxide, scrubs"),
            _("Acids, benzoyl peroxide or scrubs in the last week?"),
            help=_("For example glycolic, lactic or salicylic acid in a toner."),
        ),
        date_of("acids", 6, _("Last acid or scrub"), _("When was the last time?")),
        Question(
            "hair_removal",
            (21,),
            _("Waxing, threading, hair removal"),
            _("Waxing, threading, hair-removal cream or electrolysis in the last two weeks?"),
        ),
        date_of("hair_removal", 21, _("Last hair removal"), _("When was the last time?")),
        Question(
            "resurfacing",
            (22,),
            _("Peel, laser, microneedling"),
            _("A peel, laser or microneedling anywhere in the last six weeks?"),
            help=_("Also at another clinic or at home."),
        ),
        date_of("resurfacing", 22, _("Last peel or laser"), _("When was the last one?")),
        Question(
            "toxin_filler",
            (24,),
            _("Botulinum toxin or filler"),
            _("Botulinum toxin or filler in the last month?"),
        ),
        date_of("toxin_filler", 24, _("Last toxin or filler"), _("When was the last one?")),
        Question(
            "surgery",
            (23,),
            _("Operation on the face"),
            _("An operation on your face in the last six months?"),
            detail=_("Which one?"),
        ),
        date_of("surgery", 23, _("Operation"), _("When was it?")),
    ),
)
