"""Whether a database answers."""

from django.db import connections

from fireline.health.readings import Reading


def ask(alias: str) -> Reading:
    """That it answers `SELECT 1`, with its `db_vendor`."""
    connection = connections[alias]
    if connection.settings_dict["ENGINE"] == "django.db.backends.dummy":
        return Reading(message="No database is configured")
    # This thread's own: with a time zone, PostgreSQL would be told it first, a second query each time.
    connection.timezone_name = ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1{connection.features.bare_select_suffix}")
        cursor.fetchone()
    return Reading(message="Database OK", details={"db_vendor": connection.vendor})
