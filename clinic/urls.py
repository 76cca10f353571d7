"""Where everything is mounted; the other apps are named by strings only."""

from django.urls import include, path

from clinic.views import health

urlpatterns = [
    path("", include("clinic.urls_desk")),
    path("clinic/", include("clinic.urls_setup")),
    path("patients/", include("patients.urls")),
    path("messages/", include("patients.urls_messages")),
    path("letters/", include("patients.urls_letters")),
    path("my/", include("patients.urls_portal")),
    path("consents/", include("patients.urls_consents")),
    path("", include("treatments.urls")),
    path("account/", include("clinic.accounts.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("health/", include("patients.urls_health")),
]
