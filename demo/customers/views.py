"""The site's pages of customers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, ListView, UpdateView

from customers import rules
from customers.figures import customer_figures
from customers.forms import ActivityForm, CustomerForm
from customers.models import Activity, Customer


def home(request: HttpRequest) -> HttpResponse:
    """The figures, and what happened last."""
    latest = {
        "figures": customer_figures(),
        "activities": Activity.objects.select_related("customer")[:6],
        "newest": Customer.objects.order_by("-created_at")[:5],
    }
    return render(request, "customers/home.html", latest)


class CustomerList(ListView):
    """Customers, by pages, searched and by status."""

    model = Customer
    paginate_by = 12

    def get_queryset(self) -> QuerySet[Customer]:
        customers = super().get_queryset()
        if words := self.request.GET.get("q", "").strip():
            customers = customers.filter(
                Q(name__icontains=words)
                | Q(company__icontains=words)
                | Q(email__icontains=words)
                | Q(city__icontains=words)
            )
        if (status := self.request.GET.get("status")) in Customer.Status.values:
            customers = customers.filter(status=status)
        return customers

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        asked = {"q": self.request.GET.get("q", ""), "status": self.request.GET.get("status", "")}
        return super().get_context_data(statuses=Customer.Status.choices, **asked, **more)


class CustomerDetail(DetailView):
    model = Customer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            activities=self.object.activities.all(), form=ActivityForm(), **more
        )


class CustomerCreate(LoginRequiredMixin, SuccessMessageMixin, CreateView):
    model = Customer
    form_class = CustomerForm
    success_message = gettext_lazy("%(name)s was added.")


class CustomerUpdate(LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    model = Customer
    form_class = CustomerForm
    success_message = gettext_lazy("%(name)s was saved.")


@login_required
@require_POST
def add_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what happened with this customer."""
    customer = get_object_or_404(Customer, pk=pk)
    form = ActivityForm(request.POST)
    if not form.is_valid():
        context = {"customer": customer, "activities": customer.activities.all(), "form": form}
        return render(request, "customers/customer_detail.html", context)
    form.instance.customer = customer
    form.save()
    messages.success(request, _("Noted."))
    return redirect(customer)


@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete; the rules may forbid it."""
    customer = get_object_or_404(Customer, pk=pk)
    if request.method != "POST":
        return render(request, "customers/customer_delete.html", {"customer": customer})
    rules.delete(customer)
    messages.success(request, _("%(name)s was deleted.") % {"name": customer.name})
    return redirect("customers:list")
