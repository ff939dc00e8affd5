"""The forms of the site."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from customers.messages import new_key
from customers.models import Activity, Customer


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ("name", "company", "email", "phone", "city", "status")


class ActivityForm(forms.ModelForm):
    class Meta:
        model = Activity
        fields = ("kind", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012 (as Django reads it)


class MessageForm(forms.Form):
    """A message to a customer, under a key that the form is given when it is shown."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[
            (Activity.Kind.WHATSAPP, _("WhatsApp, else e-mail")),
            (Activity.Kind.EMAIL, _("E-mail, else WhatsApp")),
        ],
    )
    text = forms.CharField(
        label=_("Message"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, customer: Customer, *args: Any) -> None:
        super().__init__(*args, initial={"key": new_key(customer)}, prefix="message")
        own = RegexValidator(rf"^customer-{customer.pk}-[0-9a-f]{{32}}$")
        self.fields["key"].validators.append(own)
