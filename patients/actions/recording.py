"""What was sent, written down once the server has taken it."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from patients.actions.letters import Written
from patients.actions.transport import Outcome
from patients.models import Message

log = logging.getLogger(__name__)

# one statement for the letter and for what was merged into it, and so one commit; that the rows are
# claimed follows from the token, and lets them be found by the index of what is (`leases.held`)
_SENT: Final = """
UPDATE patients_message
SET status = 'sent', sent_at = %(now)s, closed_at = %(now)s, sent_to = %(to)s,
    subject_line = %(subject)s, server_answer = %(answer)s,
    sent_text = CASE WHEN id = %(lead)s THEN %(text)s ELSE '' END,
    sent_html = CASE WHEN id = %(lead)s THEN %(html)s ELSE '' END,
    sent_with_id = NULLIF(%(lead)s, id), claim_token = NULL, lease_until = NULL,
    letterhead_version = %(letterhead)s,
    words_version = (
        SELECT used.version FROM unnest(%(ids)s::bigint[], %(versions)s::smallint[])
            AS used(id, version) WHERE used.id = patients_message.id)
WHERE claim_token = %(token)s AND status = 'claimed'
"""


def sent(
    rows: Sequence[Message],
    token: uuid.UUID,
    now: datetime,
    outcome: Outcome,
    written: Written,
) -> None:
    """Note under this claim what was sent, to whom and in which words; nothing when the claim was
    lost meanwhile."""
    lead, letter, versions = rows[0], written.kept, written.versions
    with connection.cursor() as cursor:
        cursor.execute(
            _SENT,
            {
                "lead": lead.pk,
                "now": now,
                "to": lead.patient.email,
                "subject": letter.subject[:200],
                "answer": outcome.answer,
                "text": letter.text,
                "html": letter.page,
                "token": token,
                "letterhead": versions.letterhead,
                "ids": list(versions.of),
                "versions": list(versions.of.values()),
            },
        )
        recorded = cursor.rowcount
    if not recorded:
        log.warning("sent, but the lease was lost", extra={"message_id": lead.message_id})
