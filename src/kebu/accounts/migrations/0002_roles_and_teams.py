import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                _ID,
                ("key", models.CharField(max_length=20, unique=True)),
                ("names", models.JSONField(default=dict)),
                ("rights", models.JSONField(default=dict)),
                ("builtin", models.BooleanField(default=False)),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddField("user", "reach_version", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="Team",
            fields=[
                _ID,
                ("name", models.CharField(max_length=100)),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("members", models.ManyToManyField(related_name="teams", to=settings.AUTH_USER_MODEL)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="accounts.team",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                _ID,
                ("object", models.CharField(max_length=40)),
                ("record", models.BigIntegerField()),
                ("write", models.BooleanField(default=False)),
                ("until", models.DateField(null=True)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(team__isnull=False, user=None) | models.Q(team=None, user__isnull=False),
                        name="accounts_share_with_one",
                    ),
                    models.UniqueConstraint(fields=("object", "record", "user"), name="accounts_share_user"),
                    models.UniqueConstraint(fields=("object", "record", "team"), name="accounts_share_team"),
                ]
            },
        ),
    ]
