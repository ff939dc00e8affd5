"""Activities that were sent bear the key of their message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("customers", "0001_initial"),)

    operations = (
        migrations.AddField(
            model_name="activity",
            name="message_key",
            field=models.CharField(editable=False, max_length=200, null=True, unique=True),
        ),
    )
