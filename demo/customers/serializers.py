"""Customers in JSON."""

from typing import Any

from django.db import transaction
from rest_framework import serializers

from customers.models import Activity, Customer


class ActivitySerializer(serializers.ModelSerializer):
    class Meta:
        model = Activity
        fields = ("id", "kind", "text", "happened_at")


class CustomerSerializer(serializers.ModelSerializer):
    """A customer as they stand in lists."""

    class Meta:
        model = Customer
        fields = (
            "id",
            "name",
            "company",
            "email",
            "phone",
            "city",
            "status",
            "created_at",
            "updated_at",
        )


class CustomerDetailSerializer(CustomerSerializer):
    """A customer with their activities, which can be given when the customer is created."""

    activities = ActivitySerializer(many=True, required=False)

    class Meta(CustomerSerializer.Meta):
        fields = (*CustomerSerializer.Meta.fields, "activities")

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Customer:
        activities = validated_data.pop("activities", ())
        customer = Customer.objects.create(**validated_data)
        Activity.objects.bulk_create(
            Activity(customer=customer, **activity) for activity in activities
        )
        return customer

    def update(self, instance: Customer, validated_data: dict[str, Any]) -> Customer:
        validated_data.pop("activities", None)
        return super().update(instance, validated_data)
