"""Incidents in Redis: kept and found (store), and what an alert does to them (receive)."""
