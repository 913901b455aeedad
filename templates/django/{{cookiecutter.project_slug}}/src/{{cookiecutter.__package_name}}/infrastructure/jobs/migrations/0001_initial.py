"""Background jobs."""

import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("arguments", models.JSONField(default=dict, verbose_name="arguments")),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        null=True,
                        verbose_name="due",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created"
                    ),
                ),
                ("is_running", models.BooleanField(default=False, verbose_name="running")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="failed")),
                ("error", models.TextField(default="", verbose_name="error")),
                (
                    "request_id",
                    models.CharField(default="", max_length=128, verbose_name="request"),
                ),
                ("trace", models.CharField(default="", max_length=55, verbose_name="trace")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "db_table": "jobs",
            },
        ),
    ]
