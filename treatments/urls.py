"""The record of one patient, courses, and booking their sessions."""

from django.urls import path

from treatments.views import calendar_badges, patient, plans, series

urlpatterns = [
    path("patients/<int:pk>/", patient.overview, name="patient-detail"),
    path("patients/<int:pk>/courses/new/", plans.create, name="course-create"),
    path("courses/<int:pk>/book/", series.search, name="series"),
    path("courses/<int:pk>/book/confirm/", series.confirm, name="series-book"),
    path("appointments/badges/", calendar_badges.badges, name="appointment-badges"),
]
