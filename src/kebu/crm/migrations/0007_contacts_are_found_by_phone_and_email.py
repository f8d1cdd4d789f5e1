from typing import ClassVar

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies: ClassVar = [("crm", "0006_activities")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["phone"], condition=models.Q(phone__isnull=False), name="contact_phone"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["mobile"], condition=models.Q(mobile__isnull=False), name="contact_mobile"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(Lower("email"), condition=models.Q(email__isnull=False), name="contact_email"),
        ),
    ]
