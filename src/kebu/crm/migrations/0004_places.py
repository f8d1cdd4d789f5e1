from typing import ClassVar

from django.db import migrations, models

from kebu.core.db import BINARY
from kebu.records import places


def _of(model: str) -> list[migrations.AddField | migrations.AddIndex]:
    stands = models.Index(places.expression(), "id", "deleted_at", "place", name=f"{model}_place")
    moved = models.Index(fields=["place"], condition=models.Q(("place__isnull", False)), name=f"{model}_moved")
    return [
        migrations.AddField(model, "place", models.TextField(db_collation=BINARY, null=True)),
        migrations.AddIndex(model, stands),
        migrations.AddIndex(model, moved),
    ]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("crm", "0003_trash")]

    operations: ClassVar = [*_of("customer"), *_of("contact"), *_of("deal")]
