"""The record of one patient, courses, booking their sessions, and what the desk has to see to."""

from django.urls import path

from treatments.views import (
    calendar_badges,
    course_life,
    documents,
    patient,
    placing,
    plans,
    replan,
    ripple,
    series,
    series_hold,
    visit_course,
    worklist,
)

urlpatterns = [
    path("patients/<int:pk>/", patient.overview, name="patient-detail"),
    path("patients/<int:pk>/courses/new/", plans.create, name="course-create"),
    path("courses/<int:pk>/book/", series.search, name="series"),
    path("courses/<int:pk>/book/confirm/", series.confirm, name="series-book"),
    path("courses/<int:pk>/book/hold/", series_hold.hold, name="series-hold"),
    path("courses/<int:pk>/life/", course_life.change, name="course-life"),
    path("courses/<int:pk>/plan.pdf", documents.plan, name="course-plan"),
    path("appointments/<int:pk>/aftercare.pdf", documents.aftercare, name="visit-aftercare"),
    path("worklist/", worklist.page, name="worklist"),
    path("worklist/rail/", worklist.rail, name="worklist-rail"),
    path("replan/", replan.page, name="replan"),
    path("replan/undo/<str:token>/", replan.undo, name="replan-undo"),
    path("sessions/<int:pk>/place/", placing.session_place, name="session-place"),
    path("courses/<int:pk>/ripple/", ripple.mend, name="course-ripple"),
    path("appointments/<int:pk>/move/", ripple.move, name="appointment-move"),
    path("appointments/<int:pk>/course/", visit_course.fragment, name="appointment-course"),
    path("appointments/badges/", calendar_badges.badges, name="appointment-badges"),
]
