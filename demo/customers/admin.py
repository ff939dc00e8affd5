"""Customers in Django's admin."""

from django.contrib import admin

from customers.models import Activity, Customer


class ActivityInline(admin.TabularInline):
    model = Activity
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ("name", "company", "city", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("name", "company", "email", "city")
    inlines = (ActivityInline,)
