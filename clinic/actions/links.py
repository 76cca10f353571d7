"""Links that let a patient answer without signing in.

A token is 256 bits, made from the clinic's secret key and 32 random bytes of the row. Stored is its
SHA-256 alone, taken together with the purpose: a token for one thing opens nothing else, and who
reads the database cannot make one. It is made anew, the same, whenever the letter is written, so
a letter that had to be sent twice carries one link.
"""

import base64
import hashlib

from django.utils.crypto import salted_hmac

OFFER = "waitlist-offer"


def token(purpose: str, seed: bytes | memoryview) -> str:
    digest = salted_hmac(f"clinic.links.{purpose}", bytes(seed).hex(), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashed(purpose: str, text: str) -> str:
    """What is stored of a token, in 64 hexadecimal digits."""
    return hashlib.sha256(f"{purpose}:{text}".encode()).hexdigest()
