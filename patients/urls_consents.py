"""Consent texts, and the documents of what was signed."""

from django.urls import path

from patients.views import consent_texts, consents

urlpatterns = [
    path("texts/", consent_texts.text_list, name="consent-texts"),
    path("texts/<int:pk>/", consent_texts.text, name="consent-text"),
    path("texts/<int:pk>/sheet.pdf", consent_texts.sheet, name="consent-text-sheet"),
    path("texts/<int:pk>/publish/", consent_texts.publish, name="consent-text-publish"),
    path("texts/<int:pk>/throw-away/", consent_texts.throw_away, name="consent-text-throw-away"),
    path("texts/<slug:scope>/<slug:language>/edit/", consent_texts.edit, name="consent-text-edit"),
    path("<int:pk>/document.pdf", consents.document, name="consent-document"),
    path("<int:pk>/withdraw/", consents.withdraw, name="consent-withdraw"),
]
