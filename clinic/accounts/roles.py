"""What each role may do: one table, written into the groups after every migration."""

from typing import Any

from django.contrib.auth.models import Group, Permission

CLINICIAN = "clinician"
NURSE = "nurse"
FRONT_DESK = "front desk"
MANAGER = "manager"

_SEE = {
    "patients.view_patient",
    "patients.view_message",
    "patients.view_consent",
    "patients.view_consenttext",
    "clinic.view_appointment",
    "treatments.view_plan",
}
_DESK = {
    "patients.add_patient",
    "patients.change_patient",
    "patients.change_message",
    "patients.add_screening",
    "patients.add_consent",
    "patients.change_consent",
    "clinic.add_appointment",
    "clinic.change_appointment",
    "clinic.cancel_appointment",
    "treatments.add_plan",
    "treatments.change_plan",
}

_TREAT = {
    "patients.acknowledge_caution",
    "patients.view_photo",
    "patients.add_photo",
    "patients.change_photo",
    "treatments.view_assessment",
    "treatments.view_visit",
    "treatments.view_protocol",
    "treatments.add_outcome",
    "treatments.add_visit",
    "treatments.sign_visit",
}

ROLES: dict[str, set[str]] = {
    CLINICIAN: _SEE
    | _DESK
    | _TREAT
    | {
        "treatments.override_spacing",
        "treatments.add_assessment",
        "treatments.sign_assessment",
        "treatments.approve_protocol",
        "treatments.view_outcome",
        "treatments.perform_strong_peel",
        "treatments.perform_cryotherapy",
        "treatments.perform_laser",
        "treatments.prescribe_retinoid",
        "treatments.treat_eyelids",
        "treatments.decide",
        "patients.clear_screening",
    },
    NURSE: _SEE | _DESK | _TREAT,
    FRONT_DESK: _SEE | _DESK,
    MANAGER: _SEE
    | _DESK
    | {
        "clinic.change_location",
        "clinic.change_resource",
        "treatments.view_protocol",
        "treatments.change_protocol",
        "treatments.view_outcome",
        "patients.change_consenttext",
        "patients.publish_consenttext",
        "patients.view_lettertext",
        "patients.change_lettertext",
        "patients.publish_lettertext",
        "accounts.view_recordaccess",
    },
}


def grant_roles(using: str = "default", **_: Any) -> None:
    """Give each role's group the permissions that exist so far; safe to repeat.

    Runs once per migrated app, so the last run sees every permission.
    """
    known = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.using(using).select_related("content_type")
    }
    for role, wanted in ROLES.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set([known[name] for name in wanted if name in known])
