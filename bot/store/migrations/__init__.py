"""Revisions of the tables, run at start."""
