"""The health questions before a treatment: what is asked, of whom, and how long an answer holds.

Pure data and pure functions. The rows are those of the clinical fact base, section 3; its row
numbers stand beside the questions. Answers hold for seven days, as they are asked again before
every session. Lifelong matters hold for a year once they were answered with yes or no: practice,
unsourced, and so are the age limits of the questions about pregnancy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from patients.marked_text import gettext_noop as _

Kind = Literal["yes_no", "date", "choice"]
YES: Final = "yes"
NO: Final = "no"
UNSURE: Final = "unsure"
ON: Final = "on"
"""The answer is a day."""
STILL: Final = "still"
UNKNOWN: Final = "unknown"

VALID_DAYS: Final = 7
LIFELONG_DAYS: Final = 365
PREGNANCY_AGES: Final = range(11, 56)
LONGEST_AGO: Final = timedelta(days=366 * 5)
FARTHEST_AHEAD: Final = timedelta(days=366)

YES_NO: Final = ((YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure")))


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a patient before any question: sex as recorded, completed years, Fitzpatrick
    skin type 1 to 6."""

    born: date
    sex: str = "unknown"
    skin_type: int | None = None

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `value` is yes, no or unsure, a choice of the question, or for a date `on` with
    the day, `still` (it goes on) or `unknown`."""

    value: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `name` stands in lists, `text` is read out.

    A follow-up has `after`, the key of the question it belongs to, and is asked when that was
    answered with one of `when`. `rows` are those of the fact base that the answer feeds.
    `lifelong` answers hold longer. `still` is the label of "it goes on" for a date; a date `ahead`
    lies in the future. `choices` are (value, label).
    """

    key: str
    rows: tuple[int, ...]
    name: str
    text: str
    help: str = ""
    kind: Kind = "yes_no"
    after: str = ""
    when: tuple[str, ...] = (YES, UNSURE)
    lifelong: bool = False
    pregnancy: bool = False
    still: str = ""
    ahead: bool = False
    choices: tuple[tuple[str, str], ...] = YES_NO

    @property
    def values(self) -> tuple[str, ...]:
        if self.kind == "date":
            return (ON, STILL, UNKNOWN) if self.still else (ON, UNKNOWN)
        return tuple(value for value, _label in self.choices)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are read out together."""

    key: str
    title: str
    questions: tuple[Question, ...]


def _date(
    after: str, row: int, name: str, text: str, still: str = "", ahead: bool = False
) -> Question:
    key = f"{after}_on"
    return Question(key, (row,), name, text, kind="date", after=after, still=still, ahead=ahead)


GROUPS: Final[tuple[Group, ...]] = (
    Group(
        "skin",
        _("Your face today"),
        (
            Question(
                "cold_sore",
                (7, 8),
                _("Cold sore"),
                _("Do you have a cold sore, or did one heal in the last two weeks?"),
            ),
            _date(
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
            ),
            Question(
                "sunburn",
                (19,),
                _("Sunburn"),
                _("Is your face sunburnt, or was it in the last two weeks?"),
            ),
            _date(
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
            _date("tan", 20, _("Last tanned"), _("When was the last time?")),
            Question(
                "skin_disease",
                (31,),
                _("Rosacea, eczema, psoriasis, vitiligo"),
                _("Is rosacea, eczema, psoriasis, vitiligo or dandruff of the face active now?"),
            ),
        ),
    ),
    Group(
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
            _date("retinoid", 5, _("Last retinoid night"), _("When was the last night?")),
            Question(
                "acids",
                (6,),
                _("Acids, benzoyl peroxide, scrubs"),
                _("Acids, benzoyl peroxide or scrubs in the last week?"),
                help=_("For example glycolic, lactic or salicylic acid in a toner."),
            ),
            _date("acids", 6, _("Last acid or scrub"), _("When was the last time?")),
            Question(
                "hair_removal",
                (21,),
                _("Waxing, threading, hair removal"),
                _("Waxing, threading, hair-removal cream or electrolysis in the last two weeks?"),
            ),
            _date("hair_removal", 21, _("Last hair removal"), _("When was the last time?")),
            Question(
                "resurfacing",
                (22,),
                _("Peel, laser, microneedling"),
                _("A peel, laser or microneedling anywhere in the last six weeks?"),
                help=_("Also at another clinic or at home."),
            ),
            _date("resurfacing", 22, _("Last peel or laser"), _("When was the last one?")),
            Question(
                "toxin_filler",
                (24,),
                _("Botulinum toxin or filler"),
                _("Botulinum toxin or filler in the last month?"),
            ),
            _date("toxin_filler", 24, _("Last toxin or filler"), _("When was the last one?")),
            Question(
                "surgery",
                (23,),
                _("Operation on the face"),
                _("An operation on your face in the last six months?"),
            ),
            _date("surgery", 23, _("Operation"), _("When was it?")),
        ),
    ),
    Group(
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
            _date(
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
            ),
            Question(
                "anticoagulant",
                (26,),
                _("Blood thinner"),
                _("Do you take a blood thinner?"),
                help=_("Go on taking it: nobody stops it for this."),
            ),
            Question(
                "antiarrhythmic",
                (17,),
                _("Heart-rhythm medicine"),
                _("Do you take a heart-rhythm medicine such as amiodarone or sotalol?"),
            ),
            Question(
                "immune",
                (29,),
                _("Weak defences, diabetes, poor healing"),
                _("Weakened defences, diabetes out of balance, or wounds that heal badly?"),
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
    ),
    Group(
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
    ),
    Group(
        "wishes",
        _("Your plans"),
        (
            Question(
                "event",
                (36,),
                _("A big occasion soon"),
                _("Is there a big occasion in the next four weeks?"),
            ),
            _date("event", 36, _("Day of the occasion"), _("On what day?"), ahead=True),
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
    ),
)

QUESTIONS: Final = {each.key: each for group in GROUPS for each in group.questions}
VALUES: Final = tuple(
    dict.fromkeys(value for question in QUESTIONS.values() for value in question.values)
)


def asked(answers: Mapping[str, Answer], person: Person, day: date) -> tuple[Question, ...]:
    """Every question that these answers lead to, in order, those already answered included."""
    return tuple(each for each in QUESTIONS.values() if is_asked(each, answers, person, day))


def is_asked(question: Question, answers: Mapping[str, Answer], person: Person, day: date) -> bool:
    """Whether the question is put to this person on this day, given the answers so far."""
    if question.pregnancy and not _may_be_pregnant(person, day):
        return False
    if not question.after:
        return True
    before = answers.get(question.after)
    return before is not None and before.value in question.when


def _may_be_pregnant(person: Person, day: date) -> bool:
    return person.sex != "male" and person.age_on(day) in PREGNANCY_AGES


def missing(answers: Mapping[str, Answer], person: Person, day: date) -> tuple[Question, ...]:
    """What is still to be asked before the answers are whole."""
    return tuple(each for each in asked(answers, person, day) if each.key not in answers)


def holds_until(question: Question, answer: Answer, on: date, valid_days: int = VALID_DAYS) -> date:
    """The last day on which an answer of this day holds. Nobody is sure for a whole year."""
    sure = answer.value not in (UNSURE, UNKNOWN)
    days = LIFELONG_DAYS if question.lifelong and sure else valid_days
    return on + timedelta(days=max(days, valid_days))


def objection(question: Question, answer: Answer, born: date, on: date) -> str:
    """What is wrong with an answer given on this day, in a sentence; empty when nothing is."""
    if answer.value not in question.values:
        return _("Choose one of the answers.")
    if answer.value != ON:
        return ""
    if answer.on is None:
        return _("Give the day, or say that it is not known.")
    return _date_objection(question, answer.on, born, on)


def _date_objection(question: Question, day: date, born: date, on: date) -> str:
    if question.ahead:
        if day < on:
            return _("This day is over. Give the day that is to come.")
        return _("This is more than a year away.") if day > on + FARTHEST_AHEAD else ""
    if day > on:
        return _("This day is still to come. Give the last day before today, or today.")
    return _("This is before the patient was born.") if day < born else ""


def feeding(row: int) -> tuple[Question, ...]:
    """The questions whose answers decide about this row of the fact base."""
    return tuple(each for each in QUESTIONS.values() if row in each.rows)


def names(keys: Iterable[str]) -> list[str]:
    return [QUESTIONS[key].name for key in keys if key in QUESTIONS]
