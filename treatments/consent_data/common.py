"""Sentences that stand in every consent to a treatment."""

from typing import Final

OPENING: Final = """\
Milia are small cysts filled with keratin, a protein of the skin. They are harmless: treating them is for the look and feel of your skin. Take your time, and ask whatever you like before you sign.
"""

STOP: Final = """\
## You can stop at any time
- Say “stop” at any moment, also during the treatment, and we stop as soon as that is safe.
- You can withdraw this consent at any time, without giving a reason. It makes no difference to how you are cared for here.
"""

SOURCES: Final = {
    "opening": "guide: cysts filled with keratin; clinical fact base 2C A2: treatment is cosmetic",
    "right to stop": "practice, unsourced",
}
