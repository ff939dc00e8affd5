"""One call in settings: every failure becomes an event, for Sentry, the tracker, or both."""
