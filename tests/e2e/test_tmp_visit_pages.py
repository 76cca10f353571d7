import pytest
from django.utils import timezone
from bench.pages import EVERYBODY, _logs
from tests.e2e.test_every_page import Eye, staff
from treatments.demo import story
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

def test_mine(window, sign_in):
    story.tell(timezone.now())
    eye = Eye(window)
    for role in EVERYBODY:
        sign_in(staff(role))
        for page in _logs():
            if role in page.roles:
                eye.look(page, role)
                if page.name == "visit-log": window.page.screenshot(path="/tmp/d/log-draft.png")
    from treatments.models import Visit
    sign_in(Visit.objects.drafts()[0].author)
    window.page.set_viewport_size({"width": 1440, "height": 900})
    d = Visit.objects.drafts()[0]
    window.open(f"/appointments/{d.appointment_id}/log/"); window.page.screenshot(path="/tmp/d/log-draft.png")
    assert not eye.wrong, "\n".join(eye.wrong)
    assert window.complaints == []
