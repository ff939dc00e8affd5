"""From the spool into the database: batches of entries become events in issues, and figures."""
