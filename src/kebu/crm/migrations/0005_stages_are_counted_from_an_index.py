from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0004_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_stage",
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["stage", "level", "id", "deleted_at"], name="customer_stage"),
        ),
    ]
