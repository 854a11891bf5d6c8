"""A stand-in of Zendesk's Support API, version 2."""
