"""What becomes of accounts: addresses that are verified, links that are mailed, lists of tokens."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Secret",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("reset-password", "Reset"), ("verify-email", "Verification")],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="expires")),
            ],
            options={
                "verbose_name": "mailed link",
                "verbose_name_plural": "mailed links",
            },
        ),
        migrations.AddField(
            model_name="user",
            name="email_verified_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="e-mail address verified"
            ),
        ),
        migrations.AlterField(
            model_name="token",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tokens",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddIndex(
            model_name="token",
            index=models.Index(fields=["user", "id"], name="accounts_token_user_id"),
        ),
        migrations.AddField(
            model_name="secret",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="secrets",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
    ]
