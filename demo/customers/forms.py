"""The forms of the site."""

from django import forms

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
