"""The re-plan screen: its cause in the address, and what was offered for each visit and chosen."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.years import can_be_meant
from clinic.models import Location, Resource
from clinic.scheduling.slots import Slot
from treatments.queries.replan import Choice
from treatments.queries.replan_causes import Cause

# how long what a screen offered may be pressed
LASTS = timedelta(hours=2)
# days that one re-plan may be about
MOST_DAYS = 31

STAYS, LATER, UNDECIDED = "stays", "later", ""

_SALT = "treatments.replan"


class CauseForm(forms.Form):
    """Who or what is out, on which days: `resource`, or none for the whole location."""

    resource = forms.TypedChoiceField(
        label=gettext_lazy("Who or what is out"),
        coerce=int,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )
    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the first day."),
            "invalid": gettext_lazy("Write a date like 2027-01-12."),
        },
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date like 2027-01-12.")},
    )

    def __init__(
        self,
        data: Any,
        *,
        location: Location,
        resources: Sequence[Resource],
        today: date,
    ) -> None:
        super().__init__(data)
        self._location, self._today = location, today
        self._resources = {each.pk: each for each in resources}
        field: Any = self.fields["resource"]
        everybody = _("All of %(location)s is closed") % {"location": location.name}
        field.choices = [("", everybody), *_grouped(resources)]
        for name, each in self.fields.items():
            classes = "form-select" if isinstance(each.widget, forms.Select) else "form-control"
            each.widget.attrs |= {"class": classes, "aria-describedby": f"error_{name}"}
        self.helper = _helper(list(self.fields))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last") or values.get("first")
        if first and last:
            values["last"] = last
            self._check(first, last)
        return values

    def _check(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("last", _("The last day is before the first."))
        elif last < self._today:
            self.add_error("last", _("These days have passed."))
        elif (last - first).days >= MOST_DAYS:
            text = _("At most %(n)d days are planned at once.") % {"n": MOST_DAYS}
            self.add_error("last", text)
        elif not can_be_meant(last):
            self.add_error("last", _("That date cannot be meant."))

    def cause(self) -> Cause:
        """The cleaned form; days before today are left out."""
        values = self.cleaned_data
        first = max(values["first"], self._today)
        resource = self._resources.get(values["resource"] or 0)
        return Cause(self._location, first, values["last"], resource)


def _helper(names: Sequence[str]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    # each error stands at its field
    helper.form_show_errors = False
    fields = (Field(name, template="treatments/fields/search.html") for name in names)
    helper.layout = Layout(*fields)
    return helper


def _grouped(resources: Sequence[Resource]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices under "Person", "Room", "Device"."""
    return [
        (str(label), [(each.pk, each.name) for each in resources if each.kind == kind])
        for kind, label in Resource.Kind.choices
        if any(each.kind == kind for each in resources)
    ]


# What was offered, there and back -----------------------------------------------------------------


class PlanLost(Exception):
    """What came back is not what was offered, or too old; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What one screen offered: by visit its version and slots, the proposal first. The key makes
    carrying it out happen once."""

    key: uuid.UUID
    visits: Mapping[int, tuple[int, tuple[Slot, ...]]]

    def signed(self, cause: Cause) -> str:
        """As a text for a hidden field; good for this cause alone."""
        visits = {
            str(pk): [version, [[slot.start, slot.end, *slot.assignment] for slot in slots]]
            for pk, (version, slots) in self.visits.items()
        }
        return signing.dumps([_about(cause), self.key.hex, visits], salt=_SALT, compress=True)


def offered_from(text: str, cause: Cause) -> Offered:
    """Read `Offered.signed` back. Raises PlanLost for any other text, cause or age."""
    try:
        about, key, visits = signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired as expired:
        raise PlanLost(
            _("This plan is hours old. Nothing was changed: here is a fresh one.")
        ) from expired
    except signing.BadSignature as bad:
        raise PlanLost(_lost()) from bad
    if about != _about(cause):
        raise PlanLost(_lost())
    return Offered(
        uuid.UUID(key),
        {
            int(pk): (version, tuple(Slot(a, b, tuple(ids)) for a, b, *ids in slots))
            for pk, (version, slots) in visits.items()
        },
    )


def chosen(posted: Mapping[str, Any], offered: Offered, *, keep_all: bool) -> dict[int, Choice]:
    """What was decided about the visits; with `keep_all` the proposals hold as well this time."""
    found = {}
    for pk, (_version, slots) in offered.visits.items():
        choice = _choice(str(posted.get(f"to-{pk}", UNDECIDED)), slots, f"pin-{pk}" in posted)
        if choice is not None and (keep_all or choice.is_kept or choice.is_left):
            found[pk] = choice
    return found


def _choice(text: str, slots: Sequence[Slot], is_kept: bool) -> Choice | None:
    """Whoever takes another time than the proposed one wants to keep it."""
    if text in (STAYS, LATER):
        return Choice(stays=text == STAYS, later=text == LATER)
    if not text.isascii() or not text.isdecimal() or len(text) > 2 or int(text) >= len(slots):
        return None
    return Choice(pinned=slots[int(text)], is_kept=is_kept or int(text) > 0)


def slots_chosen(posted: Mapping[str, Any], offered: Offered) -> dict[int, Slot | None]:
    """By visit the slot it gets, None to give its time up; visits that stay are left out."""
    choices = chosen(posted, offered, keep_all=True)
    return {pk: choice.pinned for pk, choice in choices.items() if not choice.stays}


def _about(cause: Cause) -> list[Any]:
    resource = cause.resource.pk if cause.resource else None
    return [cause.location.pk, resource, cause.first.isoformat(), cause.last.isoformat()]


def _lost() -> str:
    return _("The plan did not arrive as it was shown. Nothing was changed: here is a fresh one.")
