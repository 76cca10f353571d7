"""The one consent text that every patient is asked for, whatever the treatment: photographs."""

from typing import Final

from patients.consent_words import ConsentData

PHOTOS: Final = ConsentData(
    scope="photos",
    title="Photographs of your skin",
    body="""\
You are asked whether we may take photographs of your face for your record. Take your time, and ask whatever you like before you sign.

## What it is
- We photograph your face from the front, from both sides and close up, without make-up and in the same light each time.
- We compare the pictures with later ones. That shows better than memory whether a treatment works.

## How the pictures are kept
- They are part of your medical record and private. Only staff who treat you can open them, and every look is written down.
- Place, time and other notes that a camera hides in a picture are taken out before it is stored.
- They are not sent by e-mail and not kept on private telephones.

## What they are not used for
- They are not shown to anybody outside this clinic.
- For teaching or for publishing we ask you again, for the picture in question. This signature is no consent to that.

## Risks
- Your face can be recognised in the pictures. We guard them like the rest of your record, but no keeping of records is without any risk.

## If you would rather not
- You need not agree. You are treated all the same, and we describe your skin in words and on a drawing.

## You can change your mind
- You can say no to any single picture, and withdraw this consent at any time, without giving a reason. We then take no more pictures.
- Pictures that are already part of your record are kept for as long as records have to be kept. Ask us if you want to know how long that is.
""",
    sources={
        "what it is": "clinical fact base 4.3: frontal, obliques, laterals and close-up, same light",
        "use": "clinical fact base 4.3, 8 row 25: count, rating and photographs are the outcome",
        "keeping": "how this product keeps photographs; practice, unsourced",
        "right to refuse": "practice, unsourced",
    },
)
