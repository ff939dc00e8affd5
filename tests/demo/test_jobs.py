"""The demo's job: an import, in the background and at the prompt."""

EXPORT = "demo/customers/seed/old-export.csv"


def test_import_in_the_background_fails_under_the_id_of_its_request(crm, visitor):
    """From the page of failures: the page works, and a moment later the thread has failed."""
    page = visitor.get("/failures/").text
    token = {"csrfmiddlewaretoken": visitor.cookies["crm_csrf"]}

    answer = visitor.post("/failures/background-import/", data=token)

    assert 'action="/failures/background-import/"' in page
    assert answer.status_code == 200
    assert f"<dd>{answer.headers['x-correlation-id']}</dd>" in answer.text
    line = crm.error(correlation_id=answer.headers["x-correlation-id"])
    assert (line["job"], line["exceptions"][0]["type"]) == ("import", "KeyError")


def test_import_at_the_prompt(crm, visitor, tmp_path):
    """It works, fails with a report, and refuses a mistake without one; the page shows the lines."""
    good = tmp_path / "good.csv"
    good.write_text("name,email\nPelle Lindqvist,pelle@lindqvist.example\n")
    before = len(crm.errors())

    works = crm.command("import_customers", str(good))
    fails = crm.command("import_customers", EXPORT)
    mistake = crm.command("import_customers", "no-such-file.csv")

    assert (works.returncode, works.stdout) == (0, "1 customers were added.\n")
    assert (fails.returncode, fails.stderr.splitlines()[-1]) == (1, "KeyError: 'email'")
    assert mistake.returncode == 1
    assert "CommandError: There is no file no-such-file.csv." in mistake.stderr
    line = crm.error(command="import_customers")
    assert line["command_line"] == f"demo/manage.py import_customers {EXPORT}"
    assert len(crm.errors()) == before + 1
    assert f"python demo/manage.py import_customers {EXPORT}" in visitor.get("/failures/").text
