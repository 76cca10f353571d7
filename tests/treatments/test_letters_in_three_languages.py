"""From the ledger to the mailbox in the patient's language: words, files, pages of links."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from clinic.actions import booking
from clinic.letters import visit_links
from clinic.models import Appointment
from patients.actions import delivery, letter_texts, letters, links
from patients.models import Link, Message
from patients.queries.letter_texts import in_use
from patients.questionnaire import Answer
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.patients.stories import plan, tell
from tests.smtp import Postbox
from tests.treatments.test_agreement import at_home
from tests.treatments.test_letters_alone import assessment, at
from tests.treatments.test_letters_home import answered
from tests.treatments.test_series_views import words
from treatments.actions import aftercare_sheet, courses, plans
from treatments.actions.aftercare_sheet import Visited
from treatments.actions.plans import CourseTerms
from treatments.queries import done

pytestmark = pytest.mark.django_db

LANGUAGES = pytest.mark.parametrize("language", ["en-gb", "de", "es"])


@pytest.fixture
def visit(cast: Cast, language: str) -> Appointment:
    """The first of four peels of Ada, who reads this language."""
    cast.ada.language = language
    cast.ada.save()
    terms = CourseTerms(cast.glycolic, cast.harbour, 4, uses_retinoid=True)
    course = plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)
    session = course.sessions.order_by("number")[0]
    session.appointment = AppointmentFactory(
        patient=cast.ada,
        location=cast.harbour,
        service=cast.glycolic.service_of(1),
        start=NOW + timedelta(days=1, hours=6),
    )
    session.save()
    return Appointment.objects.select_related("patient", "location").get(pk=session.appointment_id)


def sent(cast: Cast, visit: Appointment, postbox: Postbox, kind: str, subject: str) -> Any:
    """The mail of this kind, over real SMTP."""
    Message.objects.all().delete()
    plan(cast, kind, subject=subject, transactional=True)
    delivery.deliver_due(now=NOW)
    return postbox.mails[-1]


def read(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


SUBJECTS = {
    "en-gb": ("Your visit is booked", "Tomorrow, 15:00"),
    "de": ("Ihr Termin ist gebucht", "Morgen, 15:00 Uhr"),
    "es": ("Su cita está reservada", "Mañana, 15:00 h"),
}
STARTS = {
    "en-gb": "Hello Ada, Your visit This time is yours. Tue 1 December 2026, 15:00 Visit",
    "de": "Guten Tag Ada, Ihr Termin Diese Zeit gehört Ihnen. Di, 1. Dezember 2026, 15:00 Uhr",
    "es": "Hola, Ada: Su cita Esta hora es suya. mar 1 de diciembre de 2026, 15:00 h Cita",
}
IN_CALENDARS = {
    "en-gb": "Milia Clinic: Visit",
    "de": "Milia Clinic: Termin",
    "es": "Milia Clinic: Cita",
}


@LANGUAGES
def test_a_letter_about_a_booking_with_its_calendar_file(
    cast: Cast, visit: Appointment, postbox: Postbox, language: str
) -> None:
    mail = sent(cast, visit, postbox, "booked", f"booking:{visit.booking_id}")
    assert mail["Subject"] == SUBJECTS[language][0]
    assert read(mail).startswith(STARTS[language])
    (file,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(file.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == IN_CALENDARS[language]


@LANGUAGES
def test_a_letter_before_a_visit(
    cast: Cast, visit: Appointment, postbox: Postbox, language: str
) -> None:
    session = plans_session(visit)
    mail = sent(cast, visit, postbox, "tomorrow", session)
    assert mail["Subject"] == SUBJECTS[language][1]
    message = Message.objects.get(kind="tomorrow")
    assert message.subject_line == SUBJECTS[language][1]


def plans_session(visit: Appointment) -> str:
    from treatments.models import Session  # noqa: PLC0415

    return Session.objects.get(appointment=visit).subject_key


FILES = {
    "en-gb": "care-after-your-visit.pdf",
    "de": "pflege-nach-ihrem-termin.pdf",
    "es": "cuidado-tras-su-cita.pdf",
}


@LANGUAGES
def test_the_sheet_after_a_visit_is_in_the_language_of_its_letter(
    cast: Cast, visit: Appointment, postbox: Postbox, language: str
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="done")
    mail = sent(cast, visit, postbox, "aftercare_day0", plans_session(visit))
    names = [part.get_filename() for part in mail.walk() if part.get_filename()]
    assert names == [FILES[language]]


def test_the_sheet_writes_days_in_german(cast: Cast) -> None:
    cast.ada.language = "de"
    visit = AppointmentFactory(
        patient=cast.ada, location=cast.harbour, service=cast.glycolic.service_of(1), start=NOW
    )
    visit.patient = cast.ada
    found = done.of_appointment(visit)
    assert found is not None
    page = aftercare_sheet.page(Visited(cast.ada, cast.harbour), found)
    assert (page["language"], page["title"]) == ("de", "Nach Ihrer Behandlung")
    assert page["done"] == "Glykolsäurepeeling, Mo, 30. Nov 2026"
    assert [(each["when"], each["days"]) for each in page["stretches"]] == [
        ("Die ersten 3 Tage", "30. Nov – 2. Dez"),
        ("Tag 3 bis 6", "3. – 6. Dez"),
        ("Tag 7 bis 21", "7. – 21. Dez"),
    ]
    assert page["dates"] == [["Keine direkte Sonne bis", "Mo, 14. Dez 2026"]]


# What was cancelled, changed or answered ----------------------------------------------------------


@pytest.fixture
def ada(cast: Cast, language: str) -> Cast:
    """Nothing is booked or agreed yet for Ada, who reads this language."""
    cast.ada.language = language
    cast.ada.save()
    return cast


def told(postbox: Postbox, subject: str) -> str:
    """The words of the one mail with this subject."""
    (mail,) = [each for each in postbox.mails if each["Subject"] == subject]
    return read(mail)


REBOOK = {
    "en-gb": (
        "Shall we find another time?",
        "Hello Ada, Nothing is booked for you yet Your visit on Thursday 10 December did not take "
        "place, and there is no other one in our calendar. Call us, and we look for a time that "
        "suits you and your skin.",
    ),
    "de": (
        "Suchen wir einen neuen Termin?",
        "Guten Tag Ada, Für Sie ist noch nichts gebucht Ihr Termin am Donnerstag, 10. Dezember hat "
        "nicht stattgefunden, und in unserem Kalender steht kein anderer. Rufen Sie uns an, und "
        "wir suchen eine Zeit, die zu Ihnen und Ihrer Haut passt.",
    ),
    "es": (
        "¿Buscamos otra hora?",
        "Hola, Ada: Todavía no tiene nada reservado Su cita del jueves 10 de diciembre no tuvo "
        "lugar, y en nuestro calendario no hay ninguna otra. Llámenos y buscaremos una hora que le "
        "convenga a usted y a su piel.",
    ),
}


@LANGUAGES
def test_a_cancelled_visit_asks_to_book_again(
    ada: Cast, now: Any, postbox: Postbox, language: str
) -> None:
    booking.cancel(appointment=assessment(ada), reason="ill", by=ada.fern, now=NOW, notify=True)
    delivery.deliver_due(now=at(3, 9))
    subject, words_of_it = REBOOK[language]
    assert told(postbox, subject).startswith(words_of_it)


CHANGED = {
    "en-gb": (
        "A change to your evenings",
        "Hello Ada, You pause the cream You leave it out from this evening on, and begin again on "
        "Monday 21 December. - Moisturiser every evening, with the cream or without it. - "
        "Sunscreen, SPF 30 or higher, every morning.",
    ),
    "de": (
        "Eine Änderung für Ihre Abende",
        "Guten Tag Ada, Sie pausieren mit der Creme Sie lassen sie ab heute Abend weg und beginnen "
        "am Montag, 21. Dezember wieder. - Jeden Abend Feuchtigkeitspflege, mit der Creme oder "
        "ohne sie. - Sonnenschutzmittel, SPF 30 oder höher, jeden Morgen.",
    ),
    "es": (
        "Un cambio en sus noches",
        "Hola, Ada: Usted hace una pausa con la crema del tratamiento Desde esta noche no se la "
        "pone, y vuelve a empezar el lunes 21 de diciembre. - Crema hidratante cada noche, con la "
        "crema del tratamiento o sin ella. - Protector solar, SPF 30 o superior, cada mañana.",
    ),
}


@LANGUAGES
def test_a_pause_of_a_retinoid_at_home(
    ada: Cast, now: Any, postbox: Postbox, language: str
) -> None:
    course, when = at_home(ada), NOW + timedelta(days=14)
    delivery.deliver_due(now=NOW + timedelta(days=1))
    until = date(2026, 12, 21)
    courses.pause(course=course, reason="skiing", until=until, by=ada.cole, now=when)
    delivery.deliver_due(now=when + timedelta(hours=1))
    subject, words_of_it = CHANGED[language]
    assert told(postbox, subject).startswith(words_of_it)


PREGNANCY = {
    "en-gb": (
        "Please read before this evening",
        "Hello Ada, Please stop the cream today You told us that you are pregnant, may be, or plan "
        "to be. Your cream is not used then: leave it out from today on, and call us. We look "
        "together at what suits your skin instead. - Keep taking medicines that a doctor "
        "prescribed. - Moisturiser and sunscreen go on as before.",
    ),
    "de": (
        "Bitte vor heute Abend lesen",
        "Guten Tag Ada, Bitte setzen Sie die Creme heute ab Sie haben uns gesagt, dass Sie "
        "schwanger sind, es sein könnten oder es werden möchten. Ihre Creme wird dann nicht "
        "angewendet: Lassen Sie sie ab heute weg und rufen Sie uns an. Wir sehen gemeinsam, was "
        "stattdessen zu Ihrer Haut passt. - Nehmen Sie ärztlich verordnete Medikamente weiter ein. "
        "- Feuchtigkeitspflege und Sonnenschutz gehen weiter wie bisher.",
    ),
    "es": (
        "Por favor, léalo antes de esta noche",
        "Hola, Ada: Por favor, deje hoy la crema del tratamiento Nos ha dicho que está embarazada, "
        "que podría estarlo o que planea estarlo. En ese caso, la crema de su tratamiento no se "
        "usa: no se la ponga desde hoy y llámenos. Veremos juntos qué le conviene a su piel en su "
        "lugar. - Siga tomando los medicamentos que le recetó un médico. - La crema hidratante y "
        "el protector solar siguen como hasta ahora.",
    ),
}


@LANGUAGES
def test_an_answer_that_speaks_of_a_pregnancy(
    ada: Cast, now: Any, postbox: Postbox, language: str
) -> None:
    at_home(ada)
    delivery.deliver_due(now=NOW + timedelta(days=1))
    when = NOW + timedelta(days=3)
    answered(ada, when, pregnant=Answer("unsure"))
    delivery.deliver_due(now=when)
    subject, words_of_it = PREGNANCY[language]
    assert told(postbox, subject).startswith(words_of_it)


# The clinic's own words --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es"])
def test_words_in_one_language_stay_out_of_letters_in_another(
    cast: Cast, visit: Appointment, postbox: Postbox, language: str
) -> None:
    draft = letter_texts.save_draft(
        kind="booked", language="de", parts={"subject": "Gebucht"}, by=cast.mina, now=NOW
    )
    letter_texts.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)
    mail = sent(cast, visit, postbox, "booked", f"booking:{visit.booking_id}")
    assert mail["Subject"] == "Su cita está reservada"
    assert Message.objects.get(kind="booked").words_version is None


@pytest.mark.parametrize("language", ["de"])
def test_a_placeholder_is_filled_in_the_language_of_the_letter(
    cast: Cast, visit: Appointment, postbox: Postbox, language: str
) -> None:
    parts = {"subject": "Bis {visit_day}, {visit_time}"}
    draft = letter_texts.save_draft(
        kind="booked", language="de", parts=parts, by=cast.mina, now=NOW
    )
    letter_texts.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)
    mail = sent(cast, visit, postbox, "booked", f"booking:{visit.booking_id}")
    assert mail["Subject"] == "Bis Dienstag, 1. Dezember, 15:00 Uhr"


# What staff see ----------------------------------------------------------------------------------


def test_staff_see_the_letter_in_the_patients_language_or_another_and_their_page_in_english(
    cast: Cast, as_: Any
) -> None:
    cast.ada.language = "de"
    cast.ada.save()
    tell()
    letter = plan(cast, "check_1", due=NOW + timedelta(days=1))
    desk = as_(cast.fern)
    page = reverse("message-preview", args=[letter.pk])
    text = words(desk.get(page).content.decode())
    assert "Language Deutsch" in text
    assert "As it would go out" in text
    assert "Wie sich Ihre Haut heute anfühlen kann" in text
    text = words(desk.get(page, {"language": "es"}).content.decode())
    assert "As it would read in this language" in text
    assert "Cómo puede estar su piel hoy" in text
    frame = reverse("message-letter", args=[letter.pk])
    assert "Guten Tag Ada," in desk.get(frame).content.decode()
    assert "Hola, Ada:" in desk.get(frame, {"language": "es"}).content.decode()
    assert "Guten Tag Ada," in desk.get(frame, {"language": "xx"}).content.decode()
    cast.ada.refresh_from_db()
    assert cast.ada.language == "de"


def test_a_language_without_letters_gets_those_of_the_clinic(cast: Cast, settings: Any) -> None:
    settings.LETTER_LANGUAGES = ["en-gb", "es"]
    cast.ada.language = "de"
    assert cast.ada.letter_language == "en-gb"
    tell()
    letter = plan(cast)
    shown = letters.preview(letter, NOW, in_use({"check_1"}))
    assert isinstance(shown, letters.Letter)
    assert shown.subject == "How your skin may feel today"


# Pages behind links ------------------------------------------------------------------------------


def opened(visit: Appointment, phone: Client) -> str:
    want = visit_links(visit)["confirm_url"]
    wish = links.Wanted(
        visit.patient_id, want.purpose, want.subject_key, want.expires_at, want.version
    )
    token = links.make(wanted=[wish], now=NOW)[wish]
    return page_of(phone.get(reverse(want.route, args=[token]), follow=True).content)


def page_of(content: bytes) -> str:
    page = content.decode()
    (language,) = re.findall(r'<html lang="([^"]+)"', page)
    return f"{language}: {words(page)}"


VISITS = {
    "en-gb": ["Will you be there?", "Tuesday 1 December 15:00", "Yes, I will be there"],
    "de": ["Kommen Sie?", "Dienstag, 1. Dezember 15:00", "Ja, ich komme", "45 Minuten, Harbour"],
    "es": ["¿Vendrá usted?", "martes 1 de diciembre 15:00", "Sí, acudiré", "45 minutos en Harbour"],
}
ANSWERED = {
    "en-gb": "Thank you for telling us",
    "de": "Danke, dass Sie uns Bescheid geben",
    "es": "Gracias por avisarnos",
}


@LANGUAGES
def test_the_page_to_answer_a_visit(cast: Cast, visit: Appointment, language: str) -> None:
    phone = Client()
    text = opened(visit, phone)
    assert text.startswith(f"{language}: ")
    assert [said for said in VISITS[language] if said not in text] == []
    answer = phone.post("/my/visit/", {"answer": "cannot_come"})
    assert ANSWERED[language] in words(answer.content.decode())


CHOICES = {
    "en-gb": [
        "A reminder on the day before a visit",
        "Sun protection between visits",
        "When the next visit would be due",
        "Tips about the skin",
    ],
    "de": [
        "Eine Erinnerung am Tag vor einem Termin",
        "Sonnenschutz zwischen den Terminen",
        "Wann der nächste Termin an der Reihe wäre",
        "Tipps rund um die Haut",
    ],
    "es": [
        "Un recordatorio el día antes de una cita",
        "Protección solar entre citas",
        "Cuándo tocaría la próxima cita",
        "Consejos sobre la piel",
    ],
}
STOPPED = {
    "en-gb": "You will not get these any more.",
    "de": "Sie erhalten solche Nachrichten nicht mehr.",
    "es": "Ya no recibirá estos mensajes.",
}


@LANGUAGES
def test_the_page_of_preferences(cast: Cast, language: str) -> None:
    cast.ada.language = language
    cast.ada.save()
    want = links.Wanted(
        cast.ada.pk, Link.Purpose.PREFERENCES, f"patient:{cast.ada.pk}", NOW + timedelta(days=9)
    )
    token = links.make(wanted=[want], now=NOW)[want]
    phone = Client()
    text = page_of(phone.get(reverse("link-preferences", args=[token]), follow=True).content)
    assert text.startswith(f"{language}: ")
    assert " ".join(CHOICES[language]) in text
    answer = phone.post(reverse("link-stop", args=[token, "sun"]))
    assert answer.content.decode() == STOPPED[language]


@pytest.mark.parametrize(
    ("browser", "said"),
    [
        ("", "There is nothing to answer here any more"),
        ("fr-FR,fr", "There is nothing to answer here any more"),
        ("en-US,en;q=0.8", "There is nothing to answer here any more"),
        ("de-AT,de;q=0.9,en;q=0.5", "Hier gibt es nichts mehr zu beantworten"),
        ("es-MX", "Aquí ya no hay nada que responder"),
    ],
)
def test_a_link_that_is_over_speaks_as_the_browser_does(
    cast: Cast, browser: str, said: str
) -> None:
    answer = Client().get("/my/visit/", headers={"accept-language": browser})
    assert answer.status_code == 410
    assert said in words(answer.content.decode())
    assert cast.harbour.phone in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


def test_pages_for_staff_stay_in_english_whatever_the_browser_asks_for(
    cast: Cast, as_: Any
) -> None:
    page = as_(cast.fern).get("/", headers={"accept-language": "de"}, follow=True)
    assert '<html lang="en' in page.content.decode()
