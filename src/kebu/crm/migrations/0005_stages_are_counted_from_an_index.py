from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("crm", "0004_places")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="customer", name="customer_stage"),
        migrations.AddIndex(
            model_name="customer", index=models.Index(fields=["stage", "id", "deleted_at"], name="customer_stage")
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["stage", "level", "id", "deleted_at"], name="customer_groups"),
        ),
    ]
