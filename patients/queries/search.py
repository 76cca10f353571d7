"""Find patients by any part of any name, a birth date or part of the telephone number.

`find` asks the database once; only when nothing fits it asks again, for names that resemble the
ones typed. All three trigram indexes are made for these questions.
"""

from functools import reduce
from operator import add, and_, or_
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    Case,
    F,
    Field,
    FloatField,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Greatest, StrIndex
from django.db.models.lookups import GreaterThan

from patients.models import Patient, PatientName
from patients.models.patient import Fold
from patients.search_terms import Number, Terms, understood

RESEMBLANCE = 0.4
"""Share of the typed trigrams that a name must have. Chosen with the slips of the pen in
tests/patients/test_search.py: at 0.5 half of them find nobody, at 0.3 strangers come in."""

_SHORT = 2
_LONG = 8
_SLIP_SCORE = 0.7
_ORDER = ("-score", "deceased", "family_name", "given_name", "pk")


def find(text: str, limit: int = 20) -> list[Patient]:
    """Patients whom every term of the text fits, best first; at most `limit`.

    Whole words go before beginnings of names, those before parts inside a word, the living before
    the dead. Each patient carries `also_named`, the other names in one line. Nobody for a text
    without terms.
    """
    terms = understood(text)
    if not terms:
        return []
    spelt = terms.names and all(any(map(str.isalnum, name)) for name in terms.names)
    return _fitting(terms, limit) or (_resembling(terms, limit) if spelt else [])


def with_other_names(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """Give each `also_named`: "Ada Holm, Addie Lindqvist", or nothing."""
    name = Concat("given_name", Value(" "), "family_name", output_field=TextField())
    names = (
        PatientName.objects.filter(patient=OuterRef("pk"))
        .order_by()
        .values("patient")
        .annotate(line=StringAgg(name, ", "))
        .values("line")
    )
    line = Coalesce(Subquery(names), Value(""), output_field=TextField())
    return patients.annotate(also_named=line)


def _fitting(terms: Terms, limit: int) -> list[Patient]:
    patients = Patient.objects.filter(_dates_and_numbers(terms))
    for name in terms.names:
        patients = patients.filter(_any_name(_part_of_name(name)))
    scores = (*map(_score, terms.names), *map(_number_score, terms.numbers))
    ranked = with_other_names(patients).annotate(score=reduce(add, scores, Value(0)))
    return list(ranked.order_by(*_ORDER)[:limit])


def _resembling(terms: Terms, limit: int) -> list[Patient]:
    """As _fitting, with names that are spelt nearly so."""
    patients = Patient.objects.filter(_dates_and_numbers(terms))
    for name in terms.names:
        patients = patients.filter(_any_name(_near_name(name)))
    score = reduce(add, map(_resemblance, terms.names))
    ranked = with_other_names(patients).annotate(score=score)
    with transaction.atomic(), connection.cursor() as cursor:
        # the index reads this setting; there is no other way to give it a threshold
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {RESEMBLANCE:.2f}")
        return list(ranked.order_by(*_ORDER)[:limit])


# Names --------------------------------------------------------------------------------------------


def _any_name(fits: Q) -> Q:
    """Patients of whose names one fits; a union, so that both indexes are used."""
    own = Patient.objects.filter(fits).values("pk")
    other = PatientName.objects.filter(fits).values("patient_id")
    return Q(pk__in=own.union(other, all=True))


def _part_of_name(name: str) -> Q:
    """Any part of it; but one or two letters only where a word begins."""
    folded = Fold(Value(name))
    if len(name) > _SHORT:
        return Q(search_name__contains=folded)
    after_space = Concat(Value(" "), folded, output_field=TextField())
    return Q(search_name__startswith=folded) | Q(search_name__contains=after_space)


def _near_name(name: str) -> Q:
    folded = Fold(Value(name))
    near = Q(search_name__trigram_word_similar=folded) | Q(search_name__contains=folded)
    return near | _slipped(name)


def _slipped(name: str) -> Q:
    """A word begins with the name but for one wrong letter or two that changed places.

    In short names that is too far off for trigrams: "Smyth" and Smith share a third of them.
    """
    # letters only, so that nothing typed is read as a pattern
    if not (name.isalpha() and _SHORT < len(name) <= _LONG):
        return Q(pk__in=[])
    swaps = [f"{name[:i]}{name[i + 1]}{name[i]}{name[i + 2 :]}" for i in range(len(name) - 1)]
    wrong = [f"{name[:i]}_{name[i + 1 :]}" for i in range(len(name))]
    starts = swaps if len(name) == _SHORT + 1 else swaps + wrong
    patterns = [pattern for start in starts for pattern in (f"{start}%", f"% {start}%")]
    return Q(_like_any(patterns))


def _like_any(patterns: list[str]) -> Func:
    """`search_name LIKE ANY` of these, which the trigram indexes answer."""
    array = Func(*(Fold(Value(each)) for each in patterns), template="(ARRAY[%(expressions)s])")
    return Func(
        F("search_name"),
        array,
        template="%(expressions)s",
        arg_joiner=" LIKE ANY ",
        output_field=BooleanField(),
    )


def _best_of_names(score: Combinable, field: "Field[Any, Any]") -> Combinable:
    """The highest score among the patient's own and other names."""
    other = (
        PatientName.objects.filter(patient=OuterRef("pk"))
        .order_by()
        .values("patient")
        .annotate(best=Max(score, output_field=field))
        .values("best")
    )
    best = Coalesce(Subquery(other), Value(0), output_field=field)
    return Greatest(score, best, output_field=field)


def _score(name: str) -> Combinable:
    """How well a term fits the best name: 3 for a word of it, 2 its beginning, 1 inside a word."""
    folded = Fold(Value(name))
    padded = Concat(Value(" "), F("search_name"), Value(" "), output_field=TextField())
    begins = Concat(Value(" "), folded, output_field=TextField())
    word = Concat(begins, Value(" "), output_field=TextField())
    fit = Case(
        When(GreaterThan(StrIndex(padded, word), 0), then=Value(3)),
        When(GreaterThan(StrIndex(padded, begins), 0), then=Value(2)),
        When(GreaterThan(StrIndex(padded, folded), 0), then=Value(1)),
        default=Value(0),
    )
    return _best_of_names(fit, IntegerField())


def _resemblance(name: str) -> Combinable:
    """0 to 1; one slip counts as much as a letter too many."""
    near = Func(
        Fold(Value(name)), F("search_name"), function="word_similarity", output_field=FloatField()
    )
    slipped = Case(
        When(_slipped(name), then=Value(_SLIP_SCORE)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    return _best_of_names(Greatest(near, slipped, output_field=FloatField()), FloatField())


# Dates and numbers --------------------------------------------------------------------------------


def _dates_and_numbers(terms: Terms) -> Q:
    births = (Q(birth_date__in=days) for days in terms.births)
    return reduce(and_, (*births, *map(_number, terms.numbers)), Q())


def _number(number: Number) -> Q:
    lookup = "endswith" if number.at_end else "contains"
    fits = Q(**{f"phone_digits__{lookup}": number.phone}) | _born(number)
    if number.parts:
        fits |= reduce(and_, map(_number, number.parts))
    return fits


def _born(number: Number) -> Q:
    years = (Q(birth_date__year=year) for year in number.years)
    return reduce(or_, years, Q(birth_date__in=number.days))


def _number_score(number: Number) -> Combinable:
    """A birth date or the end of a telephone number before a part of one."""
    ends = Q(phone_digits__endswith=number.phone)
    return Case(When(_born(number) | ends, then=Value(1)), default=Value(0))
