"""Fireline's tracker beside Bugsink and foxray, on one machine, in one run."""
