"""Links that let a patient answer without signing in.

A token is 256 bits, made from the clinic's secret key and 32 random bytes of the row. Stored is its
SHA-256 alone, taken together with the purpose: a token for one thing opens nothing else, and who
reads the database cannot make one. It is made anew, the same, whenever the letter is written, so
a letter that had to be sent twice carries one link.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from patients.models import Link

OFFER = "waitlist-offer"


def token(purpose: str, seed: bytes | memoryview) -> str:
    digest = salted_hmac(f"clinic.links.{purpose}", bytes(seed).hex(), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashed(purpose: str, text: str) -> str:
    """What is stored of a token, in 64 hexadecimal digits."""
    return hashlib.sha256(f"{purpose}:{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link for a patient: for which purpose and thing, and until when."""

    patient: int
    purpose: str
    subject_key: str
    expires_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        return self.purpose, self.subject_key, self.version


def make(*, wanted: Iterable[Wanted], now: datetime) -> dict[Wanted, str]:
    """The tokens of these links, made where there are none yet; in two queries when there are.

    Asking again answers the same token and moves its end on if the wish is for longer; a new
    version of a thing has a link of its own, and those of earlier versions are revoked.
    """
    wishes = list(dict.fromkeys(wanted))
    known = _known(wishes)
    if missing := [each for each in wishes if each.key not in known]:
        # another worker may make the same at the same moment: whichever stands is the link
        Link.objects.bulk_create([_fresh(each, now) for each in missing], ignore_conflicts=True)
        known = _known(wishes)
        _revoke_earlier(missing, now)
    for each in wishes:
        if known[each.key].expires_at < each.expires_at:
            Link.objects.filter(pk=known[each.key].pk).update(expires_at=each.expires_at)
    return {each: token(each.purpose, known[each.key].seed) for each in wishes}


def _known(wishes: Sequence[Wanted]) -> dict[tuple[str, str, int], Link]:
    keys, purposes = {each.subject_key for each in wishes}, {each.purpose for each in wishes}
    # with the purpose, which comes first in the index of links that stand
    rows = Link.objects.filter(purpose__in=purposes, subject_key__in=keys, revoked_at=None)
    return {(row.purpose, row.subject_key, row.version): row for row in rows}


def _fresh(want: Wanted, now: datetime) -> Link:
    seed = secrets.token_bytes(32)
    return Link(
        patient_id=want.patient,
        purpose=want.purpose,
        subject_key=want.subject_key,
        version=want.version,
        seed=seed,
        token_hash=hashed(want.purpose, token(want.purpose, seed)),
        made_at=now,
        expires_at=want.expires_at,
    )


def _revoke_earlier(made: Iterable[Wanted], now: datetime) -> None:
    for each in made:
        earlier = Link.objects.filter(
            purpose=each.purpose, subject_key=each.subject_key, revoked_at=None
        )
        if each.version:
            earlier.exclude(version=each.version).update(revoked_at=now)


def opened(*, purpose: str, text: str, now: datetime) -> Link | None:
    """The link that this token opens now; None alike for one that is over, revoked or none."""
    rows = Link.objects.open(now).select_related("patient")
    return rows.filter(purpose=purpose, token_hash=hashed(purpose, text)).first()


def carry_over(*, subject_key: str, version: int, to: int) -> None:
    """The thing is again what it was at an earlier version: links to that one open it as it is now.
    Where a link to a later version has left, the earlier ones are revoked already."""
    standing = Link.objects.filter(subject_key=subject_key, version=version, revoked_at=None)
    standing.update(version=to)


def revoke(*, subject_key: str, now: datetime) -> int:
    """Nothing about this thing can be answered any more; answer how many links that ends."""
    return Link.objects.filter(subject_key=subject_key, revoked_at=None).update(revoked_at=now)
