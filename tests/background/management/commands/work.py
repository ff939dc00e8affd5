"""`manage.py work`: fails as it is told."""

import sys
import threading

from django.core.management.base import BaseCommand, CommandError
from django.test import Client

from tests.background import jobs


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("how")
        parser.add_argument("-p", "--password", default="")
        parser.add_argument("--customer")

    def handle(self, how, **options):
        match how:
            case "usage":
                raise CommandError("no such file", returncode=3)
            case "exit":
                sys.exit(4)
            case "interrupt":
                raise KeyboardInterrupt
            case "thread":
                thread = threading.Thread(target=jobs.work, args=["mute"], name="importer")
                thread.start()
                thread.join()
            case "request":
                Client().get("/nowhere/")
                jobs.work("mute")
            case _:
                jobs.work(how)
