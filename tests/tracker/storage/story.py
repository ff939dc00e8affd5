"""What is in each database after each of these commands; as JSON, for the tests."""

import io
import json
import sys
from contextlib import redirect_stdout

import django
from django.core.management import call_command
from django.db import connections


def state(alias):
    """Tables, migrations, content types and permissions of the tracker, and whether others' tables are there."""
    connection = connections[alias]
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:

        def count(statement):
            cursor.execute(statement)
            return cursor.fetchone()[0]

        return {
            "tables": len([name for name in tables if name.startswith("fireline_tracker_")]),
            "others": len(
                [name for name in tables if name.startswith(("auth_", "django_content"))]
            ),
            "recorded": count(
                "SELECT COUNT(*) FROM django_migrations WHERE app = 'fireline_tracker'"
            )
            if "django_migrations" in tables
            else 0,
            "content_types": count(
                "SELECT COUNT(*) FROM django_content_type WHERE app_label = 'fireline_tracker'"
            )
            if "django_content_type" in tables
            else 0,
            "relations": count(
                "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname = 'public' AND relname LIKE 'fireline_tracker%'"
            )
            + count("SELECT COUNT(*) FROM pg_type WHERE typname LIKE '%fireline_tracker%'")
            if connection.vendor == "postgresql"
            else 0,
        }


if __name__ == "__main__":
    django.setup()
    told = []
    for line in sys.argv[1:]:
        said = io.StringIO()
        with redirect_stdout(said):
            call_command(*line.split())
        told.append({"said": said.getvalue(), **{alias: state(alias) for alias in connections}})
    print(json.dumps(told))
