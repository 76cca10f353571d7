"""What an earlier record suggests about the health questions: medicines, allergies, conditions.

A hint is shown beside its question for the patient to confirm; it never answers it. Words are
matched at their beginning in the text of the statement. The lists are practice, unsourced: examples
of each group, not all of it. Pure data and pure functions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Kind = Literal["medication", "allergy", "condition"]

ISOTRETINOIN_LOOKS_BACK: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an earlier record; `holds` as far as is known, `on` the day it was written."""

    kind: Kind
    text: str
    holds: bool = True
    on: date | None = None


_WORDS: Final[Mapping[Kind, Mapping[str, str]]] = {
    "medication": {
        "isotretinoin": "isotretinoin roaccutane accutane",
        "retinoid": "tretinoin adapalene tazarotene retinal retinol trifarotene",
        "acids": "glycolic lactic|acid salicylic|acid benzoyl azelaic",
        "photosensitiser": "doxycycline minocycline tetracycline hydrochlorothiazide furosemide "
        "lasix amiodarone voriconazole ciprofloxacin methoxsalen hypericum st|john griseofulvin",
        "anticoagulant": "warfarin apixaban rivaroxaban dabigatran edoxaban heparin enoxaparin "
        "clopidogrel ticagrelor prasugrel aspirin acetylsalicylic phenprocoumon",
        "antiarrhythmic": "amiodarone sotalol dofetilide dronedarone ibutilide",
        "immune": "methotrexate ciclosporin cyclosporin tacrolimus azathioprine mycophenol "
        "prednisone prednisolone adalimumab etanercept infliximab cisplatin docetaxel paclitaxel",
    },
    "allergy": {
        "salicylate_allergy": "aspirin salicyl acetylsalicylic",
        "amide_allergy": "lidocaine lignocaine prilocaine emla articaine mepivacaine",
        "fish_allergy": "fish",
        "reaction": "retinoid tretinoin adapalene glycolic",
    },
    "condition": {
        "herpes": "herpes|labialis herpes|simplex cold|sore",
        "keloid": "keloid hypertrophic|scar",
        "dark_marks": "melasma chloasma post-inflammatory|hyperpigmentation",
        "cold_urticaria": "cold|urticaria",
        "cryoglobulins": "cryoglobulin cryofibrinogen",
        "raynaud": "raynaud",
        "methaemoglobin": "methaemoglobin methemoglobin g6pd glucose-6-phosphate",
        "bleeding": "haemophilia hemophilia von|willebrand thrombocytopenia",
        "pacemaker": "pacemaker cardiac|pacemaker implantable|cardioverter",
        "radiotherapy": "radiotherapy",
        "blistering": "pemphig epidermolysis porphyria|cutanea pyoderma myeloma dermatitis|herpet",
        "skin_disease": "rosacea eczema atopic|dermatitis atopic|eczema psoriasis vitiligo seborr",
        "immune": "diabetes hiv immunodeficien",
        "pregnant": "pregnancy normal|pregnancy",
        "wound": "impetigo cellulitis",
    },
}


def hints(statements: Iterable[Statement], on: date) -> dict[str, tuple[Statement, ...]]:
    """By the key of a question, what the record says about it on this day."""
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        for key in _about(statement):
            if statement.holds or _is_recent(key, statement, on):
                found.setdefault(key, []).append(statement)
    return {key: tuple(each) for key, each in found.items()}


def _about(statement: Statement) -> Iterable[str]:
    text = statement.text.casefold()
    for key, words in _WORDS[statement.kind].items():
        if any(re.search(_pattern(word), text) for word in words.split()):
            yield key


def _pattern(word: str) -> str:
    """The word at the beginning of a word; a bar stands for a space."""
    return r"\b" + re.escape(word).replace(r"\|", r"\s+")


def _is_recent(key: str, statement: Statement, on: date) -> bool:
    """Isotretinoin counts for half a year after its end, so what was stopped is asked about too."""
    if key != "isotretinoin":
        return False
    return statement.on is None or on - statement.on <= ISOTRETINOIN_LOOKS_BACK
