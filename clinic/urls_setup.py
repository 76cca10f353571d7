"""What the manager keeps: hours, absences, closed days, people, rooms and devices."""

from django.urls import path

from clinic.views import (
    setup,
    setup_away,
    setup_closures,
    setup_holidays,
    setup_hours,
    setup_resources,
)

urlpatterns = [
    path("", setup.overview, name="setup"),
    path("new/<slug:kind>/", setup_resources.new, name="setup-resource-new"),
    path("resources/<int:pk>/", setup_resources.detail, name="setup-resource"),
    path(
        "resources/<int:pk>/deactivate/",
        setup_resources.deactivate,
        name="setup-resource-deactivate",
    ),
    path(
        "resources/<int:pk>/reactivate/",
        setup_resources.reactivate,
        name="setup-resource-reactivate",
    ),
    path("resources/<int:pk>/hours/<int:location_pk>/", setup_hours.week, name="setup-hours"),
    path("resources/<int:pk>/away/", setup_away.new, name="setup-absence-new"),
    path("absences/<int:pk>/", setup_away.change, name="setup-absence"),
    path("absences/<int:pk>/take-back/", setup_away.take_back, name="setup-absence-take-back"),
    path("closed/", setup_closures.new, name="setup-closure-new"),
    path("closed/<int:pk>/", setup_closures.change, name="setup-closure"),
    path("closed/<int:pk>/take-back/", setup_closures.take_back, name="setup-closure-take-back"),
    path("holidays/", setup_holidays.holidays, name="setup-holidays"),
    path("holidays/country/", setup_holidays.country, name="setup-country"),
    path(
        "holidays/<int:pk>/propose-again/",
        setup_holidays.propose_again,
        name="setup-holiday-again",
    ),
]
