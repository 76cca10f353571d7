"""A PDF as an answer: to be opened or saved, by this person, now."""

from django.http import HttpResponse


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """`name` is what the file is called when it is saved: letters, digits and hyphens, no dot. It
    is opened in the browser's own viewer, kept in no cache, and taken for nothing else."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
