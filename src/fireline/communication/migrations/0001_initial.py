"""The table of attempts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("claim", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ("key", models.CharField(db_index=True, max_length=200)),
                ("channel", models.CharField(max_length=40)),
                ("outcome", models.CharField(max_length=12)),
                ("cause", models.CharField(blank=True, max_length=16)),
                ("recipient", models.CharField(blank=True, max_length=100)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("detail", models.CharField(blank=True, max_length=320)),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=255)),
                ("correlation_id", models.CharField(blank=True, max_length=64)),
                ("characters", models.PositiveIntegerField(default=0)),
                ("took", models.FloatField(default=0.0)),
                ("began_at", models.DateTimeField(db_index=True)),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["began_at", "id"]},
        ),
    )
