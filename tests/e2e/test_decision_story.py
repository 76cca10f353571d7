"""From a signed assessment to a plan with peels and a retinoid: how many presses it takes."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinic.accounts.models import User
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_booking_story import Hand
from tests.flows.running import open_clinic
from tests.treatments.deciding import FAILED_EXTRACTION, MANY, signed
from treatments.models import Decision, DecisionOption, Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# from the signed assessment: decide, sign the decision, agree the plan
MOST_CLICKS = 3

SignIn = Callable[[User], Window]


@pytest.fixture
def cast() -> Cast:
    return open_clinic()


def test_the_usual_plan_takes_three_presses(sign_in: SignIn, cast: Cast) -> None:
    made = signed(cast, *MANY, at=timezone.now(), episodes_a_year=2)
    window, hand = sign_in(cast.cole), Hand()
    window.open(f"/assessments/{made.pk}/")
    page = window.page
    hand.click(page.get_by_role("link", name="Decide on a treatment"))
    expect(page.get_by_role("checkbox", name="Glycolic peel")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Topical retinoid")).to_be_checked()
    hand.click(page.get_by_role("button", name="Decide and plan"))
    hand.click(page.get_by_role("button", name="Agree the plan"))
    expect(page.get_by_text("The plan is agreed. Now its dates.")).to_be_visible()
    expect(page.get_by_role("heading", name="Glycolic peel")).to_be_visible()
    expect(page.get_by_role("row", name="6 ", exact=False).first).to_be_visible()
    plan = Plan.objects.get()
    assert sorted(plan.courses.values_list("protocol__modality", flat=True)) == [
        "glycolic",
        "retinoid",
    ]
    assert plan.decision == Decision.objects.get()
    assert hand.clicks <= MOST_CLICKS
    assert not window.complaints


def test_a_block_asks_for_its_reason_once_it_is_chosen(sign_in: SignIn, cast: Cast) -> None:
    made = signed(
        cast, ("lower_eyelid", 1), at=timezone.now(), tried=FAILED_EXTRACTION, size_mm="4.0"
    )
    window = sign_in(cast.cole)
    window.open(f"/assessments/{made.pk}/decision/")
    page = window.page
    expect(page.get_by_role("checkbox", name="Extraction")).to_be_checked()
    why = page.locator("#id_reason_cryo")
    expect(why).to_be_hidden()
    page.get_by_role("checkbox", name="Cryotherapy").check()
    expect(why).to_be_visible()
    page.get_by_role("button", name="Decide and plan").click()
    expect(page.get_by_text("Write why it is done in spite of the block.").first).to_be_visible()
    expect(page.get_by_role("checkbox", name="Cryotherapy")).to_be_checked()
    why.fill("Metal shield, one second")
    page.get_by_role("button", name="Decide and plan").click()
    expect(page.get_by_role("heading", name="Agree the plan")).to_be_visible()
    option = DecisionOption.objects.get(modality="cryo")
    assert (option.chosen, option.override_reason) == (True, "Metal shield, one second")
    assert not window.complaints
