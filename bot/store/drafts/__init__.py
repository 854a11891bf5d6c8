"""Drafts from their first version to their outcome."""
