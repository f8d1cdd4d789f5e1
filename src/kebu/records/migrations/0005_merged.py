import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_comments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object", models.CharField(max_length=40)),
                ("record", models.BigIntegerField()),
                ("number", models.CharField(blank=True, max_length=40)),
                ("into", models.BigIntegerField()),
                ("active", models.BooleanField(default=True)),
                ("moved", models.JSONField(default=dict)),
                (
                    "change_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merged", to="records.changeset"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["object", "record"], name="merged_record"),
                    models.Index(fields=["object", "into"], name="merged_into"),
                ],
            },
        ),
    ]
