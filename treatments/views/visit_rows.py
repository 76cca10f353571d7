"""The fields of a log as rows: what it was last time, what it is today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from treatments.forms.visit_fields import NumberField, SecondsField
from treatments.forms.visits import LogForm
from treatments.visit_bounds import clock_of


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `last` is its value of last time in words, "" when there was none; `raw` the same
    as the field would send it. `look` is "pick", "check", "checks", "time" or "line"."""

    field: BoundField
    last: str
    raw: str
    look: str
    unit: str | Promise


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `line` says what is in them while they are folded."""

    title: str | Promise
    rows: list[Row]
    line: str
    is_open: bool


def rows_of(form: LogForm, names: Iterable[str], last: Mapping[str, Any] | None) -> list[Row]:
    return [_row(form, name, last or {}) for name in names]


def groups_of(form: LogForm, last: Mapping[str, Any] | None) -> list[Group]:
    found = []
    for title, names in form.groups:
        values = [spoken(form.fields[name], _value(form, name)) for name in names]
        wrong = any(name in form.errors for name in names)
        found.append(
            Group(title, rows_of(form, names, last), ", ".join(filter(None, values)), wrong)
        )
    return found


def _row(form: LogForm, name: str, last: Mapping[str, Any]) -> Row:
    field = form.fields[name]
    value = last.get(f"{name}_id", last.get(name))
    unit = getattr(field, "unit", "")
    return Row(form[name], spoken(field, value), _raw(field, value), _look(field), unit)


def _value(form: LogForm, name: str) -> Any:
    return form.initial.get(name)


def _look(field: forms.Field) -> str:
    if isinstance(field.widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(field.widget, forms.RadioSelect):
        return "pick"
    if isinstance(field, SecondsField):
        return "time"
    return "check" if isinstance(field.widget, forms.CheckboxInput) else "line"


def spoken(field: forms.Field, value: Any) -> str:
    """A value in words: "35 %", "2:00", "Pink"; "" for none."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else ("" if isinstance(field, forms.BooleanField) else _("No"))
    if isinstance(field, SecondsField):
        return clock_of(int(value))
    if isinstance(field, NumberField):
        return f"{plain(value)} {field.unit}".strip()
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.filter(pk=value).first() or "") if field.queryset else ""
    if isinstance(field, forms.ChoiceField):
        return _chosen(field, value)
    return date_words(value) if isinstance(value, date) else str(value)


def _chosen(field: forms.ChoiceField, value: Any) -> str:
    words = {str(key): str(label) for key, label in _flat(field)}
    values = value if isinstance(value, list) else [value]
    return ", ".join(words.get(str(each), str(each)) for each in values)


def _flat(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return list(field.choices)  # type: ignore[arg-type] # no groups in these forms


def plain(value: Any) -> str:
    """ "35", "0.025": without zeros that say nothing."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def date_words(value: date) -> str:
    return str(formats.date_format(value, "j M Y"))


def _raw(field: forms.Field, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(value, list):
        return ",".join(sorted(value))
    return str(field.prepare_value(value))
