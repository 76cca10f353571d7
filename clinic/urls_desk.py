"""The front desk: today, the calendar and the panel of one visit."""

from django.urls import path

from clinic.views import (
    appointment,
    calendar,
    holds,
    location,
    offers,
    rearrangement,
    today,
    visit,
    waitlist,
    waitlist_offers,
)

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
    path("waitlist/", waitlist.listing, name="waitlist"),
    path("waitlist/rail/", waitlist.rail, name="waitlist-rail"),
    path("waitlist/times/", waitlist_offers.times, name="waitlist-times"),
    path("waitlist/give/", waitlist_offers.give, name="waitlist-give"),
    path("waitlist/<int:pk>/place/", waitlist_offers.place, name="waitlist-place"),
    path("waitlist/<int:pk>/close/", waitlist.close, name="waitlist-close"),
    path("waitlist/offers/<int:pk>/", waitlist_offers.offer, name="waitlist-offer"),
    path("waitlist/offers/<int:pk>/take/", waitlist_offers.take, name="waitlist-offer-take"),
    path(
        "waitlist/offers/<int:pk>/withdraw/",
        waitlist_offers.withdraw,
        name="waitlist-offer-withdraw",
    ),
    path("patients/<int:pk>/waitlist/", waitlist.add, name="waitlist-add"),
    path("appointments/<int:pk>/freed/", waitlist_offers.freed, name="waitlist-freed"),
    path("offers/", offers.answer, name="offer"),
    path("offers/<str:token>/", offers.open_link, name="offer-link"),
    path("location/", location.choose, name="choose-location"),
]
