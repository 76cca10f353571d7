"""The places of a face where milia are found: names, codes and which of them belong to the eye.

Pure data, from the clinical fact base 4.1. The codes are SNOMED CT "structure of" concepts, the
side is held apart from them; they are optional where a clinic has no licence for SNOMED CT.
"""

from dataclasses import dataclass
from typing import Final, Literal

Eye = Literal["no", "yes", "review"]
"""Whether a place belongs to the eye area; `review`: at its edge, the clinician looks."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place. `paired` ones have a left and a right, the others lie in the middle."""

    key: str
    name: str
    snomed: str
    eye: Eye = "no"
    paired: bool = True


SITES: Final = (
    Site("face", "Face as a whole", "73897004", paired=False),
    Site("forehead", "Forehead", "68698007", paired=False),
    Site("temple", "Temple", "16621002", "review"),
    Site("eyebrow", "Eyebrow", "367577003", "yes"),
    Site("upper_eyelid", "Upper eyelid", "41310005", "yes"),
    Site("lower_eyelid", "Under the eye", "40069000", "yes"),
    Site("medial_canthus", "Inner corner of the eye", "27887005", "yes"),
    Site("lateral_canthus", "Outer corner of the eye", "37671003", "yes"),
    Site("eye_region", "Round the eye", "362916000", "yes"),
    Site("cheek", "Cheek", "36141000"),
    Site("nose", "Bridge of the nose", "113179006", paired=False),
    Site("nose_side", "Side of the nose", "314395006"),
    Site("ala", "Wing of the nose", "68598004"),
    Site("nose_tip", "Tip of the nose", "79283007", paired=False),
    Site("nasolabial", "Fold beside the mouth", "37108007"),
    Site("perioral", "Round the mouth", "110488009", paired=False),
    Site("upper_lip", "Upper lip", "16251004", paired=False),
    Site("lower_lip", "Lower lip", "66934001", paired=False),
    Site("chin", "Chin", "23747009", paired=False),
    Site("jaw", "Jawline", "244097004"),
    Site("preauricular", "In front of the ear", "86719006"),
    Site("postauricular", "Behind the ear", "24483006"),
    Site("scalp", "Scalp", "43067004", paired=False),
    Site("neck", "Neck", "43081002", paired=False),
)

BY_KEY: Final = {site.key: site for site in SITES}
PAIRED: Final = tuple(site.key for site in SITES if site.paired)
EYE_AREA: Final = frozenset(site.key for site in SITES if site.eye == "yes")
LATERALITY: Final = {"right": "24028007", "left": "7771000", "both": "51440002"}
