"""Jira Cloud: issues read, compared and changed."""
