"""Prints the address that an SDK sends to, with a key of a project."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fireline import conf
from fireline.tracker.dsn import dsn_of, mounted_at
from fireline.tracker.management.database import needed
from fireline.tracker.models import Key, Project


class Command(BaseCommand):
    """`manage.py fireline_dsn shop --create`: the DSN alone on standard output, all else on standard error."""

    help = "Print the DSN of a project's newest key that is switched on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command line."""
        parser.add_argument(
            "project",
            nargs="?",
            default="",
            help="Its name or number; where left out, this service's.",
        )
        parser.add_argument(
            "--create", action="store_true", help="Make the project if there is none."
        )
        parser.add_argument(
            "--rotate", action="store_true", help="Make a new key; those there are go on working."
        )
        parser.add_argument(
            "--switch-off", metavar="KEY", help="Refuse what is sent with this key from now on."
        )
        parser.add_argument("--label", default="", help="What a new key is for.")
        parser.add_argument(
            "--host", default="", help="Such as https://errors.example; default: of ALLOWED_HOSTS."
        )

    @needed()
    def handle(self, *_: Any, **options: Any) -> None:
        """Print it."""
        project = self._project(options["project"], create=options["create"])
        if options["switch_off"]:
            self._switch_off(project, options["switch_off"])
        if options["rotate"]:
            Key.objects.create(project=project, label=options["label"])
        key = project.keys.filter(is_active=True).order_by("-id").first()
        if key is None:
            raise CommandError(
                f"No key of {project.name} is switched on. --rotate makes a new one."
            )
        if mounted_at() is None:
            self.stderr.write(
                "No urls.py includes fireline.tracker.urls: nothing is taken there yet. Add "
                'path("fireline/", include("fireline.tracker.urls")).'
            )
        self.stdout.write(dsn_of(key, options["host"]))
        for other in project.keys.filter(is_active=True).exclude(pk=key.pk):
            self.stderr.write(
                f"{other.public_key} works, too. --switch-off {other.public_key} ends that."
            )

    def _project(self, given: str, *, create: bool) -> Project:
        settings = conf.current()
        name = given or settings.TRACKER_PROJECT or settings.service
        found = Project.objects.filter(name=name).first()
        if found is None and name.isdecimal() and len(name) < 19:
            found = Project.objects.filter(pk=int(name)).first()
        if found is not None:
            return found
        if not create:
            names = ", ".join(Project.objects.values_list("name", flat=True)[:20])
            there_are = f"Take one of: {names}." if names else "There is none yet."
            raise CommandError(f"There is no project {name!r}. {there_are} --create makes one.")
        made, is_new = Project.objects.get_or_create(name=name[:100])
        if is_new:
            Key.objects.create(project=made, label="made with the project")
        return made

    def _switch_off(self, project: Project, public_key: str) -> None:
        if not project.keys.filter(public_key=public_key).update(is_active=False):
            raise CommandError(f"{project.name} has no key {public_key!r}.")
