"""Names without a space, as long as the database takes them, widen no page on a telephone."""

from collections.abc import Callable

import pytest

from clinic.accounts.models import User
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.factories.patients import PatientNameFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_long_name_is_broken_into_lines(cast: Cast, sign_in: Callable[[User], Window]) -> None:
    cast.ada.given_name, cast.ada.family_name = "", "W" * 100
    cast.ada.save()
    PatientNameFactory.create(patient=cast.ada, family_name="M" * 100)
    window = sign_in(cast.fern)
    window.page.set_viewport_size({"width": 390, "height": 844})
    record = f"/patients/{cast.ada.pk}/"
    widths = {}
    for path in (record, f"{record}details/", "/patients/?q=www", f"/patients/?q={'z' * 95}"):
        assert window.open(path) == 200
        widths[path] = window.page.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {390}, widths
