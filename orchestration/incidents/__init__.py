"""Incidents: what is found wrong, who knows of it, what was done about it, and what the public is told."""
