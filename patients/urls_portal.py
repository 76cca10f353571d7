"""What the links of letters open. A token stands in an address only until the page is open."""

from django.urls import path

from patients.portal import preferences

urlpatterns = [
    path("p/<str:token>/", preferences.open_link, name="link-preferences"),
    path("p/<str:token>/stop/<str:purposes>/", preferences.stop, name="link-stop"),
    path("preferences/", preferences.choose, name="preferences"),
]
