"""Links that let a patient answer without signing in.

A token is 256 bits, made from the clinic's secret key and 32 random bytes of the row. Stored is its
SHA-256 alone, taken together with the purpose: a token for one thing opens nothing else, and who
reads the database cannot make one. It is made anew, the same, whenever the letter is written, so
a letter that had to be sent twice carries one link.
"""

import base64
import hashlib
import secrets
from datetime import datetime

from django.utils.crypto import salted_hmac

from patients.models import Link, Patient

OFFER = "waitlist-offer"


def token(purpose: str, seed: bytes | memoryview) -> str:
    digest = salted_hmac(f"clinic.links.{purpose}", bytes(seed).hex(), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashed(purpose: str, text: str) -> str:
    """What is stored of a token, in 64 hexadecimal digits."""
    return hashlib.sha256(f"{purpose}:{text}".encode()).hexdigest()


def make(
    *,
    patient: Patient,
    purpose: str,
    subject_key: str,
    now: datetime,
    expires_at: datetime,
    version: int = 0,
) -> str:
    """The token of the link for this purpose and thing, made when there is none yet.

    Asking again answers the same token and moves its end to `expires_at` if that is later; a new
    version of the thing has a link of its own, and those of earlier versions are revoked.
    """
    known = Link.objects.filter(purpose=purpose, subject_key=subject_key, revoked_at=None)
    for link in known:
        if link.version != version:
            Link.objects.filter(pk=link.pk).update(revoked_at=now)
            continue
        if link.expires_at < expires_at:
            Link.objects.filter(pk=link.pk).update(expires_at=expires_at)
        return token(purpose, link.seed)
    seed = secrets.token_bytes(32)
    fresh = Link(
        patient=patient,
        purpose=purpose,
        subject_key=subject_key,
        version=version,
        seed=seed,
        token_hash=hashed(purpose, token(purpose, seed)),
        made_at=now,
        expires_at=expires_at,
    )
    # another worker may have made it at the same moment: whichever stands is the link
    Link.objects.bulk_create([fresh], ignore_conflicts=True)
    return token(purpose, known.get(version=version).seed)


def opened(*, purpose: str, text: str, now: datetime) -> Link | None:
    """The link that this token opens now; None alike for one that is over, revoked or none."""
    rows = Link.objects.open(now).select_related("patient")
    return rows.filter(purpose=purpose, token_hash=hashed(purpose, text)).first()


def revoke(*, subject_key: str, now: datetime) -> int:
    """Nothing about this thing can be answered any more; answer how many links that ends."""
    return Link.objects.filter(subject_key=subject_key, revoked_at=None).update(revoked_at=now)
