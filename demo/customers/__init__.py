"""Customers, and what happened with them."""
