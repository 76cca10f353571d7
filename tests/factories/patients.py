"""Patients with nothing surprising about them; traits say what is special."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from patients.models import (
    Allergy,
    Condition,
    Medication,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientName,
)


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    class Params:
        dead = factory.Trait(deceased=True, deceased_at=datetime(2024, 5, 1, tzinfo=UTC))

    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Quince{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}")
    birth_date = date(1992, 3, 14)
    sex = Patient.Sex.FEMALE
    phone = factory.Sequence(lambda n: f"020 7946 {n % 10000:04}")


class PatientNameFactory(DjangoModelFactory[PatientName]):
    class Meta:
        model = PatientName

    patient = factory.SubFactory(PatientFactory)
    use = PatientName.Use.MAIDEN
    given_name = "Ada"
    family_name = "Holm"


class PatientAddressFactory(DjangoModelFactory[PatientAddress]):
    class Meta:
        model = PatientAddress

    patient = factory.SubFactory(PatientFactory)
    lines = "1 Harbour Street"
    city = "London"
    postal_code = "E1 1AA"


class PatientIdentifierFactory(DjangoModelFactory[PatientIdentifier]):
    class Meta:
        model = PatientIdentifier

    patient = factory.SubFactory(PatientFactory)
    system = "https://hospital.example"
    value = factory.Sequence(lambda n: f"MR-{n}")


class AllergyFactory(DjangoModelFactory[Allergy]):
    class Meta:
        model = Allergy

    patient = factory.SubFactory(PatientFactory)
    text = "Salicylate"
    status = "active"


class ConditionFactory(DjangoModelFactory[Condition]):
    class Meta:
        model = Condition

    patient = factory.SubFactory(PatientFactory)
    text = "Eczema"
    status = "active"


class MedicationFactory(DjangoModelFactory[Medication]):
    class Meta:
        model = Medication

    patient = factory.SubFactory(PatientFactory)
    text = "Isotretinoin 20 mg"
    status = "active"
