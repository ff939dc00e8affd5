"""Serializers whose errors take every form."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from tests.models import Customer


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ("id", "name")


class Address(serializers.Serializer):
    street = serializers.CharField(max_length=5)
    country = serializers.ChoiceField(choices=["AT", "DE"])

    def validate(self, attrs: Any) -> Any:
        if attrs["street"] == "odd":
            raise serializers.ValidationError("An odd street", code="odd")
        return attrs


class Contact(serializers.Serializer):
    email = serializers.EmailField()


class SignUp(serializers.Serializer):
    name = serializers.CharField(max_length=5)
    age = serializers.IntegerField(min_value=18, required=False)
    address = Address(required=False)
    contacts = Contact(many=True, required=False)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)
    matrix = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), required=False
    )
    labels = serializers.DictField(child=serializers.IntegerField(), required=False)

    def validate_name(self, name: str) -> str:
        if name == "root":
            raise DjangoValidationError("This name is taken", code="taken")
        return name

    def validate(self, attrs: Any) -> Any:
        if attrs.get("age") == 99:
            raise serializers.ValidationError(["Too old", "Really"], code="age")
        return attrs


class Contacts:
    """A list of contacts is the whole document."""

    def __new__(cls, data: Any) -> Any:
        return Contact(data=data, many=True)


NAMED: dict[str, Any] = {"sign-up": SignUp, "contacts": Contacts}
