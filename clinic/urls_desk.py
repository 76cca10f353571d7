"""The front desk: today, the calendar and the panel of one visit."""

from django.urls import path

from clinic.views import appointment, calendar, holds, location, rearrangement, today, visit

urlpatterns = [
    path("", today.today, name="today"),
    path("calendar/", calendar.redirect_to_day, name="calendar"),
    path("calendar/day/", calendar.day, name="calendar-day"),
    path("calendar/week/", calendar.week, name="calendar-week"),
    path("calendar/names/", calendar.switch_names, name="calendar-names"),
    path("appointments/<int:pk>/", appointment.detail, name="appointment-detail"),
    path("appointments/<int:pk>/check-in/", appointment.check_in, name="appointment-check-in"),
    path("appointments/<int:pk>/start/", appointment.start, name="appointment-start"),
    path("appointments/<int:pk>/complete/", appointment.complete, name="appointment-complete"),
    path("appointments/<int:pk>/no-show/", appointment.no_show, name="appointment-no-show"),
    path("appointments/<int:pk>/undo/", appointment.undo, name="appointment-undo"),
    path("appointments/<int:pk>/cancel/", appointment.cancel, name="appointment-cancel"),
    path("rearrangements/<int:pk>/undo/", rearrangement.undo, name="rearrangement-undo"),
    path("patients/<int:pk>/visits/new/", visit.book, name="visit-book"),
    path("patients/<int:pk>/visits/hold/", holds.keep_visit, name="visit-hold"),
    path("holds/<int:pk>/confirm/", holds.confirm, name="hold-confirm"),
    path("holds/<int:pk>/release/", holds.release, name="hold-release"),
    path("location/", location.choose, name="choose-location"),
]
