"""The sockets of the feed. No error handling: what they raise is answered by Fireline."""

from datetime import timedelta
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from customers.models import Activity, Customer
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.telling import GROUP, shown
from fireline import BusinessRuleViolation
from fireline.sources.channels import WebSocketErrorHandler

DAYS_AT_MOST = 365


class Feed(AsyncJsonWebsocketConsumer):
    """
    What happens with all customers.

    `{"type": "kind", "kind": "call"}` shows one kind only, `{"type": "since", "days": 7}` what there was.
    """

    groups = (GROUP,)
    kind = ""

    async def receive_json(self, content: Any) -> None:
        match content["type"]:
            case "kind":
                if content["kind"] not in ("", *Activity.Kind.values):
                    raise ValidationError({"kind": _("There is no such kind of activity.")})
                self.kind = content["kind"]
                await self.send_json({"type": "kind", "kind": self.kind})
            case "since":
                if content["days"] > DAYS_AT_MOST:
                    raise BusinessRuleViolation(
                        _("The feed goes back a year at most."), details={"days": DAYS_AT_MOST}
                    )
                for activity in await database_sync_to_async(since)(content["days"]):
                    await self.send_json({"type": "activity", **activity})
            case _:
                raise ValidationError({"type": _("There is no such message.")})

    async def activity_noted(self, message: dict[str, Any]) -> None:
        """Somebody has noted something, in whatever process."""
        activity = message["activity"]
        if not self.kind or activity["kind"] == Activity.Kind(self.kind).label:
            await self.send_json({"type": "activity", **activity})


class CustomerFeed(Feed):
    """What happens with one customer; only for those who are signed in."""

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            WebSocketErrorHandler.handle_auth_failure(None, "not signed in")
        self.customer = await database_sync_to_async(customer_name)(
            self.scope["url_route"]["kwargs"]["pk"]
        )
        await self.accept()

    async def activity_noted(self, message: dict[str, Any]) -> None:
        if message["activity"]["customer"] == self.customer:
            await super().activity_noted(message)


def since(days: float) -> list[dict[str, str]]:
    """The newest twenty of these days, the oldest first."""
    activities = Activity.objects.select_related("customer")
    found = activities.filter(happened_at__gte=timezone.now() - timedelta(days=days))[:20]
    return [shown(activity) for activity in reversed(found)]


def customer_name(pk: int) -> str:
    """The customer as the feed names them."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        raise Http404(f"There is no customer {pk}.")
    return str(customer)
