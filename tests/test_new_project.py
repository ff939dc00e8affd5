"""The README's five lines, tried as a new user would: built wheel, new environment, new project."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import httpx
import pytest

from tests.servers.running import free_port

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def five_lines():
    """The block of the README that goes to the end of settings.py."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    return next(block for block in blocks if "INSTALLED_APPS" in block)


def installer(python):
    """What installs for this interpreter: uv, which takes a tenth of the time, where make has found it."""
    if uv := shutil.which(os.environ.get("UV", "uv")):
        return [uv, "pip", "install", "--python", python]
    return [sys.executable, "-m", "pip", "--python", python, "install", "--no-compile"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A newly created project, in an environment that has the built wheel and nothing of ours."""
    home = tmp_path_factory.mktemp("new-user")
    build = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "wheel",
        "--directory",
        str(home),
    ]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(home / "venv")
    python = str(home / "venv" / "bin" / "python")
    (wheel,) = home.glob("*.whl")
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*installer(python), "--quiet", *constraints, str(wheel)], check=True)
    subprocess.run([python, "-m", "django", "startproject", "shop"], cwd=home, check=True)
    settings = home / "shop" / "shop" / "settings.py"
    settings.write_text(f"{settings.read_text()}\n{five_lines()}")
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    }

    def manage(*arguments, **options):
        command = [python, "-W", "error", "manage.py", *arguments]
        return {"args": command, "cwd": home / "shop", "env": environment} | options

    return manage


def test_five_lines_are_five():
    """Blank ones are not counted."""
    assert len([line for line in five_lines().splitlines() if line]) == 5


def test_check_finds_nothing(project):
    """The project is wired."""
    done = subprocess.run(**project("check"), capture_output=True, text=True, check=True)

    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_service_answers_and_logs_under_one_id(project):
    """Problems for programs, Django's technical page for the developer's browser, readable lines."""
    subprocess.run(**project("migrate", "--verbosity", "0"), check=True)
    port = free_port()
    running = subprocess.Popen(
        **project("runserver", "--noreload", str(port)), stderr=subprocess.PIPE, text=True
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(200):
            try:
                client.get("/admin/login/")
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        problem = client.get("/nope/", headers={"accept": "application/json"})
        page = client.get("/nope/", headers={"accept": "text/html"})
    running.terminate()  # not SIGINT: what a shell starts in the background ignores it
    _, lines = running.communicate(timeout=20)

    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "NOT_FOUND"
    assert problem.json()["error_id"] == problem.headers["x-error-id"]
    assert "Using the URLconf defined in" in page.text
    access = [line for line in lines.splitlines() if problem.headers["x-correlation-id"] in line]
    assert any(line.startswith("WARNING ") and "GET /nope/ 404" in line for line in access)


def test_codes_are_printed(project):
    """The catalogue is there from the start."""
    command = project("fireline_codes", "--format", "json")
    done = subprocess.run(**command, capture_output=True, text=True, check=True)

    assert len(json.loads(done.stdout)) >= 19
