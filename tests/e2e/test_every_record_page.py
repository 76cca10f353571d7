"""Every page of the clinical record as each role, like `test_every_page`."""

import pytest
from django.utils import timezone

from bench.record_pages import record_pages
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import Eye, SignIn
from treatments.demo import story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_of_the_record_is_accessible_and_quiet(window: Window, sign_in: SignIn) -> None:
    story.tell(timezone.now())
    eye = Eye(window)
    eye.look_at_all(record_pages(), sign_in)
    assert not eye.wrong, "\n".join(eye.wrong)
    assert window.complaints == []
