"""The record of one patient, courses, and booking their sessions."""

from django.urls import path

from treatments.views import calendar_badges, course_life, patient, plans, series, series_hold

urlpatterns = [
    path("patients/<int:pk>/", patient.overview, name="patient-detail"),
    path("patients/<int:pk>/courses/new/", plans.create, name="course-create"),
    path("courses/<int:pk>/book/", series.search, name="series"),
    path("courses/<int:pk>/book/confirm/", series.confirm, name="series-book"),
    path("courses/<int:pk>/book/hold/", series_hold.hold, name="series-hold"),
    path("courses/<int:pk>/life/", course_life.change, name="course-life"),
    path("appointments/badges/", calendar_badges.badges, name="appointment-badges"),
]
