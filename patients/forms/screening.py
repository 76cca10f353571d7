"""The health questions as a form: for the desk, the nurse, or the patient with a tablet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ScreeningAnswer
from patients.queries.screening import Background
from patients.questionnaire import (
    GROUPS,
    NO,
    ON,
    QUESTIONS,
    STILL,
    UNKNOWN,
    Answer,
    Group,
    Question,
)
from patients.screening_hints import Statement
from patients.screening_rules import applies_to, confirmable, is_asked, objections

_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page draws it: its field, what was said last time, what records say, and
    the questions that follow from it."""

    question: Question
    field: forms.BoundField
    still: forms.BoundField | None = None
    unknown: forms.BoundField | None = None
    detail: forms.BoundField | None = None
    before: ScreeningAnswer | None = None
    hints: tuple[Statement, ...] = ()
    follow_ups: tuple["Asked", ...] = ()

    @property
    def has_errors(self) -> bool:
        return bool(self.field.errors) or any(each.has_errors for each in self.follow_ups)


class HealthForm(forms.Form):
    """Every question that may be put to this patient, all of them optional for the form itself:
    what the answers lead to, and whether they are whole, is judged together.

    `none_<group>` says no to all of a group that was not answered otherwise, but for questions that
    an earlier record speaks about. `unchanged` (the number of the last asking) takes over whatever
    was not answered anew.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    unchanged = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    note = forms.CharField(
        label=gettext_lazy("Anything else we should know?"),
        max_length=_LONGEST_WORDS,
        required=False,
        help_text=gettext_lazy("A clinician looks at it before the treatment."),
    )

    def __init__(self, *args: Any, background: Background, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.background, self.on = background, on
        self.fields["key"].initial = uuid4()
        before = {key: (row.as_answer, row.holds_until) for key, row in background.answers.items()}
        self.sure = confirmable(before, background.hinted.keys(), on)
        self.answers: dict[str, Answer] = {}
        self.taken_over: set[str] = set()
        for question in QUESTIONS.values():
            if applies_to(question, background.person, on):
                self.fields |= _fields(question)
        for group in GROUPS:
            self.fields[f"none_{group.key}"] = forms.BooleanField(required=False)
        self.helper = _helper()

    # What was said --------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for question in QUESTIONS.values():
            if question.key in self.fields and self._is_asked(question):
                self._take(question, values)
        wrong = objections(self.answers, self.background.person, self.on)
        for key, sentence in wrong.items():
            if key not in self.errors:
                self.add_error(key, _(sentence))
        return values

    def _is_asked(self, question: Question) -> bool:
        return is_asked(question, self.answers, self.background.person, self.on)

    def _take(self, question: Question, values: dict[str, Any]) -> None:
        """The answer given; else what was taken over; else the no to a whole group."""
        key = question.key
        if key in self.errors:
            return
        given = _given(question, values)
        if given is None and values.get("unchanged") and key in self.sure:
            given = self.background.answers[key].as_answer
            self.taken_over.add(key)
        if given is None and self._is_none(question, values):
            given = Answer(NO)
        if given is not None:
            self.answers[key] = given
        if question.kind == "date" and _ticks(question, values) > 1:
            self.add_error(key, _("Give the day or tick one of these, not both."))

    def _is_none(self, question: Question, values: dict[str, Any]) -> bool:
        covered = question.kind == "yes_no" and question.key not in self.background.hinted
        return covered and bool(values.get(f"none_{_group_of(question).key}"))

    # How it is drawn ------------------------------------------------------------------------------

    @property
    def last(self) -> Any:
        return self.background.last

    @property
    def now(self) -> list[Asked]:
        """After an earlier asking: what "nothing has changed" does not cover."""
        return [] if self.last is None else [each for each in self._all() if self._must(each)]

    @property
    def groups(self) -> list[tuple[Group, forms.BoundField, list[Asked]]]:
        """Everything else, group by group."""
        rest = [each for each in self._all() if self.last is None or not self._must(each)]
        found = []
        for group in GROUPS:
            own = [each for each in rest if each.question in group.questions]
            if own:
                found.append((group, self[f"none_{group.key}"], own))
        return found

    @property
    def groups_have_answers(self) -> bool:
        """Whether something was answered among what was folded away."""
        shown = [each for _group, _none, asked in self.groups for each in asked]
        return self.is_bound and any(each.field.value() for each in shown)

    @property
    def covered(self) -> dict[str, list[ScreeningAnswer]]:
        """What "nothing has changed" confirms: "no" and, with their days, "yes"."""
        known = self.background.answers
        rows = [known[key] for key in QUESTIONS if key in self.sure and key in self.fields]
        top = [row for row in rows if QUESTIONS[row.question].kind == "yes_no"]
        return {
            "no": [row for row in top if row.value == NO],
            "yes": [row for row in top if row.value != NO],
        }

    def _must(self, asked: Asked) -> bool:
        """Whether it, or what follows from its last answer, is to be asked again."""
        before = self.background.answers.get(asked.question.key)
        if before is None or asked.question.key not in self.sure or asked.has_errors:
            return True
        led_to = [each for each in asked.follow_ups if before.value in each.question.when]
        return any(each.question.key not in self.sure for each in led_to)

    def _all(self) -> Iterator[Asked]:
        for question in QUESTIONS.values():
            if question.key in self.fields and not question.after:
                yield self._asked(question)

    def _asked(self, question: Question) -> Asked:
        key, more = question.key, self.fields
        follow_ups = [each for each in QUESTIONS.values() if each.after == key]
        return Asked(
            question,
            self[key],
            self[f"{key}_still"] if f"{key}_still" in more else None,
            self[f"{key}_unknown"] if f"{key}_unknown" in more else None,
            self[f"{key}_detail"] if f"{key}_detail" in more else None,
            self.background.answers.get(key),
            self.background.hinted.get(key, ()),
            tuple(self._asked(each) for each in follow_ups if each.key in more),
        )


def _fields(question: Question) -> dict[str, forms.Field]:
    """The fields of one question, by name."""
    key, label = question.key, _(question.text)
    found: dict[str, forms.Field] = {}
    if question.kind == "date":
        found[key] = forms.DateField(
            label=label,
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Write the day like 2026-11-30.")},
        )
        if question.still:
            found[f"{key}_still"] = forms.BooleanField(label=_(question.still), required=False)
        found[f"{key}_unknown"] = forms.BooleanField(label=_("Don’t know"), required=False)
        return found
    found[key] = forms.ChoiceField(
        label=label,
        choices=[(value, _(words)) for value, words in question.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    if question.detail:
        found[f"{key}_detail"] = forms.CharField(
            label=_(question.detail), max_length=_LONGEST_WORDS, required=False
        )
    return found


def _given(question: Question, values: dict[str, Any]) -> Answer | None:
    key = question.key
    value = values.get(key)
    if question.kind == "date":
        if value:
            return Answer(ON, value)
        if values.get(f"{key}_still"):
            return Answer(STILL)
        return Answer(UNKNOWN) if values.get(f"{key}_unknown") else None
    detail = values.get(f"{key}_detail", "") if value != NO else ""
    return Answer(value, detail=detail) if value else None


def _ticks(question: Question, values: dict[str, Any]) -> int:
    key = question.key
    return sum(bool(values.get(name)) for name in (key, f"{key}_still", f"{key}_unknown"))


def _group_of(question: Question) -> Group:
    return next(each for each in GROUPS if question in each.questions)


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_error_title = _("Not saved yet. What was answered is still here.")
    helper.layout = Layout(
        "key", HTML('{% include "patients/_health_questions.html" %}'), Field("note")
    )
    return helper
