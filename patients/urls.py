"""Who the patients are: finding, registering, correcting. Their overview is in treatments."""

from django.urls import path

from patients.views import consents, registration, search

urlpatterns = [
    path("", search.patient_list, name="patient-list"),
    path("search/", search.patient_search, name="patient-search"),
    path("new/", registration.create, name="patient-create"),
    path("<int:pk>/details/", registration.details, name="patient-details"),
    path("<int:pk>/consents/", consents.of_patient, name="patient-consents"),
    path(
        "<int:pk>/consents/<slug:scope>/paper/", consents.note_paper, name="patient-consent-paper"
    ),
    path("<int:pk>/email-consent/", registration.email_consent, name="patient-email-consent"),
]
