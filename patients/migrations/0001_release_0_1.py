"""Patients: who they are, what we must know, what they signed, how we reach them.

The first release in one step; `replaces` are the steps that it was built in (ADR 19).
"""

import datetime

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import patients.models.patient
from patients.frozen import append_only, freeze, freeze_but

# unaccent() alone is only STABLE, because its dictionary could be replaced; named with its schema
# it is as good as immutable, and an index and a generated column may hold it.
FOLD = r"""
CREATE FUNCTION patients_fold(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(public.unaccent('public.unaccent'::regdictionary, name)), '-''’`´.', ' ');
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("patients", "0001_initial"),
        ("patients", "0002_screening_and_consent"),
        ("patients", "0003_photos"),
        ("patients", "0004_delivery"),
        ("patients", "0005_screening_answers"),
        ("patients", "0006_consent_texts"),
        ("patients", "0007_letter_texts"),
        ("patients", "0008_index_what_is_planned"),
    ]

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION patients_fold(text)"),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(blank=True, max_length=20, verbose_name="title")),
                ("given_name", models.CharField(blank=True, max_length=100, verbose_name="first name")),
                ("family_name", models.CharField(max_length=100, verbose_name="last name")),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=patients.models.patient.Fold(
                            django.db.models.functions.text.Concat(models.F("given_name"), models.Value(" "), models.F("family_name"))
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("birth_date", models.DateField(verbose_name="date of birth")),
                (
                    "sex",
                    models.CharField(
                        choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not recorded")],
                        default="unknown",
                        max_length=10,
                        verbose_name="sex",
                    ),
                ),
                (
                    "skin_type",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV"), (5, "V"), (6, "VI")],
                        null=True,
                        verbose_name="Fitzpatrick skin type",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "phone_digits",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("phone"), models.Value("\\D"), models.Value(""), models.Value("g"), function="regexp_replace"
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "email_consent",
                    models.CharField(
                        choices=[("not_asked", "Not asked"), ("given", "May be e-mailed"), ("refused", "Does not want e-mail")],
                        default="not_asked",
                        max_length=10,
                        verbose_name="e-mail consent",
                    ),
                ),
                ("email_consent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "email_consent_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("email_refused", models.EmailField(blank=True, help_text="the address that the mail server refused for good", max_length=254)),
                ("email_refused_at", models.DateTimeField(blank=True, null=True)),
                ("email_refused_answer", models.CharField(blank=True, max_length=300)),
                (
                    "language",
                    models.CharField(
                        choices=[("en-gb", "English"), ("de", "Deutsch"), ("es", "Español")], default="en-gb", max_length=10, verbose_name="language"
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/London", max_length=50, validators=[patients.models.patient.check_time_zone], verbose_name="time zone"
                    ),
                ),
                ("deceased", models.BooleanField(default=False, verbose_name="deceased")),
                ("deceased_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("edited_at", models.DateTimeField(blank=True, help_text="registered or corrected here: an import leaves it alone", null=True)),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search_name"], name="patients_patient_by_name", opclasses=["gin_trgm_ops"]),
                    django.contrib.postgres.indexes.GinIndex(fields=["phone_digits"], name="patients_patient_by_phone", opclasses=["gin_trgm_ops"]),
                    models.Index(fields=["birth_date"], name="patients_patient_by_birth"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("birth_date__gte", datetime.date(1900, 1, 1))),
                        name="patients_patient_birth_date_plausible",
                        violation_error_message="The date of birth is before 1900.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skin_type__isnull", True), ("skin_type__range", (1, 6)), _connector="OR"),
                        name="patients_patient_skin_type_one_to_six",
                        violation_error_message="Fitzpatrick skin types run from I to VI.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", ""), ("email__regex", "^[^\\s@<>,;]+@[^\\s@<>,;]+$"), _connector="OR"),
                        name="patients_patient_email_one_address",
                        violation_error_message="This is not one e-mail address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deceased", True), ("deceased_at__isnull", True), _connector="OR"),
                        name="patients_patient_death_date_only_if_deceased",
                        violation_error_message="A date of death needs “deceased”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email_consent_at__isnull", True), ("email_consent_by__isnull", True)),
                            models.Q(("email_consent_at__isnull", False), ("email_consent_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_patient_email_consent_at_with_by",
                        violation_error_message="Consent needs who recorded it and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email_refused", ""), ("email_refused_at__isnull", True)),
                            models.Q(models.Q(("email_refused", ""), _negated=True), ("email_refused_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_patient_address_refused_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("edited_at__isnull", True), ("edited_by__isnull", True)),
                            models.Q(("edited_at__isnull", False), ("edited_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_patient_edited_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="other_names", to="patients.patient")),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("official", "Official"),
                            ("usual", "Usual"),
                            ("maiden", "Maiden name"),
                            ("old", "Earlier name"),
                            ("nickname", "Nickname"),
                        ],
                        default="usual",
                        max_length=10,
                    ),
                ),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(blank=True, max_length=100)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=patients.models.patient.Fold(
                            django.db.models.functions.text.Concat(models.F("given_name"), models.Value(" "), models.F("family_name"))
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search_name"], name="patients_name_by_name", opclasses=["gin_trgm_ops"])
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "use", "given_name", "family_name"), name="patients_patientname_once_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="patients.patient")),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("lines", models.TextField(blank=True)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("state", models.CharField(blank=True, max_length=100)),
                ("postal_code", models.CharField(blank=True, max_length=20)),
                ("country", models.CharField(blank=True, max_length=60)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("patient", "position"), name="patients_patientaddress_position_unique")]},
        ),
        migrations.CreateModel(
            name="PatientIdentifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="identifiers", to="patients.patient")),
                ("system", models.CharField(max_length=200)),
                ("value", models.CharField(max_length=200)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("system", "value"), name="patients_patientidentifier_unique")]},
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.SlugField(max_length=30)),
                ("version", models.PositiveSmallIntegerField()),
                ("language", models.CharField(default="en", max_length=10)),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("body", models.TextField(max_length=20000, verbose_name="text")),
                ("sources", models.TextField(blank=True, help_text="not shown to patients", max_length=5000, verbose_name="where it comes from")),
                ("ends_earlier", models.BooleanField(default=False, verbose_name="signatures of earlier versions no longer count")),
                ("is_shipped", models.BooleanField(default=False, help_text="came with the product")),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("publish_consenttext", "Can publish a consent text")],
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "version", "language"), name="patients_consenttext_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("scope", "language"),
                        name="patients_consenttext_one_draft",
                        violation_error_message="There is a draft of this text already.",
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="patients_consenttext_version_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)),
                        name="patients_consenttext_says_something",
                        violation_error_message="A text needs a title and words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(
                                ("published_at__isnull", False), models.Q(("published_by__isnull", False), ("is_shipped", True), _connector="OR")
                            ),
                            _connector="OR",
                        ),
                        name="patients_consenttext_published_at_with_by",
                        violation_error_message="A text is published by somebody.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("saved_by__isnull", False), ("is_shipped", True), _connector="OR"),
                        name="patients_consenttext_saved_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="patients.patient")),
                ("scope", models.SlugField(max_length=30)),
                (
                    "way",
                    models.CharField(
                        choices=[("paper", "On paper"), ("drawn", "Signed by hand on the screen"), ("typed", "Signed by name on the screen")],
                        default="paper",
                        max_length=5,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="patients.consenttext"
                    ),
                ),
                (
                    "signer",
                    models.CharField(
                        choices=[("patient", "The patient"), ("parent", "A parent or guardian"), ("proxy", "A legal representative")],
                        default="patient",
                        max_length=7,
                    ),
                ),
                ("signer_name", models.CharField(blank=True, max_length=200)),
                ("strokes", models.TextField(blank=True, help_text="see patients.signatures")),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("questions_answered", models.BooleanField(default=False)),
                ("place", models.CharField(blank=True, max_length=100)),
                ("request_key", models.UUIDField(blank=True, help_text="a repeat writes once", null=True)),
                ("given_at", models.DateTimeField()),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("withdrawn", "Withdrawn by the patient"),
                            ("renewed", "Replaced by a newer signature"),
                            ("mistake", "Recorded by mistake"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)), fields=("patient", "scope"), name="patients_consent_stands_once"
                    ),
                    models.UniqueConstraint(fields=("recorded_by", "request_key"), name="patients_consent_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False), models.Q(("end", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="patients_consent_withdrawn_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"),
                        name="patients_consent_given_before_withdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("strokes", ""), ("way", "paper")),
                            models.Q(
                                ("explained_by__isnull", False),
                                ("text__isnull", False),
                                ("way__in", ["drawn", "typed"]),
                                ("questions_answered", True),
                                models.Q(("signer_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="patients_consent_signed_in_full",
                        violation_error_message="A signature needs its text, a name, who explained it, and no open question.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "drawn"), models.Q(("strokes", ""), _negated=True)),
                            models.Q(models.Q(("way", "drawn"), _negated=True), ("strokes", "")),
                            _connector="OR",
                        ),
                        name="patients_consent_drawn_with_strokes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("strokes", ""),
                            models.Q(
                                ("strokes__regex", "^(M\\d{1,3} \\d{1,3}(L\\d{1,3} \\d{1,3}( \\d{1,3} \\d{1,3})*)?)+$"),
                                django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("strokes"), 20000),
                            ),
                            _connector="OR",
                        ),
                        name="patients_consent_strokes_are_lines",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ConsentDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consent", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="document", to="patients.consent")),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("is_accessible", models.BooleanField(help_text="keeps to PDF/UA-1")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sha256",
                                models.Func(
                                    models.Func(models.F("pdf"), function="sha256"),
                                    models.Value("hex"),
                                    function="encode",
                                    output_field=models.CharField(),
                                ),
                            )
                        ),
                        name="patients_consentdocument_hash_is_of_the_file",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            models.Func(models.F("pdf"), function="octet_length", output_field=models.IntegerField()), 2000000
                        ),
                        name="patients_consentdocument_not_too_large",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Allergy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="%(class)s_set", to="patients.patient")),
                ("source_id", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ("code_system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=500)),
                ("status", models.CharField(blank=True, max_length=30)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("category", models.CharField(blank=True, max_length=60)),
                ("criticality", models.CharField(blank=True, max_length=30)),
            ],
            options={"verbose_name_plural": "allergies"},
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="%(class)s_set", to="patients.patient")),
                ("source_id", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ("code_system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=500)),
                ("status", models.CharField(blank=True, max_length=30)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("abated_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Medication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="%(class)s_set", to="patients.patient")),
                ("source_id", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ("code_system", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=500)),
                ("status", models.CharField(blank=True, max_length=30)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("as_needed", models.BooleanField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LetterText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SlugField(max_length=40)),
                ("language", models.CharField(default="en", max_length=10)),
                ("version", models.PositiveSmallIntegerField()),
                ("subject", models.CharField(blank=True, max_length=60, verbose_name="subject")),
                ("opening", models.TextField(blank=True, help_text="by the greeting", max_length=600, verbose_name="opening")),
                ("closing", models.TextField(blank=True, help_text="after the advice", max_length=600, verbose_name="closing")),
                ("clinic_name", models.CharField(blank=True, max_length=60, verbose_name="name of the clinic")),
                ("accent", models.CharField(blank=True, max_length=7, verbose_name="colour")),
                ("signature", models.TextField(blank=True, max_length=200, verbose_name="signature")),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("publish_lettertext", "Can publish the clinic's words in letters")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "version"), name="patients_lettertext_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("kind", "language"),
                        name="patients_lettertext_one_draft",
                        violation_error_message="There is a draft of these words already.",
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="patients_lettertext_version_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_lettertext_published_at_with_by",
                        violation_error_message="Words are published by somebody.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closing", ""), ("kind", "letterhead"), ("opening", ""), ("subject", "")),
                            models.Q(models.Q(("kind", "letterhead"), _negated=True), ("accent", ""), ("clinic_name", ""), ("signature", "")),
                            _connector="OR",
                        ),
                        name="patients_lettertext_parts_of_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject__regex", "[\\n\\r\\x0B\\x0C\\x85\\u2028\\u2029]"), _negated=True),
                            models.Q(("clinic_name__regex", "[\\n\\r\\x0B\\x0C\\x85\\u2028\\u2029]"), _negated=True),
                        ),
                        name="patients_lettertext_subject_is_one_line",
                        violation_error_message="A subject is one line.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accent", ""), ("accent__regex", "^#[0-9A-F]{6}$"), _connector="OR"),
                        name="patients_lettertext_accent_is_a_colour",
                        violation_error_message="A colour is # and six digits, like #0E6B6B.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("opening"), 600)),
                            models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("closing"), 600)),
                            models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("signature"), 200)),
                        ),
                        name="patients_lettertext_not_too_long",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="patients.patient")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("visit", "Confirm a visit, or say that one cannot come"),
                            ("preferences", "Choose what to hear about"),
                            ("aftercare", "Read how to care for the skin after a visit"),
                        ],
                        max_length=11,
                    ),
                ),
                ("subject_key", models.CharField(help_text="what it is about: appointment:12", max_length=60)),
                ("version", models.PositiveIntegerField(default=0, help_text="of what it is about: a moved visit has another link")),
                ("seed", models.BinaryField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("purpose", "subject_key", "version"),
                        name="patients_link_one_for_each_thing",
                    ),
                    models.CheckConstraint(condition=models.Q(("expires_at__gt", models.F("made_at"))), name="patients_link_expires_later"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "patient",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="patients.patient"),
                ),
                ("kind", models.CharField(max_length=40)),
                ("subject_key", models.CharField(max_length=60)),
                ("occurrence", models.CharField(blank=True, max_length=60)),
                ("transactional", models.BooleanField(default=False, help_text="answers something that was just done: never waits, never merges")),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("try_after", models.DateTimeField(blank=True, help_text="put off until then: a retry, or a visit not yet recorded", null=True)),
                ("about_at", models.DateTimeField(blank=True, help_text="start of the visit it is about: nearest visits go first", null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("claimed", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("suppressed", "Not sent"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="why suppressed, failed or withdrawn", max_length=200)),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lost_claims", models.PositiveSmallIntegerField(default=0, help_text="how often a worker ended while it held this")),
                ("claim_token", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sent_to", models.EmailField(blank=True, max_length=254)),
                ("subject_line", models.CharField(blank=True, max_length=200)),
                ("sent_text", models.TextField(blank=True, help_text="the plain text as it was sent")),
                ("sent_html", models.TextField(blank=True, help_text="the page as it was sent")),
                ("words_version", models.PositiveSmallIntegerField(blank=True, help_text="LetterText of its kind that it was sent with", null=True)),
                (
                    "letterhead_version",
                    models.PositiveSmallIntegerField(blank=True, help_text="LetterText of every letter that it was sent with", null=True),
                ),
                (
                    "sent_with",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="patients.message",
                    ),
                ),
                ("server_answer", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="sent once more because a person asked: planning leaves it alone",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("status", "planned")), fields=["due_at"], name="patients_message_due"),
                    models.Index(condition=models.Q(("status", "planned")), fields=["patient", "due_at"], name="patients_message_planned_of"),
                    models.Index(condition=models.Q(("status", "claimed")), fields=["claim_token"], name="patients_message_claimed"),
                    models.Index(condition=models.Q(("status", "claimed")), fields=["lease_until"], name="patients_message_leased"),
                    models.Index(
                        condition=models.Q(("status__in", ["failed", "suppressed"])), fields=["closed_at"], name="patients_message_not_sent"
                    ),
                    models.Index(condition=models.Q(("sent_with__isnull", False)), fields=["sent_with"], name="patients_message_merged"),
                    models.Index(fields=["subject_key"], name="patients_message_subject"),
                    models.Index(fields=["patient", "due_at"], name="patients_message_of_patient"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("subject_key", "kind", "occurrence"),
                        name="patients_message_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("expires_at__gt", models.F("due_at"))), name="patients_message_expires_after_due"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim_token__isnull", False), ("lease_until__isnull", False), ("status", "claimed")),
                            models.Q(models.Q(("status", "claimed"), _negated=True), ("claim_token__isnull", True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_message_claimed_with_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("status", "sent")),
                            models.Q(models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_message_sent_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["suppressed", "failed"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="patients_message_end_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="patients.patient")),
                (
                    "pose",
                    models.CharField(
                        choices=[
                            ("frontal", "Frontal"),
                            ("left_oblique", "Left oblique"),
                            ("right_oblique", "Right oblique"),
                            ("left_lateral", "Left profile"),
                            ("right_lateral", "Right profile"),
                            ("close_up", "Close-up"),
                        ],
                        max_length=14,
                        verbose_name="pose",
                    ),
                ),
                ("is_baseline", models.BooleanField(default=False, help_text="chosen for its pose; else the earliest of the pose is compared")),
                ("subject_key", models.CharField(blank=True, help_text='what it was taken for, for example "visit:12"', max_length=60)),
                ("taken_at", models.DateTimeField()),
                ("taken_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("stored_at", models.DateTimeField(help_text="later than taken for a photo brought in from before")),
                ("stored_name", models.CharField(editable=False, max_length=32, unique=True)),
                ("sha256", models.CharField(editable=False, help_text="of the stored file", max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("width_px", models.PositiveSmallIntegerField()),
                ("height_px", models.PositiveSmallIntegerField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "retired_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "retired_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wrong_patient", "Another patient"),
                            ("unusable", "Blurred or badly lit"),
                            ("repeated", "Taken twice"),
                            ("mistake", "Taken by mistake"),
                        ],
                        max_length=14,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient", "pose", "taken_at"], name="patients_photo_of_pose"),
                    models.Index(condition=models.Q(("subject_key", ""), _negated=True), fields=["subject_key"], name="patients_photo_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pose__in", ("frontal", "left_oblique", "right_oblique", "left_lateral", "right_lateral", "close_up"))),
                        name="patients_photo_known_pose",
                        violation_error_message="Choose one of the six poses.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject_key", ""), ("subject_key__regex", "^[a-z_]+:[1-9][0-9]*$"), _connector="OR"),
                        name="patients_photo_subject_is_a_key",
                        violation_error_message="A photo is taken for one visit or assessment, or none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_at__lte", models.F("stored_at"))),
                        name="patients_photo_taken_before_stored",
                        violation_error_message="A photo cannot be from the future.",
                    ),
                    models.CheckConstraint(condition=models.Q(("stored_name__regex", "^[0-9a-f]{32}$")), name="patients_photo_named_at_random"),
                    models.CheckConstraint(condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="patients_photo_has_its_sum"),
                    models.CheckConstraint(
                        condition=models.Q(("height_px__range", (1, 4000)), ("size_bytes__gt", 0), ("width_px__range", (1, 4000))),
                        name="patients_photo_within_limits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("patient", "sha256"),
                        name="patients_photo_stored_once",
                        violation_error_message="This photo is in the record already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_baseline", True)),
                        fields=("patient", "pose"),
                        name="patients_photo_one_baseline_of_a_pose",
                        violation_error_message="Another photo of this pose is the baseline.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_baseline", False), ("retired_at__isnull", True), _connector="OR"),
                        name="patients_photo_taken_out_is_no_baseline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retired_at__isnull", True), ("retired_by__isnull", True), ("retired_why", "")),
                            models.Q(
                                ("retired_at__isnull", False),
                                ("retired_by__isnull", False),
                                ("retired_why__in", ("wrong_patient", "unusable", "repeated", "mistake")),
                            ),
                            _connector="OR",
                        ),
                        name="patients_photo_taken_out_with_by_and_why",
                        violation_error_message="Taking a photo out needs a name and a reason.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhotoUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("photo", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="patients.photo")),
                ("purpose", models.CharField(choices=[("teaching", "Teaching"), ("marketing", "Marketing")], max_length=9)),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        help_text="who wrote it down", on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("purpose__in", ("teaching", "marketing"))), name="patients_photouse_known_purpose"),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)), fields=("photo", "purpose"), name="patients_photouse_stands_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_photouse_withdrawn_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"),
                        name="patients_photouse_given_before_withdrawn",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="MailService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("failures", models.PositiveIntegerField(default=0, help_text="in a row")),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("probe_at", models.DateTimeField(blank=True, null=True)),
                ("last_failed_at", models.DateTimeField(blank=True, null=True)),
                ("last_answer", models.CharField(blank=True, max_length=300)),
                ("last_accepted_at", models.DateTimeField(blank=True, null=True)),
                ("next_slot_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="patients_mailservice_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", True), ("probe_at__isnull", True)),
                            models.Q(("opened_at__isnull", False), ("probe_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="patients_mailservice_open_with_probe",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("beat_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="MessagePreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="preferences", to="patients.patient")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reminders", "A reminder on the day before a visit"),
                            ("sun", "Sun protection between visits"),
                            ("next_steps", "When the next visit would be due"),
                            ("education", "Tips about the skin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("wanted", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: the patient, by a link",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "purpose"), name="patients_messagepreference_once_each"),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["reminders", "sun", "next_steps", "education"])),
                        name="patients_messagepreference_known_purpose",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="screenings", to="patients.patient")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("clear", "All clear"),
                            ("answered", "Questions answered"),
                            ("to_check", "Something to check"),
                            ("taken_back", "Recorded by mistake"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, help_text="what is to be checked", max_length=200)),
                ("valid_until", models.DateField(blank=True, help_text="the last day on which the answers hold", null=True)),
                ("key", models.UUIDField(blank=True, help_text="of the form: sent twice, it writes once", null=True, unique=True)),
                (
                    "takes_back",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="taken_back_by", to="patients.screening"
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cleared_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("clear_reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "permissions": [("clear_screening", "Can clear health answers that are to be checked")],
                "indexes": [models.Index(fields=["patient", "-id"], name="patients_screening_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("note", ""), ("outcome__in", ["clear", "answered"]), ("valid_until__isnull", False)),
                            models.Q(("outcome", "to_check"), ("valid_until__isnull", False), models.Q(("note", ""), _negated=True)),
                            models.Q(("note", ""), ("outcome", "taken_back"), ("valid_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_screening_says_what_and_how_long",
                        violation_error_message="Say what is to be checked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "taken_back"), ("takes_back__isnull", False)),
                            models.Q(models.Q(("outcome", "taken_back"), _negated=True), ("takes_back__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_screening_takes_one_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clear_reason", ""), ("cleared_at__isnull", True), ("cleared_by__isnull", True)),
                            models.Q(
                                ("cleared_at__isnull", False),
                                ("cleared_by__isnull", False),
                                ("outcome", "to_check"),
                                models.Q(("clear_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="patients_screening_cleared_at_with_by_and_reason",
                        violation_error_message="Clearing needs a name and a reason.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("screening", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="patients.screening")),
                ("question", models.CharField(max_length=24)),
                ("value", models.CharField(max_length=10)),
                ("on", models.DateField(blank=True, help_text="the day, where the answer is one", null=True)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("holds_until", models.DateField(help_text="the last day on which the answer holds")),
                ("taken_over", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("screening", "question"), name="patients_screeninganswer_question_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "value__in",
                                ("yes", "no", "unsure", "on", "still", "unknown", "glycolic", "salicylic", "retinoid", "cryo", "laser", "extraction"),
                            ),
                            models.Q(("question", ""), _negated=True),
                        ),
                        name="patients_screeninganswer_value_known",
                        violation_error_message="Choose one of the answers.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("on__isnull", False), ("value", "on")),
                            models.Q(models.Q(("value", "on"), _negated=True), ("on__isnull", True)),
                            _connector="OR",
                        ),
                        name="patients_screeninganswer_day_if_it_is_one",
                        violation_error_message="Give the day, or say that it is not known.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("screening", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clearances", to="patients.screening")),
                ("row", models.PositiveSmallIntegerField(help_text="of the clinical fact base, section 3")),
                ("modality", models.CharField(max_length=12)),
                ("level", models.CharField(choices=[("B", "Block"), ("C", "Caution")], max_length=1)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("cleared_at", models.DateTimeField()),
                ("cleared_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "carried",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.clearance"),
                ),
            ],
            options={
                "permissions": [("acknowledge_caution", "Can take note of cautions of the health answers")],
                "constraints": [
                    models.UniqueConstraint(fields=("screening", "row", "modality"), name="patients_clearance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("row__range", (1, 40)), ("modality__in", ("extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser"))
                        ),
                        name="patients_clearance_of_a_row_and_treatment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level", "C"), models.Q(("level", "B"), models.Q(("reason", ""), _negated=True)), _connector="OR"),
                        name="patients_clearance_of_a_block_has_a_reason",
                        violation_error_message="Write why it is safe.",
                    ),
                ],
            },
        ),
        # what was answered, signed, published or handed out stays as it was
        append_only("patients_screeninganswer"),
        append_only("patients_clearance"),
        freeze("patients_consenttext", once="published_at", word="published"),
        freeze_but("patients_consent", "withdrawn_at", "withdrawn_by_id", "end"),
        append_only("patients_consentdocument"),
        freeze("patients_lettertext", once="published_at", word="published"),
    ]
