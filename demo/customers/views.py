"""The site's pages of customers."""

import os
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

from customers import messages as outgoing
from customers import rules
from customers.figures import customer_figures
from customers.forms import ActivityForm, CustomerForm, MessageForm
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
        return super().get_context_data(**shown(self.object), **more)


def shown(customer: Customer, **forms: Any) -> dict[str, Any]:
    """What the page of a customer shows: what happened, and two forms."""
    return {
        "customer": customer,
        "activities": outgoing.with_trails(customer.activities.all()),
        "form": ActivityForm(),
        "message_form": MessageForm(customer),
        "is_stand_in": "IS_STAND_IN" in os.environ,
        **forms,
    }


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
        return render(request, "customers/customer_detail.html", shown(customer, form=form))
    form.instance.customer = customer
    form.save()
    messages.success(request, _("Noted."))
    return redirect(customer)


@login_required
@require_POST
def send_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send this customer a message, and say what became of it."""
    customer = get_object_or_404(Customer, pk=pk)
    form = MessageForm(customer, request.POST)
    if not form.is_valid():
        return render(request, "customers/customer_detail.html", shown(customer, message_form=form))
    result = outgoing.send(customer, **form.cleaned_data)
    if result.is_accepted:
        channel = Activity.Kind(result.channel).label
        messages.success(request, _("Accepted by %(channel)s.") % {"channel": channel})
    else:
        messages.error(request, _("Nobody has taken this message; see why below."))
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
