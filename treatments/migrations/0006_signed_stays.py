from django.db import migrations

from patients.frozen import append_only, freeze, freeze_part

OF_A_VISIT = (
    "peelrecord", "extractionrecord", "cryorecord", "laserrecord", "regimenrecord",
    "lesiontreatment", "productuse", "adverseevent",
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0005_clinical_record")]

    operations = [
        freeze("treatments_assessment"),
        freeze_part("treatments_finding", "treatments_assessment", "assessment_id"),
        freeze_part("treatments_previoustreatment", "treatments_assessment", "assessment_id"),
        freeze("treatments_visit"),
        *(
            freeze_part(f"treatments_{part}", "treatments_visit", "visit_id")
            for part in OF_A_VISIT
        ),
        append_only("treatments_addendum"),
    ]
