"""What the service of the tests stores."""

from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.name
