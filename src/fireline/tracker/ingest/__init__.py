"""The Sentry protocol over HTTP: SDKs of every language send here."""
