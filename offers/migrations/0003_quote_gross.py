from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0002_quotes_and_redemptions"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="quote", name="offers_quote_adds_up"),
        migrations.AddField(
            model_name="quote",
            name="gross_minor",
            field=models.BigIntegerField(default=0, help_text="With tax.", verbose_name="to pay"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0),
                    ("list_minor__lte", 9007199254740991),
                    ("total_minor__gte", 0),
                    ("list_minor", models.F("discount_minor") + models.F("total_minor")),
                    ("gross_minor__gte", models.F("total_minor")),
                    ("gross_minor__lte", 9007199254740991),
                ),
                name="offers_quote_adds_up",
            ),
        ),
    ]
