"""Protocols of the demo clinic: approved by Dr Cole but for one, and a draft that waits for her."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from clinic.accounts.models import User
from treatments.actions import protocol_versions
from treatments.actions.protocol_versions import Edit
from treatments.demo.desk import Desk
from treatments.demo.places import COLE, MINA, STAFF
from treatments.models import Protocol
from treatments.protocol_data.sections import CONTACT, GAPS, STRENGTHS, with_source

# what nobody has stood for yet
OPEN: Final = "laser"
WHY: Final = (
    "Two of five patients on the third session asked for a longer rest; the step from 20 to 35 % "
    "was often put off. A step between, and 18 days as the shortest gap."
)


def play(desk: Desk) -> None:
    """Shipped versions are approved; the glycolic peel is worked on."""
    cole, mina = (
        User.objects.get(email=next(each.email for each in STAFF if each.name == name))
        for name in (COLE, MINA)
    )
    long_ago = desk.now - timedelta(days=150)
    for protocol in Protocol.objects.exclude(modality=OPEN):
        protocol_versions.approve(protocol=protocol, revision=1, by=cole, now=long_ago)
    started = desk.now - timedelta(days=2)
    draft = protocol_versions.start_draft(modality="glycolic", by=mina, now=started)
    protocol_versions.save_draft(
        draft=draft, edit=_edit(draft), revision=1, by=mina, now=started + timedelta(minutes=12)
    )


def _edit(draft: Protocol) -> Edit:
    source = with_source(draft.source, GAPS, "Clinic meeting of 3 March; fact base 0, 1.2")
    source = with_source(
        source, STRENGTHS, "Clinic meeting of 3 March; fact base 1.2: first 20-30 %"
    )
    source = with_source(source, CONTACT, "Clinic meeting of 3 March: never above 4 minutes")
    values = {
        "gap_min": 18,
        "gap_max": 35,
        "strengths": [Decimal(each) for each in (20, 25, 35, 50, 70)],
        "contact_seconds_max": 240,
        "source": source,
        "change_note": WHY,
    }
    letters = {step.kind: step.position for step in draft.steps.all()}
    meeting = "Clinic meeting of 3 March"
    return Edit(
        values,
        {
            letters["overdue"]: {"day": 35, "source": f"{meeting}: with the longest gap"},
            letters["late"]: {"day": 39, "source": meeting},
            letters["precare_14"]: {"is_on": False},
        },
    )
