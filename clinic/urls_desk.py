"""The front desk: today, the calendar and the panel of one visit."""

from django.urls import path

from clinic.views import (
    appointment,
    calendar,
    day_sheet,
    location,
    quick_book,
    rearrangement,
    today,
    visit,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("calendar/", calendar.redirect_to_day, name="calendar"),
    path("calendar/day/", calendar.day, name="calendar-day"),
    path("calendar/week/", calendar.week, name="calendar-week"),
    path("calendar/day/sheet/", day_sheet.sheet, name="day-sheet"),
    path("calendar/view/", calendar.change_view, name="calendar-view"),
    path("calendar/names/", calendar.switch_names, name="calendar-names"),
    path("visits/new/", quick_book.book, name="visit-new"),
    path("visits/new/patients/", quick_book.patients, name="visit-new-patients"),
    path("appointments/<int:pk>/", appointment.detail, name="appointment-detail"),
    path("appointments/<int:pk>/check-in/", appointment.check_in, name="appointment-check-in"),
    path("appointments/<int:pk>/start/", appointment.start, name="appointment-start"),
    path("appointments/<int:pk>/complete/", appointment.complete, name="appointment-complete"),
    path("appointments/<int:pk>/no-show/", appointment.no_show, name="appointment-no-show"),
    path("appointments/<int:pk>/undo/", appointment.undo, name="appointment-undo"),
    path("appointments/<int:pk>/cancel/", appointment.cancel, name="appointment-cancel"),
    path("rearrangements/<int:pk>/undo/", rearrangement.undo, name="rearrangement-undo"),
    path("patients/<int:pk>/visits/new/", visit.book, name="visit-book"),
    path("location/", location.choose, name="choose-location"),
]
