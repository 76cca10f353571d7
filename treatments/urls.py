"""The record of one patient, courses, booking their sessions, and what the desk has to see to."""

from django.urls import path

from treatments.views import (
    calendar_badges,
    course_life,
    patient,
    placing,
    plans,
    protocol_life,
    protocols,
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
    path("worklist/", worklist.page, name="worklist"),
    path("worklist/rail/", worklist.rail, name="worklist-rail"),
    path("replan/", replan.page, name="replan"),
    path("replan/undo/<str:token>/", replan.undo, name="replan-undo"),
    path("sessions/<int:pk>/place/", placing.session_place, name="session-place"),
    path("courses/<int:pk>/ripple/", ripple.mend, name="course-ripple"),
    path("appointments/<int:pk>/move/", ripple.move, name="appointment-move"),
    path("appointments/<int:pk>/course/", visit_course.fragment, name="appointment-course"),
    path("protocols/", protocols.index, name="protocols"),
    path("protocols/<int:pk>/", protocols.version, name="protocol"),
    path("protocols/<int:pk>/draft/", protocol_life.draft, name="protocol-draft"),
    path("protocols/<int:pk>/edit/", protocol_life.edit, name="protocol-edit"),
    path("protocols/<int:pk>/approve/", protocol_life.approve, name="protocol-approve"),
    path("protocols/<int:pk>/withdraw/", protocol_life.withdraw, name="protocol-withdraw"),
    path("protocols/<int:pk>/publish/", protocol_life.publish, name="protocol-publish"),
    path("protocols/<int:pk>/discard/", protocol_life.discard, name="protocol-discard"),
    path("protocols/<int:pk>/back/", protocol_life.bring_back, name="protocol-bring-back"),
    path("appointments/badges/", calendar_badges.badges, name="appointment-badges"),
]
