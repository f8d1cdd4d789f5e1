from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("crm", "0010_the_day_of_a_person")]

    operations: ClassVar = [
        migrations.AddField("contact", "legal_basis", models.CharField(max_length=40, null=True)),
        migrations.AddField("contact", "basis_source", models.TextField(null=True)),
        migrations.AddField("contact", "basis_date", models.DateField(null=True)),
    ]
