from typing import Any

from django.db import migrations, models


def give_the_right(apps: Any, schema_editor: Any) -> None:
    """Who manages people may also see to their privacy, until the company says otherwise."""
    for role in apps.get_model("accounts", "Role").objects.all():
        if role.rights.get("manage_people"):
            role.rights = {**role.rights, "privacy": True}
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_second_factor")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("object", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=40)),
                ("records", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("by", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.RunPython(give_the_right, migrations.RunPython.noop),
    ]
