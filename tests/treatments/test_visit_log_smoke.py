import pytest
from django.urls import reverse

from tests.treatments.visit_logs import *


@pytest.mark.parametrize(
    "modality", ["glycolic", "salicylic", "extraction", "cryo", "laser", "retinoid"]
)
def test_smoke(cast, as_, modality):
    made = begun(cast, modality)
    client = as_(cast.cole)
    page = client.get(reverse("visit-log", args=[made.appointment_id]))
    assert page.status_code == 200
    __import__("pathlib").Path(f"/tmp/d/{modality}.html").write_text(page.content.decode())
    answer = client.post(
        reverse("visit-save", args=[made.appointment_id]),
        {**PEEL, "version": 1, "tab": "a.1", "ph": "15"},
        headers={"X-Draft": "1"},
    )
    print(answer.status_code, answer.content.decode()[:600])
    answer = client.post(
        reverse("visit-sign", args=[made.appointment_id]),
        {**PEEL, "version": 2, "tab": "a.2"},
        follow=True,
    )
    print(answer.status_code, answer.redirect_chain)
    __import__("pathlib").Path(f"/tmp/d/{modality}-signed.html").write_text(answer.content.decode())
    assert client.get(reverse("patient-visits", args=[cast.ada.pk])).status_code == 200
