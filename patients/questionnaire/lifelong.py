"""Allergies and what else stays."""

from typing import Final

from patients.marked_text import gettext_noop as _
from patients.questionnaire.shape import UNKNOWN, Group, Question

ALWAYS: Final = Group(
    "always",
    _("Allergies and what stays"),
    (
        Question(
            "salicylate_allergy",
            (15,),
            _("Allergy to aspirin or salicylates"),
            _("Are you allergic to aspirin or salicylates?"),
            lifelong=True,
        ),
        Question(
            "amide_allergy",
            (16,),
            _("Allergy to lidocaine or prilocaine"),
            _("Are you allergic to numbing cream or injections (lidocaine, prilocaine)?"),
            lifelong=True,
        ),
        Question(
            "fish_allergy",
            (39,),
            _("Allergy to fish"),
            _("Are you allergic to fish?"),
            lifelong=True,
        ),
        Question(
            "reaction",
            (37,),
            _("Bad reaction to a treatment"),
            _("Have you reacted badly to a treatment of the skin before?"),
            lifelong=True,
            detail=_("What happened?"),
        ),
        Question(
            "reaction_to",
            (37,),
            _("Reacted to"),
            _("To which one?"),
            kind="choice",
            after="reaction",
            lifelong=True,
            choices=(
                ("glycolic", _("Glycolic peel")),
                ("salicylic", _("Salicylic peel")),
                ("retinoid", _("Retinoid")),
                ("cryo", _("Freezing")),
                ("laser", _("Laser")),
                ("extraction", _("Extraction")),
                (UNKNOWN, _("Another, several, or not sure")),
            ),
        ),
        Question(
            "keloid",
            (9,),
            _("Keloids or raised scars"),
            _("Do your scars grow thick or raised (keloids)?"),
            lifelong=True,
        ),
        Question(
            "dark_marks",
            (11,),
            _("Dark marks or melasma"),
            _("Do spots leave dark marks on your skin, or have you had melasma?"),
            lifelong=True,
        ),
        Question(
            "cold_urticaria",
            (12,),
            _("Hives from cold"),
            _("Does cold give you hives?"),
            lifelong=True,
        ),
        Question(
            "cryoglobulins",
            (13,),
            _("Cryoglobulins or cryofibrinogen"),
            _("Were cryoglobulins or cryofibrinogen found in your blood?"),
            lifelong=True,
        ),
        Question(
            "raynaud",
            (14,),
            _("Raynaud or cold intolerance"),
            _("Do your fingers turn white in the cold (Raynaud)?"),
            lifelong=True,
        ),
        Question(
            "methaemoglobin",
            (17,),
            _("Methaemoglobinaemia or G6PD deficiency"),
            _("Do you have methaemoglobinaemia or G6PD deficiency?"),
            lifelong=True,
        ),
        Question(
            "bleeding",
            (27,),
            _("Bleeding disorder"),
            _("Do you have a bleeding disorder?"),
            lifelong=True,
        ),
        Question(
            "pacemaker",
            (28,),
            _("Pacemaker or ICD"),
            _("Do you have a pacemaker or an implanted defibrillator?"),
            lifelong=True,
        ),
        Question(
            "radiotherapy",
            (30,),
            _("Radiotherapy of the face"),
            _("Has your face been treated with radiation?"),
            lifelong=True,
        ),
        Question(
            "blistering",
            (32,),
            _("Blistering disease, pyoderma, myeloma"),
            _("Have you had a blistering disease, pyoderma gangrenosum or myeloma?"),
            lifelong=True,
        ),
    ),
)
