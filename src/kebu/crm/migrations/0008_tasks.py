from typing import ClassVar

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT, SET_NULL

from kebu.core.db import BINARY
from kebu.records import places


def _person() -> "models.ForeignKey[None, None]":
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=PROTECT, related_name="+")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("crm", "0007_contacts_are_found_by_phone_and_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, null=True, unique=True)),
                ("version", models.IntegerField(default=1)),
                ("tags", models.JSONField(null=True)),
                ("extra", models.JSONField(default=dict)),
                ("invalid", models.JSONField(default=dict)),
                ("keys", models.JSONField(default=dict)),
                ("title_key", models.TextField(db_collation=BINARY, null=True)),
                ("place", models.TextField(db_collation=BINARY, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(null=True)),
                ("subject", models.TextField(null=True)),
                ("due_date", models.DateField(null=True)),
                ("done", models.BooleanField(null=True)),
                ("remark", models.TextField(null=True)),
                ("created_by", _person()),
                ("owner", _person()),
                ("updated_by", _person()),
                (
                    "customer",
                    models.ForeignKey(
                        "crm.customer", null=True, on_delete=PROTECT, related_name="tasks", db_index=False
                    ),
                ),
                ("contact", models.ForeignKey("crm.contact", null=True, on_delete=SET_NULL, related_name="+")),
                ("deal", models.ForeignKey("crm.deal", null=True, on_delete=SET_NULL, related_name="+")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "due_date", "id", "deleted_at"], name="task_of_customer"),
                    models.Index(
                        fields=["owner", "due_date"],
                        condition=models.Q(done=None, deleted_at=None),
                        name="task_open",
                    ),
                    models.Index(fields=["due_date", "id", "deleted_at"], name="task_due"),
                    models.Index(fields=["title_key", "id", "deleted_at"], name="task_title"),
                    models.Index(
                        fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name="task_trash"
                    ),
                    models.Index(places.expression(), "id", "deleted_at", "place", name="task_place"),
                    models.Index(fields=["place"], condition=models.Q(place__isnull=False), name="task_moved"),
                ]
            },
        ),
    ]
