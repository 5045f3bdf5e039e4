"""Builds the bundled incidents: a healthy account, and what is broken in it."""
