"""Zendesk Support: tickets read, compared, answered and changed."""
