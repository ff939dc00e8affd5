"""`manage.py serve`: the demo, ready to look at."""

import os
import secrets
import socket
import warnings
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import stand_ins
import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.urls import reverse

HOST = "127.0.0.1"
OPERATOR = "operator"


class Command(BaseCommand):
    """Prepares data, files and a login, then serves on $PORT until Ctrl-C."""

    help = "Prepare the demo (tables, customers, static files, a login) and serve it."

    def handle(self, *_: Any, **__: Any) -> None:
        with suppress(KeyboardInterrupt):
            self.prepare_and_serve()
        self.stdout.write("Stopped.")

    def prepare_and_serve(self) -> None:
        listener = listening_on(port_wanted())
        call_command("migrate", verbosity=0)
        call_command("seed", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        password = new_password()
        server = server_of_the_demo()
        stand_ins.cloud_api.tells = f"http://{HOST}:{listener.getsockname()[1]}{reverse('fireline_communication:whatsapp-status')}"
        site = f"http://{HOST}:{listener.getsockname()[1]}"
        self.stdout.write(where_to_look(site, password, dsn_for(site)))
        self.stdout.flush()
        server.run(sockets=[listener])


def port_wanted() -> int:
    """PORT, or 8000; 0 takes any free one."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or int(wanted) > 65535:
        raise CommandError(f"PORT is {wanted!r}. Give a number up to 65535, such as PORT=8001.")
    return int(wanted)


def listening_on(port: int) -> socket.socket:
    """The socket that will be served; taken first, so that a busy port is said at once."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise CommandError(
            f"Port {port} cannot be used ({error.strerror}). Stop what runs there, or take another "
            f"port: PORT={port + 1 if port < 65535 else 8000} make demo"
        ) from error
    return listener


def new_password() -> str:
    """A new password of the operator, made at every start: none is kept in clear anywhere."""
    password = secrets.token_hex(8)
    operator, _ = get_user_model().objects.get_or_create(
        username=OPERATOR, defaults={"is_staff": True, "is_superuser": True}
    )
    operator.set_password(password)
    operator.save(update_fields=["password"])
    return password


def server_of_the_demo() -> uvicorn.Server:
    """Uvicorn with the application loaded; the access log is Fireline's."""
    # WhiteNoise's files are small: that Django reads each at once under ASGI is as it should be.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
    config = uvicorn.Config(
        settings.ASGI_APPLICATION.replace(".application", ":application"),
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    return uvicorn.Server(config)


def dsn_for(site: str) -> str:
    """What an SDK of another service needs to send its failures here, too."""
    said = StringIO()
    call_command("fireline_dsn", create=True, host=site, stdout=said, stderr=StringIO())
    return said.getvalue().strip()


def where_to_look(site: str, password: str, dsn: str) -> str:
    """What the terminal says once the demo is up."""
    logs = os.path.relpath(settings.LOGS)
    files = ", ".join(
        Path(handler["filename"]).name for handler in settings.LOGGING["handlers"].values()
    )
    return f"""
Larkfield CRM is up.

  Site       {site}/
  Live       {site}/live/          what happens, over a WebSocket
  Failures   {site}/failures/      every way to fail, to try out
  API        {site}/api/customers/
  API docs   {site}/api/docs/
  Admin      {site}/admin/
  Tracker    {site}/admin/fireline_tracker/issue/  what has failed, in groups
  Events     .venv/bin/python demo/manage.py fireline_events [id of an answer]
  DSN        {dsn}  for other services
  Figures    {site}/metrics/       for Prometheus; as JSON for Accept: application/json
  Health     {site}/health/        and /healthz, /readyz
  Log files  {logs}/  ({files})
  Messages   open a customer; e-mails lie in {os.path.relpath(settings.DATA / "mails")}/

  Login      {OPERATOR}
  Password   {password}  (a new one at every start)

Ctrl-C ends it.
"""
