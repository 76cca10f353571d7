"""Treatments: protocols, what was found and decided, courses, and what was done.

The first release in one step; `replaces` are the steps that it was built in (ADR 19).
"""

from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import treatments.models.arrays
from patients.frozen import append_only, freeze, freeze_part

RISING = """
CREATE FUNCTION treatments_rising(numbers anyarray) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT numbers = ARRAY(SELECT DISTINCT number FROM unnest(numbers) AS each (number) ORDER BY number)
$$;
"""

# A published version takes one change, its approval; an approved draft none but those of its life.
# The message timeline stands and falls with its version.
KEEP_PROTOCOL = """
CREATE FUNCTION treatments_keep_protocol() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    approval text[] := ARRAY['approved_at', 'approved_by_id'];
    life text[] := approval || ARRAY['published', 'published_at', 'published_by_id', 'discarded_at',
                                     'discarded_by_id', 'revision', 'saved_at', 'saved_by_id'];
BEGIN
    IF OLD.published AND (
        TG_OP = 'DELETE' OR OLD.approved_at IS NOT NULL
        OR to_jsonb(OLD) - approval IS DISTINCT FROM to_jsonb(NEW) - approval
    ) THEN
        RAISE EXCEPTION 'protocol % is published and no longer changes', OLD.id
              USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.approved_at IS NOT NULL AND NEW.approved_at IS NOT NULL
       AND to_jsonb(OLD) - life IS DISTINCT FROM to_jsonb(NEW) - life THEN
        RAISE EXCEPTION 'protocol % is approved as it is', OLD.id
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER treatments_protocol_kept BEFORE UPDATE OR DELETE ON treatments_protocol
FOR EACH ROW EXECUTE FUNCTION treatments_keep_protocol();

CREATE FUNCTION treatments_keep_protocol_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
BEGIN
    SELECT id INTO whole FROM treatments_protocol
     WHERE id IN ((to_jsonb(OLD) ->> 'protocol_id')::bigint, (to_jsonb(NEW) ->> 'protocol_id')::bigint)
       AND (published OR approved_at IS NOT NULL)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a letter of protocol %, which is published or approved, no longer changes',
              whole USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER treatments_protocolstep_kept BEFORE INSERT OR UPDATE OR DELETE
ON treatments_protocolstep FOR EACH ROW EXECUTE FUNCTION treatments_keep_protocol_steps();
"""
LET_PROTOCOL_GO = """
DROP TRIGGER treatments_protocolstep_kept ON treatments_protocolstep;
DROP TRIGGER treatments_protocol_kept ON treatments_protocol;
DROP FUNCTION treatments_keep_protocol_steps;
DROP FUNCTION treatments_keep_protocol;
"""

# a lesion that a signed assessment names stays where it was signed
KEEP_LESION = """
CREATE FUNCTION treatments_lesion_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM treatments_finding AS finding
                 JOIN treatments_assessment AS whole ON whole.id = finding.assessment_id
                WHERE finding.lesion_id = OLD.id AND whole.signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'lesion % is signed and no longer changes', OLD.id
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER treatments_lesion_frozen BEFORE UPDATE OR DELETE ON treatments_lesion
FOR EACH ROW EXECUTE FUNCTION treatments_lesion_refuse_change();
"""
LET_LESION_GO = """
DROP TRIGGER treatments_lesion_frozen ON treatments_lesion;
DROP FUNCTION treatments_lesion_refuse_change();
"""

OF_A_VISIT = ("peelrecord", "extractionrecord", "cryorecord", "laserrecord", "regimenrecord", "lesiontreatment", "productuse", "adverseevent")


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("treatments", "0001_initial"),
        ("treatments", "0002_index_running_courses"),
        ("treatments", "0003_rebinding"),
        ("treatments", "0004_series_holds"),
        ("treatments", "0005_clinical_record"),
        ("treatments", "0006_signed_stays"),
        ("treatments", "0007_assessment_drafts"),
        ("treatments", "0008_decisions_and_regimens"),
        ("treatments", "0009_protocols_can_be_edited"),
        ("treatments", "0010_visit_log"),
        ("treatments", "0011_outcomes"),
    ]

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("clinic", "0001_release_0_1"), ("patients", "0001_release_0_1")]

    operations = [
        migrations.RunSQL(RISING, "DROP FUNCTION treatments_rising;"),
        migrations.CreateModel(
            name="Protocol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("extraction", "Extraction"),
                            ("glycolic", "Glycolic peel"),
                            ("salicylic", "Salicylic peel"),
                            ("retinoid", "Topical retinoid"),
                            ("cryo", "Cryotherapy"),
                            ("laser", "CO₂ laser"),
                        ],
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("name", models.CharField(max_length=80)),
                ("published", models.BooleanField(default=True)),
                ("sessions_min", models.PositiveSmallIntegerField()),
                ("sessions_default", models.PositiveSmallIntegerField()),
                ("sessions_max", models.PositiveSmallIntegerField()),
                ("gap_floor", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("gap_min", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("gap_ideal", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("gap_max", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("gap_lapse", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("retinoid_stop_days_light", models.PositiveSmallIntegerField(default=0, help_text="Fitzpatrick skin types I-III")),
                ("retinoid_stop_days_dark", models.PositiveSmallIntegerField(default=0, help_text="Fitzpatrick skin types IV-VI")),
                (
                    "eye_area",
                    models.CharField(
                        choices=[
                            ("allowed", "Allowed"),
                            ("near_only", "Near the eye, never on lids or margins"),
                            ("override", "Only with a clinician's reason"),
                            ("shielded", "Only with eye shields and a reason"),
                            ("refused", "Never"),
                        ],
                        max_length=10,
                    ),
                ),
                ("max_lesions", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "strengths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=1, max_digits=4), blank=True, default=list, size=None
                    ),
                ),
                ("max_percent_assistant", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("needs_neutraliser", models.BooleanField(default=False)),
                ("contact_seconds_min", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("contact_seconds_max", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("review_after_session", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "review_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
                ),
                (
                    "nights_per_week",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
                ),
                ("first_service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.service")),
                ("follow_up_service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.service")),
                ("source", models.TextField(help_text="where each number comes from")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="followed_by", to="treatments.protocol"
                    ),
                ),
                ("change_note", models.TextField(blank=True, help_text="what is changed, and why", max_length=1000)),
                ("revision", models.PositiveIntegerField(default=1, help_text="raised by every save of a draft")),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
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
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "discarded_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("approve_protocol", "Can approve the medicine of a protocol")],
                "constraints": [
                    models.UniqueConstraint(fields=("modality", "version"), name="treatments_protocol_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sessions_min__gte", 1),
                            ("sessions_default__gte", models.F("sessions_min")),
                            ("sessions_max__gte", models.F("sessions_default")),
                        ),
                        name="treatments_protocol_sessions_in_order",
                        violation_error_message="Sessions: minimum ≤ default ≤ maximum.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("gap_floor__isnull", True),
                                ("gap_ideal__isnull", True),
                                ("gap_lapse__isnull", True),
                                ("gap_max__isnull", True),
                                ("gap_min__isnull", True),
                            ),
                            models.Q(
                                ("gap_floor__isnull", False),
                                ("gap_ideal__isnull", False),
                                ("gap_min__isnull", False),
                                ("gap_floor__gte", 1),
                                ("gap_min__gte", models.F("gap_floor")),
                                ("gap_ideal__gte", models.F("gap_min")),
                                models.Q(("gap_max__isnull", True), ("gap_max__gte", models.F("gap_ideal")), _connector="OR"),
                                models.Q(
                                    ("gap_lapse__isnull", True),
                                    models.Q(("gap_lapse__gte", models.F("gap_max")), ("gap_max__isnull", False)),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="treatments_protocol_gaps_in_order",
                        violation_error_message="Gaps: floor ≤ minimum ≤ ideal ≤ maximum ≤ lapse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_protocol_approved_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            treatments.models.arrays.EachAtLeast("strengths", number=1),
                            treatments.models.arrays.EachAtMost("strengths", number=70),
                            treatments.models.arrays.Rising("strengths"),
                        ),
                        name="treatments_protocol_strengths_rise",
                        violation_error_message="Strengths rise from step to step, within 1 and 70 %%.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_percent_assistant__isnull", True),
                            models.Q(("max_percent_assistant__gte", 1), ("max_percent_assistant__lte", 70)),
                            _connector="OR",
                        ),
                        name="treatments_protocol_assistant_believable",
                        violation_error_message="A peel has between 1 and 70 %%.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("needs_neutraliser", False), ("modality", "glycolic"), _connector="OR"),
                        name="treatments_protocol_only_glycolic_is_neutralised",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact_seconds_max__isnull", True), ("contact_seconds_min__isnull", True)),
                            models.Q(
                                ("contact_seconds_max__isnull", False),
                                ("contact_seconds_min__isnull", False),
                                ("contact_seconds_max__lte", 1200),
                                ("contact_seconds_min__gte", 1),
                                ("contact_seconds_min__lte", models.F("contact_seconds_max")),
                            ),
                            _connector="OR",
                        ),
                        name="treatments_protocol_contact_in_order",
                        violation_error_message="Contact time: shortest ≤ longest, 20 minutes at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_after_session__isnull", True),
                            models.Q(("review_after_session__gte", 1), ("review_after_session__lte", models.F("sessions_max"))),
                            _connector="OR",
                        ),
                        name="treatments_protocol_review_within_sessions",
                        violation_error_message="The review comes after one of the sessions.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            treatments.models.arrays.EachAtLeast("review_days", number=1),
                            treatments.models.arrays.EachAtMost("review_days", number=730),
                            treatments.models.arrays.Rising("review_days"),
                        ),
                        name="treatments_protocol_review_days_rise",
                        violation_error_message="Review days rise, within 1 and 730.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            treatments.models.arrays.EachAtLeast("nights_per_week", number=1),
                            treatments.models.arrays.EachAtMost("nights_per_week", number=7),
                        ),
                        name="treatments_protocol_nights_believable",
                        violation_error_message="A week has one to seven nights.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saved_at__isnull", True), ("saved_by__isnull", True)),
                            models.Q(("saved_at__isnull", False), ("saved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_protocol_saved_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published", True), ("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_protocol_published_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_at__isnull", True), ("approved_at__isnull", False), _connector="OR"),
                        name="treatments_protocol_published_after_approval",
                        violation_error_message="A clinician approves a version before it is published.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("discarded_at__isnull", True), ("discarded_by__isnull", True)),
                            models.Q(("discarded_at__isnull", False), ("discarded_by__isnull", False), ("published", False)),
                            _connector="OR",
                        ),
                        name="treatments_protocol_discarded_at_with_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("discarded_at__isnull", True), ("published", False)),
                        fields=("modality",),
                        name="treatments_protocol_one_draft",
                        violation_error_message="There is a draft already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtocolStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("protocol", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="treatments.protocol")),
                ("position", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("anchor", models.CharField(max_length=20)),
                ("day", models.SmallIntegerField(help_text="days from the anchor's local date")),
                ("at", models.TimeField(blank=True, help_text="wall clock of the patient", null=True)),
                ("after_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("every", models.PositiveSmallIntegerField(blank=True, help_text="repeat, in days", null=True)),
                ("until_day", models.SmallIntegerField(blank=True, null=True)),
                ("to_next", models.BooleanField(default=False)),
                ("only", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ("skin", models.CharField(default="all", max_length=10)),
                ("needs_attendance", models.BooleanField(default=False)),
                (
                    "covers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None),
                ),
                ("expires_hours", models.PositiveSmallIntegerField()),
                ("catch_up", models.BooleanField(default=True)),
                ("per_date", models.BooleanField(default=True)),
                ("is_on", models.BooleanField(default=True, help_text="whether the letter is sent at all")),
                ("source", models.CharField(max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("protocol", "position"), name="treatments_protocolstep_position_unique"),
                    models.UniqueConstraint(
                        fields=("protocol", "kind", "anchor", "day", "skin", "only"),
                        name="treatments_protocolstep_letter_once_a_day",
                        violation_error_message="The same letter stands twice on that day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day__range", (-365, 730))),
                        name="treatments_protocolstep_day_believable",
                        violation_error_message="A letter goes out between day −365 and day 730.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("every__isnull", True), ("until_day__isnull", True)),
                            models.Q(
                                ("every__isnull", False),
                                ("until_day__isnull", False),
                                ("every__gte", 1),
                                ("until_day__lte", 730),
                                ("until_day__gte", models.F("day")),
                            ),
                            _connector="OR",
                        ),
                        name="treatments_protocolstep_repeats_in_order",
                        violation_error_message="Repeats need an interval and a last day after the first.",
                    ),
                    models.CheckConstraint(condition=models.Q(("expires_hours__gte", 1)), name="treatments_protocolstep_expires_later"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after_minutes__isnull", False), ("at__isnull", True)),
                            models.Q(("after_minutes__isnull", True), ("at__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_protocolstep_one_kind_of_time",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="patients.patient")),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="clinic.appointment"
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="followed_by", to="treatments.assessment"
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
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("primary", "Primary, benign"),
                            ("congenital", "Congenital"),
                            ("plaque", "En plaque"),
                            ("eruptive", "Multiple eruptive"),
                            ("nasal_crease", "Nasal crease"),
                            ("syndromic", "With a genodermatosis"),
                            ("secondary", "Secondary"),
                        ],
                        max_length=12,
                        verbose_name="type of milia",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[("disease", "Blistering or other disease"), ("drug", "Drug"), ("trauma", "Injury, burn or resurfacing")],
                        max_length=8,
                        verbose_name="secondary to",
                    ),
                ),
                (
                    "arrangement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("discrete", "Discrete"),
                            ("grouped", "Grouped"),
                            ("plaque", "Plaque on a red base"),
                            ("crease", "Row in the nasal crease"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "diagnosis",
                    models.CharField(choices=[("clear", "Milia, clinically clear"), ("uncertain", "Uncertain")], default="clear", max_length=10),
                ),
                ("pigmented_or_atypical", models.BooleanField(default=False, verbose_name="pigmented, bleeding or otherwise atypical")),
                (
                    "considered",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("comedone", "Closed comedone"),
                                ("syringoma", "Syringoma"),
                                ("xanthelasma", "Xanthelasma"),
                                ("sebaceous", "Sebaceous hyperplasia"),
                                ("molluscum", "Molluscum"),
                                ("lichen_nitidus", "Lichen nitidus"),
                                ("calcinosis", "Calcinosis cutis"),
                                ("myxoma", "Cutaneous myxoma"),
                                ("colloid", "Colloid milium"),
                                ("miliaria", "Miliaria (infant)"),
                                ("steatocystoma", "Steatocystoma or vellus hair cyst"),
                                ("basal_cell", "Basal cell carcinoma"),
                                ("nevus_comedonicus", "Nevus comedonicus"),
                                ("favre_racouchot", "Favre–Racouchot"),
                                ("follicular_mucinosis", "Follicular mucinosis"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "suspected",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("comedone", "Closed comedone"),
                                ("syringoma", "Syringoma"),
                                ("xanthelasma", "Xanthelasma"),
                                ("sebaceous", "Sebaceous hyperplasia"),
                                ("molluscum", "Molluscum"),
                                ("lichen_nitidus", "Lichen nitidus"),
                                ("calcinosis", "Calcinosis cutis"),
                                ("myxoma", "Cutaneous myxoma"),
                                ("colloid", "Colloid milium"),
                                ("miliaria", "Miliaria (infant)"),
                                ("steatocystoma", "Steatocystoma or vellus hair cyst"),
                                ("basal_cell", "Basal cell carcinoma"),
                                ("nevus_comedonicus", "Nevus comedonicus"),
                                ("favre_racouchot", "Favre–Racouchot"),
                                ("follicular_mucinosis", "Follicular mucinosis"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("blistering", "Blistering disease"),
                                ("burn", "Burn or injury"),
                                ("resurfacing", "Peel, laser or dermabrasion"),
                                ("steroid", "Topical corticosteroid"),
                                ("cosmetics", "Heavy oil or lanolin cosmetics"),
                                ("isotretinoin", "Oral isotretinoin"),
                                ("braf", "BRAF inhibitor"),
                                ("imiquimod", "Imiquimod"),
                            ],
                            max_length=14,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("present_for_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "new_within_months",
                    models.PositiveSmallIntegerField(blank=True, help_text="new ones came so many months after they were gone", null=True),
                ),
                (
                    "tempo",
                    models.CharField(
                        blank=True,
                        choices=[("steady", "No new ones"), ("slow", "A few more over months"), ("fast", "Many within weeks")],
                        max_length=6,
                        verbose_name="how they come",
                    ),
                ),
                ("episodes_a_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("wants_prevention", models.BooleanField(default=False, verbose_name="wants prevention and better texture too")),
                ("accepts_downtime", models.BooleanField(default=True)),
                ("squeezes", models.BooleanField(default=False, verbose_name="squeezes or needles at home")),
                ("symptoms", models.CharField(choices=[("none", "None"), ("irritation", "Irritation")], default="none", max_length=10)),
                ("concern", models.PositiveSmallIntegerField(blank=True, help_text="how much they bother the patient, 0 to 10", null=True)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("started_at", models.DateTimeField()),
                ("started_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("saved_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1, help_text="raised by every change of a draft")),
                ("saved_from", models.CharField(blank=True, help_text="window and number of its last change: see drafts.js", max_length=40)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("sign_assessment", "Can sign assessments")],
                "indexes": [models.Index(fields=["patient", "-started_at"], name="treatments_assessment_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("signed_at__isnull", True)),
                        fields=("patient", "started_by"),
                        name="treatments_assessment_one_draft_each",
                        violation_error_message="There is an open assessment of this patient already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_by__isnull", True)),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_assessment_signed_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_by__isnull", True), ("signed_by", models.F("started_by")), _connector="OR"),
                        name="treatments_assessment_signed_by_its_author",
                        violation_error_message="A draft is signed by whoever wrote it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_at__isnull", True),
                            models.Q(
                                ("skin_type__isnull", False), models.Q(("kind", ""), _negated=True), models.Q(("arrangement", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="treatments_assessment_signed_when_complete",
                        violation_error_message="Skin type, type of milia and arrangement are missing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skin_type__isnull", True), ("skin_type__range", (1, 6)), _connector="OR"),
                        name="treatments_assessment_skin_type_one_to_six",
                        violation_error_message="Fitzpatrick skin types run from I to VI.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("concern__isnull", True), ("concern__range", (0, 10)), _connector="OR"),
                        name="treatments_assessment_concern_to_ten",
                        violation_error_message="The concern runs from 0 to 10.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause", ""), ("kind", "secondary"), _connector="OR"),
                        name="treatments_assessment_cause_only_if_secondary",
                        violation_error_message="Only secondary milia have a cause.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("present_for_months__isnull", True), ("present_for_months__lte", 1200), _connector="OR"),
                            models.Q(("new_within_months__isnull", True), ("new_within_months__lte", 1200), _connector="OR"),
                            models.Q(("episodes_a_year__isnull", True), ("episodes_a_year__lte", 52), _connector="OR"),
                        ),
                        name="treatments_assessment_durations_believable",
                        violation_error_message="Check the number of months or episodes.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lesion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lesions", to="patients.patient")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "site",
                    models.CharField(
                        choices=[
                            ("face", "Face as a whole"),
                            ("forehead", "Forehead"),
                            ("temple", "Temple"),
                            ("eyebrow", "Eyebrow"),
                            ("upper_eyelid", "Upper eyelid"),
                            ("lower_eyelid", "Under the eye"),
                            ("medial_canthus", "Inner corner of the eye"),
                            ("lateral_canthus", "Outer corner of the eye"),
                            ("eye_region", "Round the eye"),
                            ("cheek", "Cheek"),
                            ("nose", "Bridge of the nose"),
                            ("nose_side", "Side of the nose"),
                            ("ala", "Wing of the nose"),
                            ("nose_tip", "Tip of the nose"),
                            ("nasolabial", "Fold beside the mouth"),
                            ("perioral", "Round the mouth"),
                            ("upper_lip", "Upper lip"),
                            ("lower_lip", "Lower lip"),
                            ("chin", "Chin"),
                            ("jaw", "Jawline"),
                            ("preauricular", "In front of the ear"),
                            ("postauricular", "Behind the ear"),
                            ("scalp", "Scalp"),
                            ("neck", "Neck"),
                        ],
                        max_length=16,
                    ),
                ),
                ("side", models.CharField(choices=[("right", "right"), ("left", "left"), ("middle", "middle")], max_length=6)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "number"), name="treatments_lesion_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__range", (1, 999))), name="treatments_lesion_number_believable"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "site__in",
                                    (
                                        "temple",
                                        "eyebrow",
                                        "upper_eyelid",
                                        "lower_eyelid",
                                        "medial_canthus",
                                        "lateral_canthus",
                                        "eye_region",
                                        "cheek",
                                        "nose_side",
                                        "ala",
                                        "nasolabial",
                                        "jaw",
                                        "preauricular",
                                        "postauricular",
                                    ),
                                ),
                                ("side__in", ["right", "left"]),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "site__in",
                                        (
                                            "temple",
                                            "eyebrow",
                                            "upper_eyelid",
                                            "lower_eyelid",
                                            "medial_canthus",
                                            "lateral_canthus",
                                            "eye_region",
                                            "cheek",
                                            "nose_side",
                                            "ala",
                                            "nasolabial",
                                            "jaw",
                                            "preauricular",
                                            "postauricular",
                                        ),
                                    ),
                                    _negated=True,
                                ),
                                ("side", "middle"),
                            ),
                            _connector="OR",
                        ),
                        name="treatments_lesion_side_of_its_site",
                        violation_error_message="This place has no such side.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("assessment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="treatments.assessment")),
                ("lesion", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="treatments.lesion")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Still there?"),
                            ("new", "New"),
                            ("active", "Still there"),
                            ("treated", "Treated, healing"),
                            ("resolved", "Gone"),
                            ("recurred", "Came back"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("count", models.PositiveSmallIntegerField(default=1, help_text="how many: 1, or a cluster")),
                ("size_mm", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True)),
                (
                    "depth",
                    models.CharField(
                        choices=[("superficial", "Superficial"), ("deep", "Deep, dermal"), ("unsure", "Unsure")], default="superficial", max_length=11
                    ),
                ),
                (
                    "view",
                    models.CharField(
                        choices=[("front", "Front"), ("right", "Right profile"), ("left", "Left profile")], default="front", max_length=5
                    ),
                ),
                ("x", models.PositiveSmallIntegerField()),
                ("y", models.PositiveSmallIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "lesion"), name="treatments_finding_lesion_once"),
                    models.CheckConstraint(condition=models.Q(("x__lte", 1000), ("y__lte", 1000)), name="treatments_finding_on_the_drawing"),
                    models.CheckConstraint(
                        condition=models.Q(("count__range", (1, 200)), models.Q(("count", 0), ("state", "resolved")), _connector="OR"),
                        name="treatments_finding_count_believable",
                        violation_error_message="A cluster has 1 to 200 milia; none when it is gone.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_mm__isnull", True), models.Q(("size_mm__gte", 0.5), ("size_mm__lte", 20)), _connector="OR"),
                        name="treatments_finding_size_believable",
                        violation_error_message="A milium measures between 0.5 and 20 mm.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="PreviousTreatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "assessment",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="previous_treatments", to="treatments.assessment"),
                ),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("extraction", "Extraction"),
                            ("glycolic", "Glycolic peel"),
                            ("salicylic", "Salicylic peel"),
                            ("retinoid", "Topical retinoid"),
                            ("cryo", "Cryotherapy"),
                            ("laser", "CO₂ laser"),
                        ],
                        max_length=12,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("finished", models.BooleanField(default=True, verbose_name="the whole series")),
                (
                    "result",
                    models.CharField(
                        choices=[("cleared", "Cleared"), ("partly", "Partly"), ("none", "No effect"), ("worse", "Worse"), ("unknown", "Not known")],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__isnull", True), ("year__range", (1950, 2200)), _connector="OR"),
                        name="treatments_previoustreatment_year_believable",
                        violation_error_message="Check the year.",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="GuidanceSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "small_max",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)],
                        verbose_name="a small number ends at",
                    ),
                ),
                (
                    "moderate_max",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)],
                        verbose_name="a moderate number ends at",
                    ),
                ),
                (
                    "broad_regions",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)],
                        verbose_name="a broad area begins at",
                    ),
                ),
                (
                    "large_mm",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.5")),
                            django.core.validators.MaxValueValidator(Decimal("20")),
                        ],
                        verbose_name="large begins at",
                    ),
                ),
                (
                    "stubborn_months",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)],
                        verbose_name="stubborn: there for more than",
                    ),
                ),
                (
                    "recurrent_months",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)],
                        verbose_name="recurrent: new ones within",
                    ),
                ),
                (
                    "recurrent_episodes",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)],
                        verbose_name="recurrent: as often as",
                    ),
                ),
                (
                    "second_layer",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), blank=True, default=list, size=None),
                ),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name_plural": "guidance settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("small_max__gte", 1), ("small_max__lt", models.F("moderate_max")), ("moderate_max__lte", 200)),
                        name="treatments_guidancesettings_small_below_moderate",
                        violation_error_message="A moderate number is larger than a small one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("broad_regions__range", (1, 24)),
                            ("large_mm__range", (Decimal("0.5"), 20)),
                            ("stubborn_months__range", (1, 240)),
                            ("recurrent_months__range", (1, 60)),
                            ("recurrent_episodes__range", (1, 52)),
                        ),
                        name="treatments_guidancesettings_believable",
                        violation_error_message="Check the numbers.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second_layer__contained_by", ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"])),
                        name="treatments_guidancesettings_rules_known",
                        violation_error_message="One of these rules is not known.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="patients.patient")),
                ("assessment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="treatments.assessment")),
                (
                    "numbers",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.guidancesettings"
                    ),
                ),
                (
                    "way",
                    models.CharField(choices=[("treat", "Treat"), ("observe", "Leave alone and watch"), ("refer", "Biopsy or refer")], max_length=7),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("educated", models.BooleanField(default=False, verbose_name="told what squeezing does")),
                ("key", models.UUIDField(help_text="of the form: sent twice, it decides once", unique=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("decide", "Can decide on a treatment, also against guidance")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_by__isnull", True)),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_decision_signed_at_with_by",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="options", to="treatments.decision")),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("extraction", "Extraction"),
                            ("glycolic", "Glycolic peel"),
                            ("salicylic", "Salicylic peel"),
                            ("retinoid", "Topical retinoid"),
                            ("cryo", "Cryotherapy"),
                            ("laser", "CO₂ laser"),
                        ],
                        max_length=12,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[("suggested", "Suggested"), ("possible", "Possible"), ("cautioned", "With caution"), ("blocked", "Blocked")],
                        max_length=9,
                    ),
                ),
                ("chosen", models.BooleanField(default=False)),
                ("override_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["decision", "rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "modality"), name="treatments_decisionoption_modality_once"),
                    models.UniqueConstraint(fields=("decision", "rank"), name="treatments_decisionoption_rank_once"),
                    models.CheckConstraint(
                        condition=models.Q(("chosen", True), ("override_reason", ""), _connector="OR"),
                        name="treatments_decisionoption_reason_only_if_chosen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chosen", True), ("level", "blocked"), ("override_reason", ""), _negated=True),
                        name="treatments_decisionoption_block_with_reason",
                        violation_error_message="Write why it is done in spite of the block.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionAdvice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="treatments.decision")),
                (
                    "option",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="treatments.decisionoption"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first", "Comes first"),
                            ("observe", "May be left alone"),
                            ("education", "Told the patient"),
                            ("reason", "Speaks for it"),
                            ("caution", "Caution"),
                            ("block", "Block"),
                            ("note", "To be known"),
                        ],
                        max_length=9,
                    ),
                ),
                ("rule", models.CharField(max_length=8)),
                ("text", models.CharField(max_length=500)),
                ("source", models.CharField(max_length=300)),
            ],
            options={"verbose_name_plural": "advice", "ordering": ["decision", "pk"]},
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="patients.patient")),
                (
                    "decision",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="treatments.decision"
                    ),
                ),
                ("goal", models.CharField(blank=True, max_length=300)),
                ("agreed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agreed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
            options={"permissions": [("override_spacing", "Can book below a protocol's minimum gap, with reason")]},
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="treatments.plan")),
                ("protocol", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="treatments.protocol")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.location")),
                (
                    "practitioner",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.resource"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("stopped", "Stopped"), ("completed", "Completed")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=200)),
                ("paused_until", models.DateField(blank=True, help_text="when somebody should take it up again; may stay open", null=True)),
                ("uses_retinoid", models.BooleanField(blank=True, null=True)),
                ("antiviral_ordered", models.BooleanField(default=False)),
                ("priming_ordered", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("status", "active")), fields=["location"], name="treatments_course_running")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("paused_until__isnull", True), ("status", "paused"), _connector="OR"),
                        name="treatments_course_paused_until_while_paused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="treatments.course")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="session", to="clinic.appointment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("course", "number"), name="treatments_session_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__range", (1, 52))), name="treatments_session_number_believable"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Rebinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rebindings", to="treatments.session")),
                ("before", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rebound_from", to="clinic.appointment")),
                ("after", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rebound_to", to="clinic.appointment")),
                (
                    "rearrangement",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="rebindings", to="clinic.rearrangement"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rearrangement", "session"), name="treatments_rebinding_once_a_decision"),
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True), name="treatments_rebinding_changes_something"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="SeriesHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("booking", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="series_hold", to="clinic.booking")),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="treatments.course")),
                ("first_number", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("first_number__range", (1, 52))), name="treatments_serieshold_number_believable")
                ]
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="treatments.course")),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="treatments.assessment"
                    ),
                ),
                (
                    "gais_clinician",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Very much improved"), (2, "Much improved"), (3, "Improved"), (4, "No change"), (5, "Worse")],
                        null=True,
                    ),
                ),
                (
                    "gais_patient",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Very much improved"), (2, "Much improved"), (3, "Improved"), (4, "No change"), (5, "Worse")],
                        null=True,
                    ),
                ),
                ("satisfaction", models.PositiveSmallIntegerField(blank=True, help_text="0 to 10", null=True)),
                (
                    "late_effects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("redness", "Lasting redness"),
                                ("pih", "Dark mark"),
                                ("hypopigmentation", "Pale mark"),
                                ("scar", "Scar"),
                                ("infection", "Infection since the last visit"),
                                ("herpes", "Cold sores since the last visit"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["course", "-recorded_at"], name="treatments_outcome_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gais_clinician__isnull", False), ("gais_clinician__range", (1, 5))),
                            models.Q(("gais_patient__isnull", False), ("gais_patient__range", (1, 5))),
                            models.Q(("satisfaction__isnull", False), ("satisfaction__range", (0, 10))),
                            _connector="OR",
                        ),
                        name="treatments_outcome_says_something",
                        violation_error_message="Record at least one of the three judgements.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gais_clinician__isnull", True), ("gais_clinician__range", (1, 5)), _connector="OR"),
                            models.Q(("gais_patient__isnull", True), ("gais_patient__range", (1, 5)), _connector="OR"),
                        ),
                        name="treatments_outcome_gais_to_five",
                        violation_error_message="The improvement scale runs from 1 to 5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("satisfaction__isnull", True), ("satisfaction__range", (0, 10)), _connector="OR"),
                        name="treatments_outcome_satisfaction_to_ten",
                        violation_error_message="The rating runs from 0 to 10.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late_effects__contained_by", ["redness", "pih", "hypopigmentation", "scar", "infection", "herpes"])),
                        name="treatments_outcome_known_effects",
                        violation_error_message="Choose what was left behind from the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="patients.patient")),
                (
                    "appointment",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="visit_record", to="clinic.appointment"),
                ),
                ("protocol", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="treatments.protocol")),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("started_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1, help_text="raised by every save of a draft")),
                ("saved_from", models.CharField(blank=True, help_text="window and number of the change saved last", max_length=60)),
                (
                    "taken_over_from",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("taken_over_at", models.DateTimeField(blank=True, null=True)),
                ("pain", models.PositiveSmallIntegerField(blank=True, help_text="0 to 10", null=True)),
                ("broken_off", models.BooleanField(default=False, verbose_name="broken off")),
                ("broken_off_why", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("next_note", models.CharField(blank=True, max_length=500, verbose_name="for the next session")),
                ("range_reason", models.CharField(blank=True, help_text="why a value is outside of what the protocol expects", max_length=300)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("sign_visit", "Can sign the record of a visit"),
                    ("perform_strong_peel", "Can apply a peel above the superficial strength"),
                    ("perform_cryotherapy", "Can freeze"),
                    ("perform_laser", "Can use the laser"),
                    ("prescribe_retinoid", "Can prescribe a retinoid"),
                    ("treat_eyelids", "Can extract on the lids and corners of the eye"),
                ],
                "indexes": [models.Index(fields=["patient", "-started_at"], name="treatments_visit_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_by__isnull", True)),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_visit_signed_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_by__isnull", True), ("signed_by", models.F("author")), _connector="OR"),
                        name="treatments_visit_signed_by_its_author",
                        violation_error_message="A draft is signed by whoever wrote it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain__isnull", True), ("pain__range", (0, 10)), _connector="OR"),
                        name="treatments_visit_pain_to_ten",
                        violation_error_message="Pain runs from 0 to 10.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("broken_off", True), ("broken_off_why", ""), _connector="OR"),
                        name="treatments_visit_broken_off_with_why",
                        violation_error_message="Only a visit that was broken off has a reason for it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_over_at__isnull", True), ("taken_over_from__isnull", True)),
                            models.Q(("taken_over_at__isnull", False), ("taken_over_from__isnull", False)),
                            _connector="OR",
                        ),
                        name="treatments_visit_taken_over_at_with_from",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeelRecord",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="treatments.visit",
                    ),
                ),
                ("agent", models.CharField(choices=[("glycolic", "Glycolic acid"), ("salicylic", "Salicylic acid")], max_length=9)),
                ("strength_percent", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("ph", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, verbose_name="pH")),
                ("buffered", models.BooleanField(blank=True, null=True)),
                ("vehicle", models.CharField(blank=True, choices=[("solution", "Solution"), ("gel", "Gel"), ("ethanol", "Ethanol")], max_length=8)),
                (
                    "degreaser",
                    models.CharField(
                        blank=True, choices=[("alcohol", "Alcohol"), ("acetone", "Acetone"), ("cleanser", "Cleanser only")], max_length=8
                    ),
                ),
                ("coats", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("contact_seconds", models.PositiveSmallIntegerField(null=True, verbose_name="contact time")),
                (
                    "neutraliser",
                    models.CharField(
                        blank=True,
                        choices=[("bicarbonate", "Bicarbonate"), ("water", "Water"), ("sodium_hydroxide", "Sodium hydroxide")],
                        max_length=16,
                    ),
                ),
                ("rinse_seconds", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("crystal_film", models.BooleanField(blank=True, null=True, verbose_name="white crystal film")),
                (
                    "endpoint",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("pink", "Pink"),
                            ("erythema", "Uniform redness"),
                            ("patchy_frost", "Patchy frost"),
                            ("frost", "Frost"),
                        ],
                        max_length=12,
                    ),
                ),
                ("numbness", models.BooleanField(default=False)),
                ("ringing_or_dizzy", models.BooleanField(default=False, verbose_name="ringing ears or dizziness")),
                (
                    "skipped",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("face", "Face as a whole"),
                                ("forehead", "Forehead"),
                                ("temple", "Temple"),
                                ("eyebrow", "Eyebrow"),
                                ("upper_eyelid", "Upper eyelid"),
                                ("lower_eyelid", "Under the eye"),
                                ("medial_canthus", "Inner corner of the eye"),
                                ("lateral_canthus", "Outer corner of the eye"),
                                ("eye_region", "Round the eye"),
                                ("cheek", "Cheek"),
                                ("nose", "Bridge of the nose"),
                                ("nose_side", "Side of the nose"),
                                ("ala", "Wing of the nose"),
                                ("nose_tip", "Tip of the nose"),
                                ("nasolabial", "Fold beside the mouth"),
                                ("perioral", "Round the mouth"),
                                ("upper_lip", "Upper lip"),
                                ("lower_lip", "Lower lip"),
                                ("chin", "Chin"),
                                ("jaw", "Jawline"),
                                ("preauricular", "In front of the ear"),
                                ("postauricular", "Behind the ear"),
                                ("scalp", "Scalp"),
                                ("neck", "Neck"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("strength_percent__isnull", True), ("strength_percent__range", (1, 70)), _connector="OR"),
                        name="treatments_peelrecord_strength_believable",
                        violation_error_message="A peel has between 1 and 70 %.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ph__isnull", True), ("ph__range", (0, 7)), _connector="OR"),
                        name="treatments_peelrecord_ph_believable",
                        violation_error_message="The pH of a peel lies between 0 and 7.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_seconds__isnull", True), ("contact_seconds__range", (0, 1200)), _connector="OR"),
                        name="treatments_peelrecord_contact_believable",
                        violation_error_message="A peel stays on for 20 minutes at the most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coats__isnull", True), ("coats__range", (1, 10)), _connector="OR"),
                        name="treatments_peelrecord_coats_believable",
                        violation_error_message="Between 1 and 10 coats.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rinse_seconds__isnull", True), ("rinse_seconds__range", (0, 1200)), _connector="OR"),
                        name="treatments_peelrecord_rinse_believable",
                        violation_error_message="Rinsing takes 20 minutes at the most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agent", "glycolic"), ("crystal_film__isnull", True), ("rinse_seconds__isnull", True)),
                            models.Q(("agent", "salicylic"), ("buffered__isnull", True), ("neutraliser", "")),
                            _connector="OR",
                        ),
                        name="treatments_peelrecord_neutralised_or_rinsed",
                        violation_error_message="Glycolic acid is neutralised, salicylic acid is rinsed off.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="RegimenRecord",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="treatments.visit",
                    ),
                ),
                (
                    "agent",
                    models.CharField(
                        blank=True, choices=[("tretinoin", "Tretinoin"), ("adapalene", "Adapalene"), ("retinol", "Retinol")], max_length=9
                    ),
                ),
                ("strength_percent", models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True)),
                ("vehicle", models.CharField(blank=True, choices=[("cream", "Cream"), ("gel", "Gel"), ("serum", "Serum")], max_length=5)),
                ("amount", models.CharField(blank=True, max_length=40)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("nights_per_week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("missed_nights", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("dryness", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("redness", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("peeling", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("stinging", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("moisturiser", models.BooleanField(blank=True, null=True)),
                (
                    "sunscreen",
                    models.CharField(
                        blank=True, choices=[("daily", "Every morning"), ("mostly", "Most mornings"), ("seldom", "Seldom")], max_length=6
                    ),
                ),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        choices=[("up", "More nights"), ("hold", "As it is"), ("down", "Fewer nights"), ("pause", "Pause"), ("stop", "Stop")],
                        max_length=5,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("strength_percent__isnull", True), ("strength_percent__range", (0.01, 2)), _connector="OR"),
                        name="treatments_regimenrecord_strength_believable",
                        violation_error_message="A retinoid has between 0.01 and 2 %.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nights_per_week__isnull", True), ("nights_per_week__range", (0, 7)), _connector="OR"),
                            models.Q(("missed_nights__isnull", True), ("missed_nights__range", (0, 200)), _connector="OR"),
                        ),
                        name="treatments_regimenrecord_nights_believable",
                        violation_error_message="A week has seven nights.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dryness__isnull", True), ("dryness__range", (0, 3)), _connector="OR"),
                            models.Q(("redness__isnull", True), ("redness__range", (0, 3)), _connector="OR"),
                            models.Q(("peeling__isnull", True), ("peeling__range", (0, 3)), _connector="OR"),
                            models.Q(("stinging__isnull", True), ("stinging__range", (0, 3)), _connector="OR"),
                        ),
                        name="treatments_regimenrecord_irritation_to_three",
                        violation_error_message="Irritation runs from 0 to 3.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Regimen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("course", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="regimen", to="treatments.course")),
                ("agent", models.CharField(choices=[("tretinoin", "Tretinoin"), ("adapalene", "Adapalene"), ("retinol", "Retinol")], max_length=9)),
                ("strength_percent", models.DecimalField(decimal_places=3, max_digits=4, verbose_name="strength")),
                ("vehicle", models.CharField(choices=[("cream", "Cream"), ("gel", "Gel"), ("serum", "Serum")], max_length=5)),
                ("amount", models.CharField(default="Pea-sized, for the whole face", max_length=40)),
                ("starts_on", models.DateField(verbose_name="first evening")),
                (
                    "pause_for_series",
                    models.BooleanField(default=False, help_text="left out from before the first peel of a series to after the last"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("strength_percent__range", (Decimal("0.01"), Decimal("2")))),
                        name="treatments_regimen_strength_believable",
                        violation_error_message="A retinoid has between 0.01 and 2 %.",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="RegimenChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("regimen", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="treatments.regimen")),
                ("on", models.DateField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("up", "More evenings"),
                            ("down", "Fewer evenings"),
                            ("hold", "One more week as it is"),
                            ("pause", "Paused"),
                            ("resume", "Taken up again"),
                            ("stop", "Stopped"),
                        ],
                        max_length=6,
                    ),
                ),
                ("from_rung", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("to_rung", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="the evening on which it goes on", null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["regimen", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("to_rung__gt", models.F("from_rung")),
                                ("to_rung__lte", 14),
                                ("what", "up"),
                                ("from_rung__isnull", False),
                                ("to_rung__isnull", False),
                            ),
                            models.Q(
                                ("to_rung__gte", 1),
                                ("to_rung__lt", models.F("from_rung")),
                                ("what", "down"),
                                ("from_rung__isnull", False),
                                ("to_rung__isnull", False),
                            ),
                            models.Q(models.Q(("what__in", ["up", "down"]), _negated=True), ("from_rung__isnull", True), ("to_rung__isnull", True)),
                            _connector="OR",
                        ),
                        name="treatments_regimenchange_one_way",
                        violation_error_message="There is no rung to go to.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), models.Q(("until__gt", models.F("on")), ("what", "pause")), _connector="OR"),
                        name="treatments_regimenchange_pause_ends_after_it_began",
                        violation_error_message="A pause ends on a later day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("what__in", ["down", "pause", "stop"]), _negated=True),
                        name="treatments_regimenchange_says_why",
                        violation_error_message="Say why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtractionRecord",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="treatments.visit",
                    ),
                ),
                (
                    "tool",
                    models.CharField(
                        blank=True,
                        choices=[("lancet", "Lancet"), ("needle", "Needle"), ("blade", "No. 11 blade"), ("extractor", "Comedone extractor alone")],
                        max_length=10,
                    ),
                ),
                ("needle_gauge", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "antiseptic",
                    models.CharField(
                        blank=True,
                        choices=[("alcohol", "Alcohol 70 %"), ("chlorhexidine", "Chlorhexidine"), ("octenidine", "Octenidine"), ("other", "Other")],
                        max_length=14,
                    ),
                ),
                (
                    "anaesthesia",
                    models.CharField(
                        choices=[("none", "None"), ("topical", "Numbing cream"), ("infiltration", "Infiltration")], default="none", max_length=12
                    ),
                ),
                ("numbing_agent", models.CharField(blank=True, max_length=60)),
                ("numbing_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("infiltration_ml", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("sac_removed", models.BooleanField(blank=True, null=True)),
                ("hyfrecator_watts", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("hyfrecator_seconds", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                (
                    "bleeding",
                    models.CharField(blank=True, choices=[("none", "None"), ("pinpoint", "Pinpoint"), ("more", "More than pinpoint")], max_length=8),
                ),
                (
                    "dressing",
                    models.CharField(blank=True, choices=[("none", "None"), ("petrolatum", "Petrolatum"), ("plaster", "Plaster")], max_length=10),
                ),
                ("uncharted", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lesions not on the chart")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("needle_gauge__isnull", True), ("needle_gauge__range", (16, 34)), _connector="OR"),
                        name="treatments_extractionrecord_gauge_believable",
                        violation_error_message="Needles run from 16 to 34 G.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("numbing_minutes__isnull", True), ("numbing_minutes__range", (1, 180)), _connector="OR"),
                            models.Q(("infiltration_ml__isnull", True), ("infiltration_ml__range", (0, 20)), _connector="OR"),
                            models.Q(("hyfrecator_watts__isnull", True), ("hyfrecator_watts__range", (0, 35)), _connector="OR"),
                            models.Q(("hyfrecator_seconds__isnull", True), ("hyfrecator_seconds__range", (0, 60)), _connector="OR"),
                        ),
                        name="treatments_extractionrecord_amounts_believable",
                        violation_error_message="Check minutes, millilitres, watts and seconds.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uncharted__isnull", True), ("uncharted__range", (0, 200)), _connector="OR"),
                        name="treatments_extractionrecord_uncharted_believable",
                        violation_error_message="Between 0 and 200 lesions.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="CryoRecord",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="treatments.visit",
                    ),
                ),
                ("method", models.CharField(blank=True, choices=[("spray", "Spray"), ("probe", "Probe"), ("swab", "Swab")], max_length=5)),
                ("freeze_seconds", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("halo_mm", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True)),
                ("cycles", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("thaw_seconds", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("blister", models.BooleanField(blank=True, null=True)),
                ("uncharted", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lesions not on the chart")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("freeze_seconds__isnull", True), ("freeze_seconds__range", (1, 60)), _connector="OR"),
                        name="treatments_cryorecord_freeze_believable",
                        violation_error_message="Freezing takes 1 to 60 seconds.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("halo_mm__isnull", True), ("halo_mm__range", (0, 10)), _connector="OR"),
                            models.Q(("cycles__isnull", True), ("cycles__range", (1, 5)), _connector="OR"),
                            models.Q(("thaw_seconds__isnull", True), ("thaw_seconds__range", (0, 600)), _connector="OR"),
                        ),
                        name="treatments_cryorecord_amounts_believable",
                        violation_error_message="Check halo, cycles and thawing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uncharted__isnull", True), ("uncharted__range", (0, 200)), _connector="OR"),
                        name="treatments_cryorecord_uncharted_believable",
                        violation_error_message="Between 0 and 200 lesions.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="LaserRecord",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="treatments.visit",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.resource"),
                ),
                ("serial", models.CharField(blank=True, max_length=40)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[("cw", "Continuous"), ("superpulse", "Superpulse"), ("ultrapulse", "Ultrapulse"), ("fractional", "Fractional")],
                        max_length=10,
                    ),
                ),
                ("power_watts", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("pulse_ms", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("rate_hz", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("spot_mm", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True)),
                ("energy_mj", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("density_percent", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("passes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("expression", models.BooleanField(blank=True, null=True, verbose_name="content expressed")),
                (
                    "eye_shield",
                    models.CharField(
                        blank=True,
                        choices=[("goggles", "Goggles"), ("metal_external", "Metal shields on the lids"), ("corneal", "Metal corneal shields")],
                        max_length=14,
                    ),
                ),
                ("plume_extraction", models.BooleanField(default=False, verbose_name="plume extraction on")),
                (
                    "anaesthesia",
                    models.CharField(
                        choices=[("none", "None"), ("topical", "Numbing cream"), ("infiltration", "Infiltration")], default="none", max_length=12
                    ),
                ),
                ("anaesthetic", models.CharField(blank=True, max_length=60)),
                ("numbing_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("infiltration_ml", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("cooling", models.CharField(blank=True, max_length=40)),
                (
                    "bleeding",
                    models.CharField(blank=True, choices=[("none", "None"), ("pinpoint", "Pinpoint"), ("more", "More than pinpoint")], max_length=8),
                ),
                ("endpoint", models.CharField(blank=True, max_length=60)),
                ("test_spot", models.BooleanField(blank=True, null=True)),
                ("uncharted", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lesions not on the chart")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("power_watts__isnull", True), ("power_watts__range", (0.1, 60)), _connector="OR"),
                            models.Q(("pulse_ms__isnull", True), ("pulse_ms__range", (0.01, 1000)), _connector="OR"),
                            models.Q(("rate_hz__isnull", True), ("rate_hz__range", (0.1, 999)), _connector="OR"),
                            models.Q(("spot_mm__isnull", True), ("spot_mm__range", (0.1, 9.9)), _connector="OR"),
                            models.Q(("energy_mj__isnull", True), ("energy_mj__range", (0.1, 999)), _connector="OR"),
                            models.Q(("density_percent__isnull", True), ("density_percent__range", (0.1, 100)), _connector="OR"),
                            models.Q(("passes__isnull", True), ("passes__range", (1, 10)), _connector="OR"),
                        ),
                        name="treatments_laserrecord_settings_believable",
                        violation_error_message="Check the settings of the laser.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("numbing_minutes__isnull", True), ("numbing_minutes__range", (1, 180)), _connector="OR"),
                            models.Q(("infiltration_ml__isnull", True), ("infiltration_ml__range", (0, 20)), _connector="OR"),
                        ),
                        name="treatments_laserrecord_anaesthesia_believable",
                        violation_error_message="Check minutes and millilitres.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uncharted__isnull", True), ("uncharted__range", (0, 200)), _connector="OR"),
                        name="treatments_laserrecord_uncharted_believable",
                        violation_error_message="Between 0 and 200 lesions.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="LesionTreatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lesion_treatments", to="treatments.visit")),
                ("lesion", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="treatments", to="treatments.lesion")),
                (
                    "result",
                    models.CharField(
                        choices=[("cleared", "Cleared"), ("partly", "Partly"), ("failed", "Not cleared"), ("treated", "Treated")], max_length=7
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("visit", "lesion"), name="treatments_lesiontreatment_lesion_once")]},
        ),
        migrations.CreateModel(
            name="ProductUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="products", to="treatments.visit")),
                ("name", models.CharField(max_length=80)),
                ("lot", models.CharField(blank=True, max_length=40)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("handed_out", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["lot"], name="treatments_productuse_lot")],
                "constraints": [models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="treatments_productuse_named")],
            },
        ),
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="adverse_events", to="treatments.visit")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("redness", "Lasting redness"),
                            ("swelling", "Swelling"),
                            ("blister", "Blister"),
                            ("erosion", "Raw or weeping area"),
                            ("frosting", "Unwanted frost"),
                            ("bleeding", "Bleeding"),
                            ("infection", "Infection"),
                            ("herpes", "Cold sores"),
                            ("pih", "Dark mark"),
                            ("hypopigmentation", "Pale mark"),
                            ("scar", "Scar"),
                            ("allergy", "Allergic reaction"),
                            ("eye", "Eye symptom"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("severity", models.CharField(choices=[("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe")], max_length=8)),
                ("action", models.CharField(blank=True, max_length=200, verbose_name="what was done")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("visit", "kind"), name="treatments_adverseevent_kind_once")]},
        ),
        migrations.CreateModel(
            name="Addendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="treatments.visit")),
                ("text", models.TextField(max_length=2000)),
                ("written_at", models.DateTimeField()),
                ("written_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name_plural": "addenda",
                "constraints": [models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="treatments_addendum_says_something")],
            },
        ),
        # what is published, signed or recorded stays as it was
        migrations.RunSQL(KEEP_PROTOCOL, LET_PROTOCOL_GO),
        freeze("treatments_assessment"),
        freeze_part("treatments_finding", "treatments_assessment", "assessment_id"),
        freeze_part("treatments_previoustreatment", "treatments_assessment", "assessment_id"),
        migrations.RunSQL(KEEP_LESION, LET_LESION_GO),
        freeze("treatments_decision"),
        freeze_part("treatments_decisionoption", "treatments_decision", "decision_id"),
        freeze_part("treatments_decisionadvice", "treatments_decision", "decision_id"),
        append_only("treatments_guidancesettings"),
        append_only("treatments_regimenchange"),
        freeze("treatments_visit"),
        *(freeze_part(f"treatments_{part}", "treatments_visit", "visit_id") for part in OF_A_VISIT),
        append_only("treatments_addendum"),
        append_only("treatments_outcome"),
    ]
