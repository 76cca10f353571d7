from django.urls import path

from patients.views import messages

urlpatterns = [
    path("", messages.message_list, name="message-list"),
    path("<int:pk>/", messages.message_preview, name="message-preview"),
    path("<int:pk>/letter/", messages.message_letter, name="message-letter"),
    path("<int:pk>/skip/", messages.message_skip, name="message-skip"),
    path("patient/<int:pk>/", messages.patient_messages, name="patient-messages"),
]
