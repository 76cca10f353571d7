"""What other apps have to say when a patient arrives, as `claims` holds it for bookings.

A rule is asked inside the transaction that checks the patient in, under the patient's lock.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from clinic.actions.claims import Objection
from clinic.models import Appointment

ArrivalRule = Callable[[Appointment, datetime], Iterable[Objection]]

rules: list[ArrivalRule] = []


def register_arrival_rule(rule: ArrivalRule) -> None:
    """Ask this rule before a patient is checked in; registering twice changes nothing."""
    if rule not in rules:
        rules.append(rule)


def objections(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in rules for each in rule(appointment, now)]
