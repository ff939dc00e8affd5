"""`manage.py fireline_dsn`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import include, path

from fireline.tracker.models import Key, Project

urlpatterns = [path("fireline/", include("fireline.tracker.urls"))]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def said(*arguments):
    """What it prints: to be read by a program, and by a person."""
    out, err = StringIO(), StringIO()
    call_command("fireline_dsn", *arguments, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def test_service_of_its_own():
    """Without a name it is the project of this service; one line, and nothing else."""
    lines, notes = said("--create")

    key = Key.objects.get()
    assert key.project.name == "crm"
    assert lines == [f"http://{key.public_key}@127.0.0.1:8000/fireline/{key.project_id}"]
    assert not notes


def test_create_twice_makes_one():
    """The second time prints the same."""
    assert said("shop", "--create") == said("shop", "--create")
    assert Project.objects.count() == Key.objects.count() == 1


def test_unknown_project_is_refused_with_those_that_there_are():
    """And how it is made."""
    said("shop", "--create")

    with pytest.raises(
        CommandError, match=r"no project 'shopp'\. Take one of: shop\. --create makes"
    ):
        said("shopp")


def test_project_by_number():
    """As it stands in a DSN."""
    lines, _ = said("shop", "--create")

    assert said(str(Project.objects.get().pk))[0] == lines


def test_rotation():
    """A new key is printed, the old one works on until it is switched off."""
    said("shop", "--create")
    old = Key.objects.get()

    lines, notes = said("shop", "--rotate", "--label", "after the leak")
    new = Key.objects.latest("pk")
    assert new.public_key in lines[0]
    assert new.label == "after the leak"
    assert f"{old.public_key} works, too. --switch-off {old.public_key}" in notes

    assert said("shop", "--switch-off", old.public_key) == (lines, "")
    old.refresh_from_db()
    assert not old.is_active


def test_no_key_left():
    """It says so, and how to get one."""
    said("shop", "--create")

    with pytest.raises(CommandError, match=r"No key of shop is switched on\. --rotate"):
        said("shop", "--switch-off", Key.objects.get().public_key)


def test_key_of_somebody_else_stays():
    """A key is switched off by the project that it belongs to."""
    said("shop", "--create")
    said("blog", "--create")

    with pytest.raises(CommandError, match="blog has no key"):
        said("blog", "--switch-off", Key.objects.get(project__name="shop").public_key)


@pytest.mark.parametrize(
    ("allowed", "host", "begins", "place"),
    [
        pytest.param(["shop.example"], "", "https://", "@shop.example/fireline/", id="allowed"),
        pytest.param([".shop.example", "*"], "", "http://", "@127.0.0.1:8000/fireline/", id="wild"),
        pytest.param([], "errors.example", "https://", "@errors.example/fireline/", id="host"),
        pytest.param([], "localhost:9000", "http://", "@localhost:9000/fireline/", id="local"),
        pytest.param(
            [], "http://errors.example:81/", "http://", "@errors.example:81/fireline/", id="scheme"
        ),
    ],
)
def test_host(allowed, host, begins, place):
    """As given, or as ALLOWED_HOSTS has it; without TLS on this machine only."""
    with override_settings(ALLOWED_HOSTS=allowed):
        (dsn,), _ = said("--create", "--host", host)

    assert dsn.startswith(begins)
    assert place in dsn


@pytest.mark.urls("tests.urls")
def test_not_mounted():
    """The DSN is printed, and what urls.py lacks."""
    lines, notes = said("--create")

    assert "/fireline/" in lines[0]
    assert 'include("fireline.tracker.urls")' in notes
