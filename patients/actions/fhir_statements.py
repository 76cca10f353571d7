"""Write what is said about known patients: their allergies, conditions and medication."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from patients import fhir
from patients.actions.fhir_people import Came, Origin, Outcome
from patients.models import Allergy, Condition, Medication, PatientIdentifier
from patients.models.history import HistoryItem

_MODELS: dict[type[fhir.Statement], type[HistoryItem]] = {
    fhir.Allergy: Allergy,
    fhir.Condition: Condition,
    fhir.Medication: Medication,
}
_KINDS = {Allergy: "AllergyIntolerance", Condition: "Condition", Medication: "MedicationRequest"}


def write(statements: Sequence[fhir.Statement], origin: Origin) -> list[Outcome]:
    """Bring these statements in, no two of which may be the same, in a fixed number of queries.

    One about nobody known here comes back as a LineError. Raises DatabaseError if the database
    refuses one of them.
    """
    patients = _patients({statement.person_id for statement in statements}, origin)
    outcomes: dict[int, Outcome] = {}
    for kind, model in _MODELS.items():
        wanted = {
            place: _item(model, said, patients[said.person_id], origin)
            for place, said in enumerate(statements)
            if isinstance(said, kind) and said.person_id in patients
        }
        outcomes |= _write(model, wanted) if wanted else {}
    unknown = fhir.LineError("it is about a patient who is not known here")
    return [outcomes.get(place, unknown) for place in range(len(statements))]


def _patients(person_ids: set[str], origin: Origin) -> dict[str, int]:
    rows = PatientIdentifier.objects.filter(system=origin.system, value__in=person_ids)
    return dict(rows.values_list("value", "patient_id"))


def _item(
    model: type[HistoryItem], said: fhir.Statement, patient_id: int, origin: Origin
) -> HistoryItem:
    values = asdict(said)
    source_id = f"{origin.name}/{_KINDS[model]}/{values.pop('source_id')}"
    del values["person_id"]
    return model(patient_id=patient_id, source_id=source_id, **values)


def _write(model: type[HistoryItem], wanted: Mapping[int, HistoryItem]) -> dict[int, Outcome]:
    """Create, change or leave each; the key of an item is the key of its outcome."""
    ids = [item.source_id for item in wanted.values()]
    known = {item.source_id: item for item in model._default_manager.filter(source_id__in=ids)}
    fields = [f.attname for f in model._meta.concrete_fields if f.name not in ("id", "source_id")]
    results: dict[int, str] = {}
    for place, item in wanted.items():
        present = known.get(item.source_id)
        item.pk = present.pk if present else None
        same = present is not None and all(
            getattr(item, name) == getattr(present, name) for name in fields
        )
        results[place] = "unchanged" if same else "changed" if present else "new"
    model._default_manager.bulk_create([wanted[p] for p, r in results.items() if r == "new"])
    changed = [wanted[place] for place, result in results.items() if result == "changed"]
    model._default_manager.bulk_update(changed, [name.removesuffix("_id") for name in fields])
    return {place: Came(result) for place, result in results.items()}
