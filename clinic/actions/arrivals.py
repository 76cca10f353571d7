"""What other apps have to say when a patient arrives, as `claims` holds it for bookings, and when
somebody takes back that a visit was done.

A rule is asked inside the transaction that changes the status, under the patient's lock.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from clinic.actions.claims import Objection
from clinic.models import Appointment

ArrivalRule = Callable[[Appointment, datetime], Iterable[Objection]]

rules: list[ArrivalRule] = []
undo_rules: list[ArrivalRule] = []


def register_arrival_rule(rule: ArrivalRule) -> None:
    """Ask this rule before a patient is checked in; registering twice changes nothing."""
    if rule not in rules:
        rules.append(rule)


def objections(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in rules for each in rule(appointment, now)]


def register_undo_rule(rule: ArrivalRule) -> None:
    """Ask this rule before a visit is no longer done; registering twice changes nothing."""
    if rule not in undo_rules:
        undo_rules.append(rule)


def undo_objections(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in undo_rules for each in rule(appointment, now)]
