from django.urls import path

from patients.views import messages, post_status

urlpatterns = [
    path("", messages.message_list, name="message-list"),
    path("<int:pk>/", messages.message_preview, name="message-preview"),
    path("<int:pk>/letter/", messages.message_letter, name="message-letter"),
    path("<int:pk>/do/<str:act>/", messages.message_act, name="message-act"),
    path("status/", post_status.page, name="post-status"),
    path("patient/<int:pk>/", messages.patient_messages, name="patient-messages"),
    path("patient/<int:pk>/wishes/", messages.patient_wishes, name="patient-wishes"),
    path(
        "patient/<int:pk>/address-again/",
        messages.patient_address_again,
        name="patient-address-again",
    ),
]
