"""The pages about who a patient is, as staff use them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from patients.models import Patient
from patients.queries import record
from tests.conftest import Cast
from tests.factories.patients import PatientAddressFactory, PatientFactory, PatientNameFactory

SignIn = Callable[[User], Client]

NEW = {
    "given_name": "Ida",
    "family_name": "Berg",
    "birth_date": "1990-02-01",
    "sex": "female",
    "skin_type": "",
    "phone": "555 1234",
    "email": "ida@patient.example",
    "email_consent": "given",
    "language": "en-gb",
    "time_zone": "Europe/London",
}


@pytest.fixture
def desk(cast: Cast, as_: SignIn) -> Client:
    return as_(cast.fern)


def text(response: Any) -> str:
    return response.content.decode()


# Access -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("patient-list", []),
        ("patient-search", []),
        ("patient-create", []),
        ("patient-details", [1]),
        ("patient-email-consent", [1]),
    ],
)
def test_pages_are_closed_to_strangers_and_to_staff_without_a_role(
    name: str, args: list[int], client: Client, cast: Cast
) -> None:
    url = reverse(name, args=args)
    assert client.get(url).url.startswith("/account/login/")  # type: ignore[attr-defined]
    client.force_login(User.objects.create_user("new@clinic.example", name="New"))
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403


@pytest.mark.parametrize("name", ["patient-details", "patient-email-consent"])
def test_a_patient_who_is_not_there_is_not_found(name: str, desk: Client) -> None:
    assert desk.post(reverse(name, args=[999_999]), {"given": "yes"}).status_code == 404


def test_nothing_changes_by_reading(desk: Client, cast: Cast) -> None:
    assert desk.get(reverse("patient-email-consent", args=[cast.ada.pk])).status_code == 405
    assert desk.post(reverse("patient-list")).status_code == 405
    assert desk.post(reverse("patient-search")).status_code == 405


# Search -------------------------------------------------------------------------------------------


def test_the_search_page_shows_who_fits(desk: Client, cast: Cast) -> None:
    PatientNameFactory.create(patient=cast.ada, family_name="Holm")
    page = text(desk.get(reverse("patient-list"), {"q": "holm 92"}))
    assert "One patient for “holm 92”" in page
    assert "Ada Lindqvist" in page
    assert "also Ada Holm" in page
    assert "14 Mar 1992" in page
    assert "Okafor" not in page


def test_while_typing_only_the_results_are_sent(desk: Client, cast: Cast) -> None:
    whole = text(desk.get(reverse("patient-list"), {"q": "lind"}))
    part = text(desk.get(reverse("patient-list"), {"q": "lind"}, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert part.strip() in whole


def test_nobody_fits_and_the_page_says_what_to_do(desk: Client) -> None:
    page = text(desk.get(reverse("patient-list"), {"q": "Zita Nobody 1.2.1990"}))
    assert "Nobody fits “Zita Nobody 1.2.1990”" in page
    assert reverse("patient-create") + "?q=Zita+Nobody+1.2.1990" in page


def test_without_a_text_the_last_opened_are_shown(desk: Client, cast: Cast) -> None:
    assert "You have not opened a record yet" in text(desk.get(reverse("patient-list")))
    desk.get(reverse("patient-details", args=[cast.ben.pk]))
    page = text(desk.get(reverse("patient-list")))
    assert "Last opened by you" in page
    assert "Ben Okafor" in page
    assert "Lindqvist" not in page


def test_the_list_under_the_search_field_has_options(desk: Client, cast: Cast) -> None:
    options = text(desk.get(reverse("patient-search"), {"q": "lind"}))
    assert options.count('role="option"') == 2
    assert f'href="{reverse("patient-detail", args=[cast.ada.pk])}"' in options
    assert "14 Mar 1992 · …0123" in options


@pytest.mark.parametrize(
    "query",
    [
        "\x00",
        "x" * 5000,
        "%",
        "'; DROP TABLE patients_patient; --",
        "0000",
        "01.01.0000",
        "jan 1 0000",
        "0000-01-01",
        "00000000",
    ],
)
def test_strange_texts_find_nobody(query: str, desk: Client) -> None:
    assert desk.get(reverse("patient-list"), {"q": query}).status_code == 200
    assert desk.get(reverse("patient-search"), {"q": query}).status_code == 200


def test_a_name_is_shown_as_text(desk: Client) -> None:
    PatientFactory.create(family_name="<script>alert(1)</script>")
    for name in ("patient-list", "patient-search"):
        page = text(desk.get(reverse(name), {"q": "<script>alert(1)</script>"}))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_searching_costs_the_same_for_one_and_for_many(desk: Client) -> None:
    desk.get(reverse("patient-search"))
    PatientFactory.create(given_name="Quentin")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("patient-search"), {"q": "quentin"})
        costs.append(len(queries))
        PatientFactory.create_batch(30, given_name="Quentin")
    assert costs[0] == costs[1]


# Register -----------------------------------------------------------------------------------------


def test_the_form_is_filled_from_what_was_typed(desk: Client) -> None:
    form = desk.get(reverse("patient-create"), {"q": "ida berg 1/2/1990 555 1234"}).context["form"]
    values = {name: form[name].value() for name in ("given_name", "family_name", "phone")}
    assert values == {"given_name": "Ida", "family_name": "Berg", "phone": "5551234"}
    assert str(form["birth_date"].value()) == "1990-02-01"


def test_a_patient_is_registered(desk: Client, cast: Cast) -> None:
    extra = {"deceased": "on", "pk": cast.ada.pk, "email_consent_by": cast.mina.pk}
    response = desk.post(reverse("patient-create"), NEW | extra)
    patient = Patient.objects.get(family_name="Berg")
    assert response.url == reverse("patient-detail", args=[patient.pk])  # type: ignore[attr-defined]
    assert (patient.deceased, patient.email_consent_by) == (False, cast.fern)
    assert patient.may_be_emailed


def test_a_similar_patient_is_shown_and_may_be_passed_over(desk: Client, cast: Cast) -> None:
    ada = NEW | {"given_name": "ada", "family_name": "Lindqvist", "birth_date": "1992-03-14"}
    page = desk.post(reverse("patient-create"), ada)
    assert "This may be somebody we know" in text(page)
    assert Patient.objects.filter(birth_date="1992-03-14").count() == 1
    known = [line.patient.pk for line in page.context["similar"]]
    assert known == [cast.ada.pk]
    assert desk.post(reverse("patient-create"), ada | {"known": known}).status_code == 302
    assert Patient.objects.filter(birth_date="1992-03-14").count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "a@b.org, c@d.org", "This is not one e-mail address."),
        ("email", "a@b.org\r\nBcc: c@d.org", "This is not one e-mail address."),
        ("email", "Ida <a@b.org>", "This is not one e-mail address."),
        ("family_name", " ", "Write the last name."),
        ("family_name", "\u200b", "Write the last name."),
        ("family_name", "\x1b\x00\u3164", "Write the last name."),
        ("birth_date", "", "Write the date of birth"),
        ("birth_date", "31.2.1990", "This is not a date."),
        ("birth_date", "2026-12-01", "This day has not come yet."),
        ("birth_date", "1899-12-31", "The date of birth is before 1900."),
        ("time_zone", "Mars/Olympus", "is not a time zone"),
        ("skin_type", "7", "7"),
        ("language", "xx", "xx"),
        ("family_name", "x" * 101, "100"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    field: str, value: str, sentence: str, desk: Client
) -> None:
    before = Patient.objects.count()
    response = desk.post(reverse("patient-create"), NEW | {field: value})
    errors = response.context["form"].errors
    assert sentence in " ".join([*errors.get(field, []), *errors.get("__all__", [])])
    assert Patient.objects.count() == before


def test_names_are_one_line_of_what_can_be_seen(desk: Client) -> None:
    typed = {"given_name": "I\u202eda\r\nMay", "family_name": "van \x1b\x00 Berg\ufeff"}
    assert desk.post(reverse("patient-create"), NEW | typed).status_code == 302
    assert Patient.objects.filter(given_name="Ida May", family_name="van Berg").exists()


@pytest.mark.parametrize("known", ["9" * 5000, "9" * 19, "x", "-1", ""])
def test_what_is_no_id_of_a_patient_was_not_looked_at(known: str, desk: Client, cast: Cast) -> None:
    ada = NEW | {"given_name": "Ada", "family_name": "Lindqvist", "birth_date": "1992-03-14"}
    page = desk.post(reverse("patient-create"), ada | {"known": known})
    assert [line.patient.pk for line in page.context["similar"]] == [cast.ada.pk]


# Details ------------------------------------------------------------------------------------------


def details_of(patient: Patient, **changes: Any) -> dict[str, Any]:
    """What the browser posts from the details page."""
    known = record.details(patient)
    values = {name: getattr(known, name) for name in record.OWN_FIELDS if name != "deceased"}
    values["skin_type"] = known.skin_type or ""
    rows = {
        "names-TOTAL_FORMS": 1,
        "names-INITIAL_FORMS": 0,
        "names-0-use": "maiden",
        "names-0-given_name": "",
        "names-0-family_name": "",
    }
    address = {
        f"address-{name}": "" for name in ("lines", "city", "postal_code", "state", "country")
    }
    return values | rows | address | {"seen": known.fingerprint} | changes


def test_opening_the_details_is_noted(desk: Client, cast: Cast) -> None:
    assert desk.get(reverse("patient-details", args=[cast.ada.pk])).status_code == 200
    [access] = RecordAccess.objects.filter(user=cast.fern)
    assert (access.record, access.record_id, access.action) == (
        "patients.patient",
        cast.ada.pk,
        "read",
    )


def test_details_are_saved_whole(desk: Client, cast: Cast) -> None:
    url = reverse("patient-details", args=[cast.ada.pk])
    changes = {
        "family_name": "Berg",
        "names-0-given_name": "Ada",
        "names-0-family_name": "Lindqvist",
        "address-city": "York",
        "email_consent": "refused",
    }
    assert desk.post(url, details_of(cast.ada, **changes)).status_code == 302
    cast.ada.refresh_from_db()
    known = record.details(cast.ada)
    assert (known.family_name, known.address.city) == ("Berg", "York")
    assert known.other_names == (record.Name("maiden", "Ada", "Lindqvist"),)
    assert cast.ada.email_consent == "given"
    assert "The details are saved." in text(desk.get(url))


def test_saving_without_a_change_changes_nothing(desk: Client, cast: Cast) -> None:
    PatientAddressFactory.create(patient=cast.ada, lines="1 High St\nFlat 2", city="York")
    url = reverse("patient-details", args=[cast.ada.pk])
    rows = {"address-lines": "1 High St\r\nFlat 2", "address-city": "York"}
    posted = details_of(cast.ada, **rows | {"address-postal_code": "E1 1AA"})
    assert desk.post(url, posted).status_code == 302
    assert RecordAccess.objects.filter(action="change").exists() is False


def test_an_old_page_does_not_overwrite_newer_details(desk: Client, cast: Cast) -> None:
    url = reverse("patient-details", args=[cast.ada.pk])
    old_page = details_of(cast.ada, family_name="Old")
    desk.post(url, details_of(cast.ada, family_name="New"))
    page = text(desk.post(url, old_page))
    assert "Somebody else saved these details while this page was open." in page
    cast.ada.refresh_from_db()
    assert cast.ada.family_name == "New"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "a@b.org c@d.org"}, "This is not one e-mail address."),
        ({"birth_date": "2027-01-01"}, "This day has not come yet."),
        ({"names-0-family_name": "x" * 101}, "at most 100 characters"),
        ({"address-postal_code": "x" * 21}, "at most 20 characters"),
        ({"seen": ""}, "This field is required"),
    ],
)
def test_wrong_details_are_refused_and_what_was_typed_stays(
    changes: dict[str, str], sentence: str, desk: Client, cast: Cast
) -> None:
    wrong = details_of(cast.ada, **{"family_name": "Typed"} | changes)
    page = text(desk.post(reverse("patient-details", args=[cast.ada.pk]), wrong))
    assert sentence in page
    assert 'value="Typed"' in page
    cast.ada.refresh_from_db()
    assert cast.ada.family_name == "Lindqvist"


def named(*names: str) -> dict[str, Any]:
    """The rows of these other names as the browser posts them."""
    rows: dict[str, Any] = {"names-TOTAL_FORMS": len(names), "names-INITIAL_FORMS": len(names) - 1}
    for n, name in enumerate(names):
        values = {"use": "maiden", "given_name": "Ada", "family_name": name}
        rows |= {f"names-{n}-{field}": value for field, value in values.items()}
    return rows


@pytest.mark.parametrize("number", [20, 22])
def test_of_many_names_each_can_be_corrected_and_one_added(
    number: int, desk: Client, cast: Cast
) -> None:
    for n in range(number):
        PatientNameFactory.create(patient=cast.ada, family_name=f"Holm {n}")
    url = reverse("patient-details", args=[cast.ada.pk])
    assert len(desk.get(url).context["forms"].names.forms) == number + 1
    wanted = ["Berg", *(f"Holm {n}" for n in range(1, number)), "Added"]
    assert desk.post(url, details_of(cast.ada, **named(*wanted))).status_code == 302
    assert [name.family_name for name in record.details(cast.ada).other_names] == wanted


def test_more_names_than_there_is_room_for_are_refused_in_words_and_stay(
    desk: Client, cast: Cast
) -> None:
    typed = details_of(cast.ada, **named(*(f"Typed {n}" for n in range(21))))
    page = text(desk.post(reverse("patient-details", args=[cast.ada.pk]), typed))
    assert "There is room for 20 other names. Nothing was saved: take some away." in page
    assert page.count("data-error-summary") == 1
    assert 'value="Typed 20"' in page


def test_names_that_did_not_arrive_whole_are_told_of(desk: Client, cast: Cast) -> None:
    cut = details_of(cast.ada)
    del cut["names-TOTAL_FORMS"]
    page = text(desk.post(reverse("patient-details", args=[cast.ada.pk]), cut))
    assert "The other names did not arrive whole. Nothing was saved: open the page again." in page


def test_other_names_and_towns_are_cleaned_too(desk: Client, cast: Cast) -> None:
    changes = {"names-0-family_name": "Ho\u200blm\x1b", "address-city": "York\x07"}
    changes["address-lines"] = "1 High St\r\nFlat\x1b2"
    url = reverse("patient-details", args=[cast.ada.pk])
    assert desk.post(url, details_of(cast.ada, **changes)).status_code == 302
    known = record.details(cast.ada)
    assert known.other_names == (record.Name("maiden", "", "Holm"),)
    assert (known.address.city, known.address.lines) == ("York", "1 High St\nFlat 2")


def test_the_answer_about_e_mail_is_recorded_and_shown(desk: Client, cast: Cast) -> None:
    url = reverse("patient-email-consent", args=[cast.ada.pk])
    page = text(desk.post(url, {"given": "no"}, follow=True))
    assert "Does not want e-mail" in page
    assert "Recorded by Fern, Mon 30 Nov 2026, 09:00" in page
    cast.ada.refresh_from_db()
    assert cast.ada.may_be_emailed is False


def test_no_answer_about_e_mail_changes_nothing(desk: Client, cast: Cast) -> None:
    url = reverse("patient-email-consent", args=[cast.ada.pk])
    assert desk.post(url, {"given": "maybe"}).status_code == 422
    cast.ada.refresh_from_db()
    assert cast.ada.email_consent == "given"
