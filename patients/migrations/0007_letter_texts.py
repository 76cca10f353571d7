import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from patients.frozen import freeze


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0006_consent_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='letterhead_version',
            field=models.PositiveSmallIntegerField(blank=True, help_text='LetterText of every letter that it was sent with', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='words_version',
            field=models.PositiveSmallIntegerField(blank=True, help_text='LetterText of its kind that it was sent with', null=True),
        ),
        migrations.CreateModel(
            name='LetterText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=40)),
                ('language', models.CharField(default='en', max_length=10)),
                ('version', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(blank=True, max_length=60, verbose_name='subject')),
                ('opening', models.TextField(blank=True, help_text='by the greeting', max_length=600, verbose_name='opening')),
                ('closing', models.TextField(blank=True, help_text='after the advice', max_length=600, verbose_name='closing')),
                ('clinic_name', models.CharField(blank=True, max_length=60, verbose_name='name of the clinic')),
                ('accent', models.CharField(blank=True, max_length=7, verbose_name='colour')),
                ('signature', models.TextField(blank=True, max_length=200, verbose_name='signature')),
                ('saved_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'permissions': [('publish_lettertext', "Can publish the clinic's words in letters")],
                'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='patients_lettertext_version_once'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('kind', 'language'), name='patients_lettertext_one_draft', violation_error_message='There is a draft of these words already.'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='patients_lettertext_version_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='patients_lettertext_published_at_with_by', violation_error_message='Words are published by somebody.'), models.CheckConstraint(condition=models.Q(models.Q(('closing', ''), ('kind', 'letterhead'), ('opening', ''), ('subject', '')), models.Q(models.Q(('kind', 'letterhead'), _negated=True), ('accent', ''), ('clinic_name', ''), ('signature', '')), _connector='OR'), name='patients_lettertext_parts_of_its_kind'), models.CheckConstraint(condition=models.Q(models.Q(('subject__regex', '[\\n\\r\\x0B\\x0C\\x85\\u2028\\u2029]'), _negated=True), models.Q(('clinic_name__regex', '[\\n\\r\\x0B\\x0C\\x85\\u2028\\u2029]'), _negated=True)), name='patients_lettertext_subject_is_one_line', violation_error_message='A subject is one line.'), models.CheckConstraint(condition=models.Q(('accent', ''), ('accent__regex', '^#[0-9A-F]{6}$'), _connector='OR'), name='patients_lettertext_accent_is_a_colour', violation_error_message='A colour is # and six digits, like #0E6B6B.'), models.CheckConstraint(condition=models.Q(models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('opening'), 600)), models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('closing'), 600)), models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('signature'), 200))), name='patients_lettertext_not_too_long')],
            },
        ),
        freeze("patients_lettertext", once="published_at", word="published"),
    ]
