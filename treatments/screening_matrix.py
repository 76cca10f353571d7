"""The safety screening matrix as a table: clinical fact base, section 3, row for row.

B blocks until a clinician clears it with a reason, C is a caution to be acknowledged, i is to be
known. Windows are in days, as (skin types I-III, IV-VI). A clinic changes copies of these rows.
Short reasons are ours, from sections 1 and 3. Pure data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.model import Modality
from treatments.protocol_data.step import skin_group

Level = Literal["B", "C", "i"]
Days = tuple[int, int]

MODALITIES: Final[tuple[Modality, ...]] = (
    "extraction",
    "glycolic",
    "salicylic",
    "retinoid",
    "cryo",
    "laser",
)
PEELS: Final[tuple[Modality, ...]] = ("glycolic", "salicylic")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the item, its level for each treatment (none where it does not matter), the
    questions whose answers bring it up, and where it comes from. `window` is the number of days
    after the last time, `windows` that of single treatments; `whys` likewise."""

    number: int
    name: str
    levels: Mapping[Modality, Level]
    source: str
    keys: tuple[str, ...] = ()
    why: str = ""
    whys: Mapping[Modality, str] = field(default_factory=dict)
    window: Days = (0, 0)
    windows: Mapping[Modality, Days] = field(default_factory=dict)

    def days(self, modality: Modality, skin_type: int | None) -> int:
        """The window; an unknown skin type counts as IV-VI."""
        light, dark = self.windows.get(modality, self.window)
        return light if skin_group(skin_type) == "I-III" else dark

    def why_of(self, modality: Modality) -> str:
        return self.whys.get(modality, self.why)


def _levels(letters: str) -> dict[Modality, Level]:
    """Six letters in the order of the fact base: EXT GLY SAL RET CRYO CO2, a dash for none."""
    given = zip(MODALITIES, letters, strict=True)
    return {modality: letter for modality, letter in given if letter != "-"}  # type: ignore[misc]


def _same(days: int) -> Days:
    return days, days


_PRACTICE: Final = "practice, unsourced"

_TABLE: Final = (
    Row(
        1,
        _("Isotretinoin capsules"),
        _levels("CBBCCB"),
        "[8][12w][46]; relaxed by [47][95][97]; laser block for the full face, caution for spots",
        ("isotretinoin",),
        _("skin heals more slowly and scars more easily"),
        window=_same(180),
    ),
    Row(
        2,
        _("Pregnancy"),
        _levels("iCBBiC"),
        "RET [74][75]; SAL [54][50w]; peels [48w][116]; AHA allowed by [54]; CRYO [86]; "
        f"CO2 {_PRACTICE}",
        ("pregnant",),
        whys={
            "glycolic": _("sources disagree; better after the birth"),
            "salicylic": _("salicylates are avoided"),
            "retinoid": _("retinoids may harm the child"),
            "laser": _("put off what can wait"),
        },
    ),
    Row(
        3,
        _("Breastfeeding"),
        _levels("iCBC-C"),
        f"[54][48w][75]; CO2 {_PRACTICE}",
        ("breastfeeding",),
        whys={
            "salicylic": _("salicylates are avoided"),
            "retinoid": _("keep it off the chest"),
            "laser": _("put off what can wait"),
        },
    ),
    Row(
        4,
        _("Planning a pregnancy"),
        _levels("--CB--"),
        f"[74]; SAL {_PRACTICE}",
        ("planning_pregnancy",),
        whys={
            "salicylic": _("salicylates are avoided in pregnancy"),
            "retinoid": _("retinoids may harm the child"),
        },
    ),
    Row(
        5,
        _("Retinoid on the face"),
        _levels("iCCi-C"),
        f"[13][19][61w][18w][59w]; CO2 {_PRACTICE}",
        ("retinoid",),
        _("the treatment goes deeper"),
        whys={"retinoid": ""},
        window=(3, 7),
        windows={"laser": _same(7)},
    ),
    Row(
        6,
        _("Acids, benzoyl peroxide or scrubs"),
        _levels("-CCC-C"),
        "[50w][49w]; CO2 [102w]; RET [76w]",
        ("acids",),
        _("the skin is already irritated"),
        window=_same(3),
    ),
    Row(
        7,
        _("Cold sore"),
        _levels("BBBCBB"),
        f"peels [3]; 7 days after healing [117w]; the rest {_PRACTICE}",
        ("cold_sore",),
        _("the infection may spread over the face"),
        window=_same(7),
    ),
    Row(
        8,
        _("Cold sores before"),
        _levels("-CC--C"),
        "superficial peel: usually not needed [61w], clinics differ [60w][59w]; CO2 [103][104]",
        ("herpes", "cold_sore"),
        _("the treatment may bring them back"),
    ),
    Row(
        9,
        _("Keloids or raised scars"),
        _levels("CBB-CB"),
        "[3][46]; CRYO scar [23]; CO2 [106w]",
        ("keloid",),
        _("scars may grow"),
    ),
    Row(
        10,
        _("Skin type IV-VI"),
        _levels("iCiiCC"),
        "[1][54][53][82w][85][96]",
        why=_("colour changes are more likely"),
    ),
    Row(
        11,
        _("Dark marks or melasma"),
        _levels("-CCiCC"),
        "[10w][18w][82w][96]",
        ("dark_marks",),
        _("colour changes are more likely"),
    ),
    Row(
        12,
        _("Hives from cold"),
        _levels("----B-"),
        "[4][82w]",
        ("cold_urticaria",),
        _("freezing may set them off"),
    ),
    Row(
        13,
        _("Cryoglobulins or cryofibrinogen"),
        _levels("----B-"),
        "[4][82w]",
        ("cryoglobulins",),
        _("cold may damage the skin"),
    ),
    Row(
        14,
        _("Raynaud or cold intolerance"),
        _levels("----B-"),
        "[4][82w]",
        ("raynaud",),
        _("cold may damage the skin"),
    ),
    Row(
        15,
        _("Allergy to aspirin or salicylates"),
        _levels("-iB---"),
        "[70w][50w]",
        ("salicylate_allergy",),
        whys={"salicylic": _("the peel is a salicylate"), "glycolic": _("never swap the acids")},
    ),
    Row(
        16,
        _("Allergy to lidocaine or prilocaine"),
        _levels("B----B"),
        "[41][118w]; only if it is to be used",
        ("amide_allergy",),
        _("no numbing cream or injection of these"),
    ),
    Row(
        17,
        _("Methaemoglobinaemia, G6PD deficiency or a heart-rhythm medicine"),
        _levels("C----C"),
        "[41]; only with the cream of lidocaine and prilocaine",
        ("methaemoglobin", "antiarrhythmic"),
        _("no cream of lidocaine with prilocaine"),
    ),
    Row(
        18,
        _("Medicine that makes skin sensitive to light"),
        _levels("-CCC-C"),
        "[3][76w][119w]",
        ("photosensitiser",),
        _("burns and dark marks are more likely"),
    ),
    Row(
        19,
        _("Sunburn"),
        _levels("CBBBCB"),
        "[49w][50w][20][21]; CO2 [102w]; until it has gone, 7 days at least",
        ("sunburn",),
        _("the skin is hurt already"),
        window=_same(7),
    ),
    Row(
        20,
        _("Tan, sunbed or self-tan"),
        _levels("-CC-iB"),
        "[49w][60w][94][102w]",
        ("tan",),
        _("colour changes are more likely"),
        window=_same(14),
        windows={"laser": (28, 42)},
    ),
    Row(
        21,
        _("Waxing, threading or hair removal"),
        _levels("iBBC-C"),
        "[59w][50w][60w]; RET no wax [20][21]",
        ("hair_removal",),
        _("the top layer of the skin is open"),
        window=_same(7),
    ),
    Row(
        22,
        _("Peel, laser or microneedling"),
        _levels("iCCCCC"),
        "[65w][115w]",
        ("resurfacing",),
        _("the skin has not closed up yet"),
        window=_same(21),
    ),
    Row(
        23,
        _("Operation on the face"),
        _levels("CCC-CC"),
        "[120w]",
        ("surgery",),
        _("the scar is still healing"),
        window=_same(90),
    ),
    Row(
        24,
        _("Botulinum toxin or filler"),
        _levels("-CC--C"),
        "[60w]",
        ("toxin_filler",),
        _("let it settle first"),
        window=_same(14),
    ),
    Row(
        25,
        _("Wound, infection or inflamed skin"),
        _levels("BBBBBB"),
        "[3][12w][20]",
        ("wound",),
        _("wait until it has healed"),
    ),
    Row(
        26,
        _("Blood thinner"),
        _levels("i---CC"),
        "[38][39]: go on taking it for minor work on the skin; CRYO [84]",
        ("anticoagulant",),
        _("it is not stopped; press for longer"),
    ),
    Row(
        27,
        _("Bleeding disorder"),
        _levels("C---CC"),
        "[121w]",
        ("bleeding",),
        _("bleeding lasts longer"),
    ),
    Row(
        28,
        _("Pacemaker or ICD"),
        _levels("C-----"),
        "[40][122]: only with electrosurgery; bipolar or true heat preferred",
        ("pacemaker",),
        _("no electrosurgery but bipolar or true heat"),
    ),
    Row(
        29,
        _("Weak defences, diabetes out of balance or poor healing"),
        _levels("CCC-CC"),
        "[48w][84]",
        ("immune",),
        _("infection and slow healing are more likely"),
    ),
    Row(
        30,
        _("Radiotherapy of the face"),
        _levels("CCCiCC"),
        "[12w][48w]",
        ("radiotherapy",),
        _("the skin heals badly there"),
    ),
    Row(
        31,
        _("Active rosacea, eczema, psoriasis, vitiligo or seborrhoeic dermatitis"),
        _levels("CCCCCC"),
        "[12w][3]",
        ("skin_disease",),
        _("the treatment may make it flare"),
    ),
    Row(
        32,
        _("Blistering disease, pyoderma gangrenosum or myeloma"),
        _levels("CCC-BC"),
        "[84]; blistering disease makes milia [37]",
        ("blistering",),
        _("wounds may not heal"),
    ),
    Row(
        33,
        _("Lesion in the eye area"),
        _levels("iCCCBC"),
        "guide; [10w][22w][31]; RET [21]",
        whys={
            "extraction": _("for a doctor"),
            "glycolic": _("the acid may reach the eye"),
            "salicylic": _("the acid may reach the eye"),
            "retinoid": _("never on lids or their margins"),
            "cryo": _("freezing may harm the eye"),
            "laser": _("with eye shields"),
        },
    ),
    Row(
        34,
        _("Diagnosis uncertain, or pigmented"),
        _levels("CCC-BB"),
        "[83][26w]",
        why=_("nothing is left to look at under the microscope"),
        whys={peel: _("be sure what it is first") for peel in ("extraction", *PEELS)},
    ),
    Row(
        35,
        _("Child"),
        _levels("BBBCCC"),
        f"[37][33][20]; ages for peels {_PRACTICE}",
        whys={"extraction": _("milia of infants go by themselves")},
    ),
    Row(
        36,
        _("Big occasion soon"),
        _levels("iii-ii"),
        f"[62][8]; others {_PRACTICE}",
        ("event",),
        _("the skin may still show it"),
        window=_same(5),
        windows={"extraction": _same(7), "cryo": _same(14), "laser": _same(21)},
    ),
    Row(
        37,
        _("Bad reaction to this treatment"),
        _levels("CBBBBC"),
        "[83][48w][20]",
        ("reaction",),
        _("it may come again"),
    ),
    Row(
        38,
        _("Needs a perfect result or cannot avoid the sun"),
        _levels("-CCCiC"),
        "[3][21]",
        ("sun", "expectation"),
        _("talk it over first"),
    ),
    Row(
        39,
        _("Allergy to fish"),
        _levels("---C--"),
        "[76w]: one gel",
        ("fish_allergy",),
        _("one brand of gel is not for them"),
    ),
    Row(
        40,
        _("Much distress about looks"),
        _levels("CCC-CC"),
        _PRACTICE,
        ("body_image",),
        _("talk it over first"),
    ),
)

ROWS: Final[Mapping[int, Row]] = {row.number: row for row in _TABLE}
