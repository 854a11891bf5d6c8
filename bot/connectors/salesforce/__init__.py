"""Salesforce: leads, contacts, accounts and opportunities read, compared and changed."""
