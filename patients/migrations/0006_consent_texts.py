import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from patients.frozen import append_only, freeze, freeze_but


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0005_screening_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pdf', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('is_accessible', models.BooleanField(help_text='keeps to PDF/UA-1')),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.SlugField(max_length=30)),
                ('version', models.PositiveSmallIntegerField()),
                ('language', models.CharField(default='en', max_length=10)),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('body', models.TextField(max_length=20000, verbose_name='text')),
                ('sources', models.TextField(blank=True, help_text='not shown to patients', max_length=5000, verbose_name='where it comes from')),
                ('ends_earlier', models.BooleanField(default=False, verbose_name='signatures of earlier versions no longer count')),
                ('is_shipped', models.BooleanField(default=False, help_text='came with the product')),
                ('saved_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'permissions': [('publish_consenttext', 'Can publish a consent text')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='consent',
            name='patients_consent_withdrawn_at_with_by',
        ),
        migrations.AddField(
            model_name='consent',
            name='end',
            field=models.CharField(blank=True, choices=[('withdrawn', 'Withdrawn by the patient'), ('renewed', 'Replaced by a newer signature'), ('mistake', 'Recorded by mistake')], max_length=9),
        ),
        migrations.AddField(
            model_name='consent',
            name='explained_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consent',
            name='place',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='consent',
            name='questions_answered',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='consent',
            name='request_key',
            field=models.UUIDField(blank=True, help_text='a repeat writes once', null=True),
        ),
        migrations.AddField(
            model_name='consent',
            name='signer',
            field=models.CharField(choices=[('patient', 'The patient'), ('parent', 'A parent or guardian'), ('proxy', 'A legal representative')], default='patient', max_length=7),
        ),
        migrations.AddField(
            model_name='consent',
            name='signer_name',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='consent',
            name='strokes',
            field=models.TextField(blank=True, help_text='see patients.signatures'),
        ),
        migrations.AddField(
            model_name='consent',
            name='way',
            field=models.CharField(choices=[('paper', 'On paper'), ('drawn', 'Signed by hand on the screen'), ('typed', 'Signed by name on the screen')], default='paper', max_length=5),
        ),
        migrations.AlterField(
            model_name='consent',
            name='scope',
            field=models.SlugField(max_length=30),
        ),
        migrations.AddField(
            model_name='consentdocument',
            name='consent',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='patients.consent'),
        ),
        migrations.AddField(
            model_name='consenttext',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consenttext',
            name='saved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consent',
            name='text',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='patients.consenttext'),
        ),
        migrations.RunSQL(
            "UPDATE patients_consent SET \"end\" = 'withdrawn' WHERE withdrawn_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('recorded_by', 'request_key'), name='patients_consent_request_once'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('end', ''), _negated=True)), _connector='OR'), name='patients_consent_withdrawn_at_with_by'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('strokes', ''), ('way', 'paper')), models.Q(('explained_by__isnull', False), ('text__isnull', False), ('way__in', ['drawn', 'typed']), ('questions_answered', True), models.Q(('signer_name', ''), _negated=True)), _connector='OR'), name='patients_consent_signed_in_full', violation_error_message='A signature needs its text, a name, who explained it, and no open question.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'drawn'), models.Q(('strokes', ''), _negated=True)), models.Q(models.Q(('way', 'drawn'), _negated=True), ('strokes', '')), _connector='OR'), name='patients_consent_drawn_with_strokes'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('strokes', ''), models.Q(('strokes__regex', '^(M\\d{1,3} \\d{1,3}(L\\d{1,3} \\d{1,3}( \\d{1,3} \\d{1,3})*)?)+$'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('strokes'), 20000)), _connector='OR'), name='patients_consent_strokes_are_lines'),
        ),
        migrations.AddConstraint(
            model_name='consentdocument',
            constraint=models.CheckConstraint(condition=models.Q(('sha256', models.Func(models.Func(models.F('pdf'), function='sha256'), models.Value('hex'), function='encode', output_field=models.CharField()))), name='patients_consentdocument_hash_is_of_the_file'),
        ),
        migrations.AddConstraint(
            model_name='consentdocument',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(models.F('pdf'), function='octet_length', output_field=models.IntegerField()), 2000000), name='patients_consentdocument_not_too_large'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(fields=('scope', 'version', 'language'), name='patients_consenttext_version_once'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('scope', 'language'), name='patients_consenttext_one_draft', violation_error_message='There is a draft of this text already.'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='patients_consenttext_version_from_one'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='patients_consenttext_says_something', violation_error_message='A text needs a title and words.'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), models.Q(('published_by__isnull', False), ('is_shipped', True), _connector='OR')), _connector='OR'), name='patients_consenttext_published_at_with_by', violation_error_message='A text is published by somebody.'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(('saved_by__isnull', False), ('is_shipped', True), _connector='OR'), name='patients_consenttext_saved_at_with_by'),
        ),
        freeze("patients_consenttext", once="published_at", word="published"),
        freeze_but("patients_consent", "withdrawn_at", "withdrawn_by_id", "end"),
        append_only("patients_consentdocument"),
    ]
