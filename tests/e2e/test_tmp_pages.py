from bench.pages import EVERYBODY, _consents
from tests.e2e.test_every_page import *
from tests.e2e.test_every_page import Eye, staff, pytestmark
from treatments.demo import story
from django.utils import timezone
for n in [k for k in dict(globals()) if k.startswith("test_")]: del globals()[n]
def test_mine(window, sign_in):
    story.tell(timezone.now())
    listed, eye = list(_consents()), Eye(window)
    for role in EVERYBODY:
        sign_in(staff(role))
        for page in listed:
            if role in page.roles: eye.look(page, role)
    assert not eye.wrong, "\n".join(eye.wrong)
    assert window.complaints == []
