"""`make letter-pictures`: every letter as a telephone shows it, into var/screenshots/letters/.

Each kind in each language, light and dark, from the facts of an example; and one raw e-mail as it
goes to the mail server. Says so and fails when a letter is wider than the telephone. No database is
asked; DATABASE_URL and REDIS_URL need only be set, as
`python -m clinic.local.with_services -- ...` does.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from clinic.local.browser import HOW_TO, executable  # noqa: E402 - found through the path above

if TYPE_CHECKING:
    from patients.actions.letters import Section
    from patients.letter_kinds import LetterKind

FOLDER: Final = ROOT / "var" / "screenshots" / "letters"
PHONE: Final = {"width": 390, "height": 844}
SCHEMES: Final = ("light", "dark")
NOW: Final = datetime(2027, 1, 10, 9, tzinfo=UTC)
RAW: Final = "tomorrow"
AFTER_A_VISIT: Final = "After a visit"
LINKS: Final = ("confirm_url", "move_url")


def kinds() -> Iterator["LetterKind"]:
    from patients import letter_kinds  # noqa: PLC0415 - after setup

    return (kind for group in letter_kinds.groups().values() for kind in group)


def section(kind: "LetterKind", language: str) -> "Section":
    """The letter of an example to nobody in particular, with the links it would have."""
    from patients import letter_kinds  # noqa: PLC0415 - after setup
    from patients.actions.letters import Section  # noqa: PLC0415
    from patients.models import Link, Message, Patient  # noqa: PLC0415
    from patients.subjects import Facts, LinkWanted  # noqa: PLC0415

    def link(route: str, purpose: str) -> LinkWanted:
        return LinkWanted(route, purpose, "appointment:1", NOW + timedelta(days=60))

    links = {name: link("link-visit", Link.Purpose.VISIT) for name in LINKS if kind.kind == RAW}
    if kind.group == AFTER_A_VISIT:
        links["aftercare_url"] = link("link-aftercare", Link.Purpose.AFTERCARE)
    nobody = Patient(
        pk=1, given_name="Ada", email="ada@patient.example", language=language, time_zone="UTC"
    )
    message = Message(
        patient=nobody,
        kind=kind.kind,
        subject_key="session:1",
        due_at=NOW,
        expires_at=NOW + timedelta(days=1),
        message_id="<example@clinic.example>",
    )
    return Section(message, Facts(letter_kinds.example(kind), links=links))


def photograph(browser: Browser) -> list[str]:
    """All letters; answers what is wrong with some."""
    from django.conf import settings  # noqa: PLC0415 - after setup

    from patients.actions import letters  # noqa: PLC0415
    from patients.queries.letter_texts import OwnWords, short  # noqa: PLC0415

    trouble = []
    for scheme in SCHEMES:
        tab = browser.new_page(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
        for language in settings.LETTER_LANGUAGES:
            for kind in kinds():
                tab.set_content(letters.with_dots(section(kind, language), OwnWords()).html)
                name = f"{kind.kind}-{short(language)}{'-dark' if scheme == 'dark' else ''}.png"
                tab.screenshot(path=FOLDER / name, full_page=True)
                over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    trouble.append(f"{name}: {over} px wider than the telephone")
        tab.close()
    return trouble


def raw_email(language: str) -> bytes:
    """The bytes that go to the mail server, with links that lead nowhere."""
    from patients import letter_kinds  # noqa: PLC0415 - after setup
    from patients.actions import letters  # noqa: PLC0415
    from patients.queries.letter_texts import OwnWords  # noqa: PLC0415

    kind = letter_kinds.of(RAW)
    assert kind is not None
    written = section(kind, language)
    tokens = dict.fromkeys(letters.links_of(written).values(), "A" * 43)
    mail = letters.compose(written.message.patient, [written], tokens, OwnWords()).mail
    return mail.message().as_bytes()


def main() -> int:
    if executable() is None:
        print(HOW_TO, file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{RAW}-de.eml").write_bytes(raw_email("de"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable())
        trouble = photograph(browser)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")
    print("\n".join(trouble), file=sys.stderr)
    return 1 if trouble else 0


if __name__ == "__main__":
    raise SystemExit(main())
