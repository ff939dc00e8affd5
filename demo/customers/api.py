"""The API of customers: open to read, the login to write."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.viewsets import ModelViewSet

from customers import rules
from customers.models import Customer
from customers.serializers import CustomerDetailSerializer, CustomerSerializer


@extend_schema_view(
    list=extend_schema(
        description="Customers, a page at a time.",
        parameters=[
            OpenApiParameter(
                "status", enum=Customer.Status.values, description="Only those of this status."
            )
        ],
    ),
    create=extend_schema(description="Add a customer, with activities if you like."),
    retrieve=extend_schema(description="One customer with their activities."),
    update=extend_schema(description="Replace all fields; activities stay as they are."),
    partial_update=extend_schema(description="Change some fields."),
    destroy=extend_schema(description="Delete a customer; not while they are active (422)."),
)
class CustomerViewSet(ModelViewSet):
    queryset = Customer.objects.all()
    filter_backends = (SearchFilter, OrderingFilter)
    search_fields = ("name", "company", "email", "city")
    ordering_fields = ("name", "created_at")
    throttle_scope = "customers"
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[CustomerSerializer]:
        return CustomerSerializer if self.action == "list" else CustomerDetailSerializer

    def get_queryset(self) -> QuerySet[Customer]:
        customers = super().get_queryset()
        if self.action != "list":
            return customers.prefetch_related("activities")
        status = self.request.query_params.get("status")
        if not status:
            return customers
        if status not in Customer.Status.values:
            known = ", ".join(Customer.Status.values)
            raise ValidationError({"status": [f"There is no status {status}. Take {known}."]})
        return customers.filter(status=status)

    def perform_destroy(self, instance: Customer) -> None:
        rules.delete(instance)
