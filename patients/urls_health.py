from django.urls import path

from patients.views import post_status

urlpatterns = [path("messages", post_status.health, name="health-messages")]
