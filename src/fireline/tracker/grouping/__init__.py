"""Which events are one issue: from an event to its fingerprint, and why."""
