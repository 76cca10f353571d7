"""The clinic: places, people, rooms and devices, their hours, and claims on their time.

The first release in one step; `replaces` are the steps that it was built in (ADR 19).
"""

import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import clinic.models.waitlist
import patients.models.patient


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("clinic", "0001_initial"),
        ("clinic", "0002_rearrangements"),
        ("clinic", "0003_reservations_by_start"),
        ("clinic", "0004_hours_can_be_edited"),
        ("clinic", "0005_waitlist"),
        ("clinic", "0006_visit_answers"),
    ]

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("patients", "0001_release_0_1")]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("time_zone", models.CharField(max_length=50, validators=[patients.models.patient.check_time_zone])),
                ("address", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(max_length=40)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "grid_minutes",
                    models.PositiveSmallIntegerField(
                        choices=[(5, "Five"), (10, "Ten"), (15, "Fifteen")], default=15, help_text="visits start on multiples of this"
                    ),
                ),
                ("country", models.CharField(blank=True, help_text="ISO 3166-1; whose public holidays are proposed", max_length=2)),
                ("subdivision", models.CharField(blank=True, help_text="ISO 3166-2 without the country: ENG of GB-ENG", max_length=3)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grid_minutes__in", [5, 10, 15])),
                        name="clinic_location_grid_divides_every_zone_offset",
                        violation_error_message="Visits start on a grid of 5, 10 or 15 minutes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="clinic_location_country_is_two_letters",
                        violation_error_message="A country is two letters, like GB.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subdivision", ""), models.Q(("country", ""), _negated=True), _connector="OR"),
                        name="clinic_location_subdivision_is_of_a_country",
                        violation_error_message="Choose the country first.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Capability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=80)),
            ],
            options={"verbose_name_plural": "capabilities"},
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("person", "Person"), ("room", "Room"), ("device", "Device")], max_length=6)),
                ("name", models.CharField(max_length=80)),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="resources", to="clinic.location")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="resource", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("capabilities", models.ManyToManyField(blank=True, related_name="resources", to="clinic.capability")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("location", "name"),
                        name="clinic_resource_name_unique_at_location",
                        violation_error_message="This location has something of that name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "person"), ("user__isnull", True), _connector="OR"),
                        name="clinic_resource_only_people_sign_in",
                        violation_error_message="Only a person can have a sign-in.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="WeeklyHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="weekly_hours", to="clinic.resource")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.location")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"), (5, "Saturday"), (6, "Sunday")]
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, help_text="last day, included", null=True)),
            ],
            options={
                "verbose_name_plural": "weekly hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))),
                        name="clinic_weeklyhours_close_after_open",
                        violation_error_message="Closing time must be after opening time.",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__range", (0, 6))), name="clinic_weeklyhours_weekday_zero_to_six"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True), ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="clinic_weeklyhours_until_not_before_from",
                        violation_error_message="The last day is before the first.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("resource", "="),
                            ("location", "="),
                            ("weekday", "="),
                            (
                                models.Func(
                                    django.db.models.functions.comparison.Least(
                                        django.db.models.functions.comparison.Coalesce("valid_from", models.Value(datetime.date(1, 1, 1))),
                                        django.db.models.functions.comparison.Coalesce("valid_until", models.Value(datetime.date(9999, 12, 31))),
                                    ),
                                    django.db.models.functions.comparison.Greatest(
                                        django.db.models.functions.comparison.Coalesce("valid_from", models.Value(datetime.date(1, 1, 1))),
                                        django.db.models.functions.comparison.Coalesce("valid_until", models.Value(datetime.date(9999, 12, 31))),
                                    ),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    django.db.models.functions.comparison.Least(
                                        models.ExpressionWrapper(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(datetime.date(2000, 1, 1)), "+", models.F("opens")
                                            ),
                                            output_field=models.DateTimeField(),
                                        ),
                                        models.ExpressionWrapper(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(datetime.date(2000, 1, 1)), "+", models.F("closes")
                                            ),
                                            output_field=models.DateTimeField(),
                                        ),
                                    ),
                                    django.db.models.functions.comparison.Greatest(
                                        models.ExpressionWrapper(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(datetime.date(2000, 1, 1)), "+", models.F("opens")
                                            ),
                                            output_field=models.DateTimeField(),
                                        ),
                                        models.ExpressionWrapper(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(datetime.date(2000, 1, 1)), "+", models.F("closes")
                                            ),
                                            output_field=models.DateTimeField(),
                                        ),
                                    ),
                                    function="tsrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="clinic_weeklyhours_once_at_a_time",
                        violation_error_message="Two stretches of one day overlap.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="closures", to="clinic.location")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="last closed day")),
                ("reason", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="clinic_closure_ends_not_before_start",
                        violation_error_message="The last closed day is before the first.",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="OpenHoliday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="open_holidays", to="clinic.location")),
                ("day", models.DateField()),
                ("name", models.CharField(max_length=100)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("location", "day"), name="clinic_openholiday_decided_once")]},
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="clinic.resource")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("leave", "Leave"), ("sick", "Ill"), ("maintenance", "Maintenance"), ("out_of_order", "Out of order")], max_length=12
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__lower_inf", False),
                            ("during__upper_inc", False),
                            ("during__upper_inf", False),
                        ),
                        name="clinic_absence_during_half_open",
                        violation_error_message="A time needs a start and a later end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(seconds=300),
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(days=366),
                            ),
                        ),
                        name="clinic_absence_during_believable_length",
                        violation_error_message="A time must last at least five minutes and not absurdly long.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__startswith__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                            ("during__endswith__lt", datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                        ),
                        name="clinic_absence_during_in_our_time",
                        violation_error_message="That date cannot be meant.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("resource", "="), ("during", "&&")],
                        name="clinic_absence_once_at_a_time",
                        violation_error_message="There is an absence in this time already.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("patient_name", models.CharField(help_text="in letters and calendar entries: no diagnosis, no treatment", max_length=80)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("stripe", models.SlugField(blank=True, help_text="colour of its left edge", max_length=20)),
                ("stands_alone", models.BooleanField(default=False, help_text="may be booked by itself, outside a course of treatment")),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 720))),
                        name="clinic_service_minutes_believable",
                        violation_error_message="A visit lasts between 5 minutes and 12 hours.",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="clinic.service")),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("label", models.CharField(max_length=60)),
                ("capability", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.capability")),
                ("starts", models.PositiveSmallIntegerField(default=0)),
                ("ends", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gte", django.db.models.expressions.CombinedExpression(models.F("starts"), "+", models.Value(5))),
                            ("ends__lte", 720),
                        ),
                        name="clinic_need_segment_believable",
                        violation_error_message="A need is held for at least 5 minutes.",
                    ),
                    models.UniqueConstraint(fields=("service", "position"), name="clinic_need_position_unique"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("actor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("content_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("actor", "key"), name="clinic_booking_key_once")]},
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("booking", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="clinic.booking")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="patients.patient")),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.service")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.location")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_room", "In room"),
                            ("done", "Done"),
                            ("no_show", "No-show"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=10,
                    ),
                ),
                (
                    "blocks_time",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("status__in", ["cancelled", "no_show"]), _negated=True),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, help_text="raised by every move")),
                ("timed_at", models.DateTimeField(default=django.utils.timezone.now, help_text="when it got its present time: booked or last moved")),
                ("status_at", models.DateTimeField(default=django.utils.timezone.now, help_text="when it got its present status")),
                ("held_until", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("override_reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "permissions": [("cancel_appointment", "Can cancel appointments")],
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(fields=["location", "during"], name="clinic_appointment_calendar"),
                    models.Index(condition=models.Q(("status", "held")), fields=["held_until"], name="clinic_appointment_held"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__lower_inf", False),
                            ("during__upper_inc", False),
                            ("during__upper_inf", False),
                        ),
                        name="clinic_appointment_during_half_open",
                        violation_error_message="A time needs a start and a later end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(seconds=300),
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(seconds=43200),
                            ),
                        ),
                        name="clinic_appointment_during_believable_length",
                        violation_error_message="A time must last at least five minutes and not absurdly long.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__startswith__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                            ("during__endswith__lt", datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                        ),
                        name="clinic_appointment_during_in_our_time",
                        violation_error_message="That date cannot be meant.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("blocks_time", True)),
                        expressions=[("patient", "="), ("during", "&&")],
                        name="clinic_appointment_patient_once_at_a_time",
                        violation_error_message="The patient has another visit at this time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_until__isnull", False), ("status", "held")),
                            models.Q(models.Q(("status", "held"), _negated=True), ("held_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="clinic_appointment_only_a_hold_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False), ("status", "cancelled")),
                            models.Q(
                                models.Q(("status", "cancelled"), _negated=True), ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="clinic_appointment_cancelled_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "resource",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="clinic.resource"),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="clinic.appointment"
                    ),
                ),
                ("need", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.need")),
                (
                    "absence",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="clinic.absence"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("resource"), models.F("during__startswith"), include=("during", "appointment"), name="clinic_reservation_by_start"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__lower_inf", False),
                            ("during__upper_inc", False),
                            ("during__upper_inf", False),
                        ),
                        name="clinic_reservation_during_half_open",
                        violation_error_message="A time needs a start and a later end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(seconds=300),
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(days=366),
                            ),
                        ),
                        name="clinic_reservation_during_believable_length",
                        violation_error_message="A time must last at least five minutes and not absurdly long.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__startswith__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                            ("during__endswith__lt", datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                        ),
                        name="clinic_reservation_during_in_our_time",
                        violation_error_message="That date cannot be meant.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appointment__isnull", True),
                            django.db.models.lookups.LessThanOrEqual(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Func(models.F("during"), function="upper", output_field=models.DateTimeField()),
                                        "-",
                                        models.Func(models.F("during"), function="lower", output_field=models.DateTimeField()),
                                    ),
                                    output_field=models.DurationField(),
                                ),
                                datetime.timedelta(seconds=43200),
                            ),
                            _connector="OR",
                        ),
                        name="clinic_reservation_of_a_visit_believable_length",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("resource", "="), ("during", "&&")],
                        name="clinic_reservation_resource_once_at_a_time",
                        violation_error_message="This is taken at that time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("absence__isnull", True), ("appointment__isnull", False)),
                            models.Q(("absence__isnull", False), ("appointment__isnull", True)),
                            _connector="OR",
                        ),
                        name="clinic_reservation_for_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("appointment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="clinic.appointment")),
                ("version", models.PositiveIntegerField(help_text="of the visit, when it was answered")),
                ("answer", models.CharField(choices=[("confirms", "Will be there"), ("cannot_come", "Cannot come")], max_length=11)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("answered_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "cannot_come"), ("settled_at__isnull", True)),
                        fields=["answered_at"],
                        name="clinic_visitanswer_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "version"), name="clinic_visitanswer_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="clinic_visitanswer_settled_at_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rearrangement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, help_text="of the request, so that it counts once")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rearrangements", to="patients.patient")),
                ("actor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("content_hash", models.CharField(max_length=64)),
                ("cause", models.CharField(blank=True, max_length=200)),
                ("notify", models.BooleanField(default=True, help_text="whether the patient gets a letter")),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="undone_by", to="clinic.rearrangement"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("actor", "key", "patient"), name="clinic_rearrangement_key_once")]},
        ),
        migrations.CreateModel(
            name="RearrangedVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rearrangement", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="clinic.rearrangement")),
                ("appointment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rearranged", to="clinic.appointment")),
                (
                    "what",
                    models.CharField(
                        choices=[("moved", "Moved"), ("cancelled", "Cancelled"), ("booked", "Booked"), ("reinstated", "Brought back")], max_length=10
                    ),
                ),
                ("was", django.contrib.postgres.fields.ranges.DateTimeRangeField(blank=True, null=True)),
                ("became", django.contrib.postgres.fields.ranges.DateTimeRangeField(blank=True, null=True)),
                ("held", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                (
                    "status_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("held", "Held"),
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_room", "In room"),
                            ("done", "Done"),
                            ("no_show", "No-show"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rearrangement", "appointment"), name="clinic_rearrangedvisit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("became__isnull", False), ("was__isnull", False), ("what", "moved")),
                            models.Q(("became__isnull", True), ("was__isnull", False), ("what", "cancelled")),
                            models.Q(("became__isnull", False), ("was__isnull", True), ("what__in", ["booked", "reinstated"])),
                            _connector="OR",
                        ),
                        name="clinic_rearrangedvisit_was_and_became",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="patients.patient")),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.service")),
                ("location", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.location")),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="clinic.appointment"
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
                ),
                ("comes_from", models.TimeField(blank=True, null=True)),
                ("leaves_by", models.TimeField(blank=True, null=True)),
                ("earliest", models.DateField(blank=True, null=True)),
                ("latest", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.resource"),
                ),
                ("urgent", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("created_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "closed_reason",
                    models.CharField(
                        blank=True,
                        choices=[("got_a_time", "Got a time"), ("no_longer", "Does not wait any more"), ("past", "Its days are over")],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("closed_at", None)), fields=["location", "created_at"], name="clinic_waitlistentry_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True), ("closed_reason", "")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), models.Q(("closed_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="clinic_waitlistentry_closed_at_with_by_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6])), name="clinic_waitlistentry_weekdays_zero_to_six"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("comes_from__isnull", True), ("leaves_by__isnull", True), ("leaves_by__gt", models.F("comes_from")), _connector="OR"
                        ),
                        name="clinic_waitlistentry_leaves_after_coming",
                        violation_error_message="This is not later than “from”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earliest__isnull", True), ("latest__isnull", True), ("latest__gte", models.F("earliest")), _connector="OR"
                        ),
                        name="clinic_waitlistentry_latest_not_before_earliest",
                        violation_error_message="The last day is before the first.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("appointment",), name="clinic_waitlistentry_visit_waits_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("appointment", None), ("closed_at", None)),
                        fields=("patient", "service", "location"),
                        name="clinic_waitlistentry_waits_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="clinic.waitlistentry")),
                ("booking", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="waitlist_offer", to="clinic.booking")),
                ("seed", models.BinaryField(default=clinic.models.waitlist.new_seed, max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("created_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "Taken"), ("declined", "Declined"), ("expired", "No answer in time"), ("withdrawn", "Taken back")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("answered_at", None)), fields=("entry",), name="clinic_waitlistoffer_one_at_a_time"),
                    models.CheckConstraint(condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")), name="clinic_waitlistoffer_token_hashed"),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="clinic_waitlistoffer_expires_after_it_began"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("outcome", "")),
                            models.Q(("answered_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="clinic_waitlistoffer_answered_at_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered_by__isnull", True), ("answered_at__isnull", False), _connector="OR"),
                        name="clinic_waitlistoffer_answered_by_with_at",
                    ),
                ]
            },
        ),
    ]
