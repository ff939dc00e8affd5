"""What the CRM knows: customers and activities."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

international = RegexValidator(
    r"^\+[1-9][0-9 ]{6,18}$",
    _("Give the number with its country, such as +49 30 23125 017."),
    code="invalid_phone",
)


class Customer(models.Model):
    """Somebody who buys, may buy, or has bought."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PROSPECT = "prospect", _("Prospect")
        FORMER = "former", _("Former")

    name = models.CharField(_("name"), max_length=120)
    company = models.CharField(_("company"), max_length=120, blank=True)
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("Another customer has this e-mail address.")},
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True, validators=[international])
    city = models.CharField(_("city"), max_length=80, blank=True)
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PROSPECT
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])


class Activity(models.Model):
    """Something that happened with a customer."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", "WhatsApp"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(_("text"), max_length=2000)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    message_key = models.CharField(max_length=200, null=True, unique=True, editable=False)  # noqa: DJ001
    """What the message was sent under; NULL for what somebody has noted."""

    class Meta:
        ordering = ("-happened_at", "-pk")
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def __str__(self) -> str:
        return self.text[:60]
