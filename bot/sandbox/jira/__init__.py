"""A stand-in of Jira Cloud's REST API, version 3."""
