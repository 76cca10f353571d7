"""The record of one patient, courses, and booking their sessions."""

from django.urls import path

from treatments.views import (
    calendar_badges,
    course_life,
    patient,
    plans,
    ripple,
    series,
    visit_course,
)

urlpatterns = [
    path("patients/<int:pk>/", patient.overview, name="patient-detail"),
    path("patients/<int:pk>/courses/new/", plans.create, name="course-create"),
    path("courses/<int:pk>/book/", series.search, name="series"),
    path("courses/<int:pk>/book/confirm/", series.confirm, name="series-book"),
    path("courses/<int:pk>/life/", course_life.change, name="course-life"),
    path("courses/<int:pk>/ripple/", ripple.mend, name="course-ripple"),
    path("appointments/<int:pk>/move/", ripple.move, name="appointment-move"),
    path("appointments/<int:pk>/course/", visit_course.fragment, name="appointment-course"),
    path("appointments/badges/", calendar_badges.badges, name="appointment-badges"),
]
