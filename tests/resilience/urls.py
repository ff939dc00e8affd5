"""Views that write to a database which may be away."""

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from fireline.resilience import retry_db_operation


def insert() -> None:
    with connections["postgres"].cursor() as cursor:
        cursor.execute("INSERT INTO work VALUES (7, 'view')")


@csrf_exempt
@retry_db_operation(max_retries=9, delay=0.8)
def pay(request: HttpRequest) -> HttpResponse:
    insert()
    return HttpResponse("paid")


@csrf_exempt
@retry_db_operation(max_retries=9, delay=0.8)
async def pay_async(request: HttpRequest) -> HttpResponse:
    await sync_to_async(insert)()
    return HttpResponse("paid")


urlpatterns = [path("pay/", pay), path("pay-async/", pay_async)]
