"""Who the patients are: finding, registering, correcting. Their overview is in treatments."""

from django.urls import path

from patients.views import (
    consents,
    photo_changes,
    photo_files,
    photos,
    photos_taken,
    registration,
    search,
)

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
    path("<int:pk>/photos/", photos.patient_photos, name="patient-photos"),
    path("<int:pk>/photos/new/", photos_taken.take, name="photos-take"),
    path("<int:pk>/photos/compare/", photos.compare, name="photos-compare"),
    path("<int:pk>/photos/consent/", photos_taken.consent, name="photos-consent"),
    path("photos/<int:pk>/", photos.detail, name="photo"),
    path("photos/<int:pk>/picture/", photo_files.picture, name="photo-picture"),
    path("photos/<int:pk>/thumbnail/", photo_files.thumbnail, name="photo-thumbnail"),
    path("photos/<int:pk>/use/", photo_changes.use, name="photo-use"),
    path("photos/<int:pk>/pose/", photo_changes.pose, name="photo-pose"),
    path("photos/<int:pk>/baseline/", photo_changes.baseline, name="photo-baseline"),
    path("photos/<int:pk>/out/", photo_changes.out, name="photo-out"),
    path("photos/<int:pk>/back/", photo_changes.back, name="photo-back"),
]
