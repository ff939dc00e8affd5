"""A service that works in the background: by Celery, by Django's tasks, by commands, by threads."""
