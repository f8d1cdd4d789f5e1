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
        ("crm", "0005_stages_are_counted_from_an_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Activity",
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
                ("kind", models.CharField(max_length=40, null=True)),
                ("happened_at", models.DateTimeField(null=True)),
                ("text", models.TextField(null=True)),
                ("next_follow_up", models.DateField(null=True)),
                ("created_by", _person()),
                ("owner", _person()),
                ("updated_by", _person()),
                (
                    "customer",
                    models.ForeignKey(
                        "crm.customer", null=True, on_delete=PROTECT, related_name="activities", db_index=False
                    ),
                ),
                ("contact", models.ForeignKey("crm.contact", null=True, on_delete=SET_NULL, related_name="+")),
                ("deal", models.ForeignKey("crm.deal", null=True, on_delete=SET_NULL, related_name="+")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "happened_at", "id", "deleted_at"], name="activity_of_customer"),
                    models.Index(fields=["happened_at", "id", "deleted_at"], name="activity_happened"),
                    models.Index(fields=["title_key", "id", "deleted_at"], name="activity_title"),
                    models.Index(
                        fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name="activity_trash"
                    ),
                    models.Index(places.expression(), "id", "deleted_at", "place", name="activity_place"),
                    models.Index(fields=["place"], condition=models.Q(place__isnull=False), name="activity_moved"),
                ]
            },
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["last_activity_at", "id", "deleted_at"], name="customer_last_activity"),
        ),
    ]
