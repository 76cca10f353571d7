"""A letter as a page of its own, for a frame: only its style blocks may act, by their hashes."""

import base64
import hashlib
import re

from csp.constants import NONE, SELF
from django.http import HttpResponse


def letter_page(html: str) -> HttpResponse:
    """The view that answers with it needs `xframe_options_sameorigin`."""
    response = HttpResponse(html)
    blocks = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    # how django-csp takes a policy of one response's own
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": [NONE],
        "style-src": [_hash_source(css) for css in blocks] or [NONE],
        "frame-ancestors": [SELF],
    }
    return response


def _hash_source(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"'sha256-{digest}'"
