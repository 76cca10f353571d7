"""What other apps have to say when a patient arrives, when the treatment starts, and when somebody
takes back that a visit was done; as `claims` holds it for bookings.

A rule is asked inside the transaction that changes the status, under the patient's lock.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from clinic.actions.claims import Objection
from clinic.models import Appointment

ArrivalRule = Callable[[Appointment, datetime], Iterable[Objection]]
StartRule = ArrivalRule

rules: list[ArrivalRule] = []
start_rules: list[StartRule] = []
undo_rules: list[ArrivalRule] = []


def register_arrival_rule(rule: ArrivalRule) -> None:
    """Ask this rule before a patient is checked in; registering twice changes nothing."""
    if rule not in rules:
        rules.append(rule)


def register_start_rule(rule: StartRule) -> None:
    """Ask this rule before a visit begins: when the patient goes into the room, or when a visit is
    closed that never was in one."""
    if rule not in start_rules:
        start_rules.append(rule)


def objections(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in rules for each in rule(appointment, now)]


def objections_to_start(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in start_rules for each in rule(appointment, now)]


def register_undo_rule(rule: ArrivalRule) -> None:
    """Ask this rule before a visit is no longer done; registering twice changes nothing."""
    if rule not in undo_rules:
        undo_rules.append(rule)


def undo_objections(appointment: Appointment, now: datetime) -> list[Objection]:
    return [each for rule in undo_rules for each in rule(appointment, now)]
